#include "kith/expression.hpp"

#include "api/guard.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "expr/program.hpp"
#include "kith/snapshot.hpp"

namespace kith {

namespace {

// The type of a variable as far as its value tells; what lists and maps hold is found out at run
// time.
expr::Type type_of(const Value& value) {
  using expr::Type;
  using expr::TypeKind;
  switch (value.kind()) {
    case Value::Kind::kNull: return Type::of(TypeKind::kNull);
    case Value::Kind::kBool: return Type::of(TypeKind::kBool);
    case Value::Kind::kInt: return Type::of(TypeKind::kInt);
    case Value::Kind::kUint: return Type::of(TypeKind::kUint);
    case Value::Kind::kDouble: return Type::of(TypeKind::kDouble);
    case Value::Kind::kDecimal: return Type::of(TypeKind::kDecimal);
    case Value::Kind::kText: return Type::of(TypeKind::kString);
    case Value::Kind::kBytes: return Type::of(TypeKind::kBytes);
    case Value::Kind::kDate: return Type::of(TypeKind::kDate);
    case Value::Kind::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case Value::Kind::kDuration: return Type::of(TypeKind::kDuration);
    case Value::Kind::kList: return Type::list(Type());
    case Value::Kind::kMap: return Type::map(Type(), Type());
    case Value::Kind::kMoney:
    case Value::Kind::kReference:
    case Value::Kind::kType: return Type();
  }
  return Type();
}

}  // namespace

Result<Value> evaluate(std::string_view expression, const Map& variables, Timestamp now) {
  return guarded([&]() -> Result<Value> {
    expr::Environment environment;
    environment.add_variable("now", expr::Type::of(expr::TypeKind::kTimestamp));
    expr::Activation activation;
    const Value time(now);
    activation.set_variable("now", &time);
    activation.set_now(now);  // today() has no other
    for (const auto& [name, value] : variables) {
      const std::string* text = name.text();
      if (text == nullptr) {
        return Status(Code::kInvalidArgument, "the names of variables must be text");
      }
      environment.add_variable(*text, type_of(value));
      activation.set_variable(*text, &value);
    }
    KITH_ASSIGN(expr::Program program, expr::compile(expression, environment));
    return program.evaluate(activation);
  });
}

Result<std::string> check_expression(const Database& database, std::string_view entity,
                                     std::string_view expression) {
  return guarded([&]() -> Result<std::string> {
    if (!database.impl()) return Status(Code::kClosed, "the database handle was closed");
    KITH_ASSIGN(auto model, database.impl()->current_model());
    KITH_ASSIGN(const engine::CompiledType* type, model->find(entity));
    KITH_ASSIGN(expr::Program program,
                expr::compile(expression, model->environment(type->type->id)));
    return program.type().to_string();
  });
}

Result<Value> evaluate_on(const Reader& reader, RecordId record, std::string_view expression) {
  return guarded([&]() -> Result<Value> {
    if (!reader.impl()) return Status(Code::kClosed, "the snapshot or transaction has ended");
    return reader.impl()->evaluate(record, expression);
  });
}

}  // namespace kith
