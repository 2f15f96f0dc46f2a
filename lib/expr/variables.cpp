#include "expr/variables.hpp"

#include <optional>

#include "base/message.hpp"
#include "base/try.hpp"

namespace kith::expr {
namespace {

// The value as the type takes it, or nothing. Null is left to the evaluation: it is MISSING there.
std::optional<Value> fitting(const Type& type, const Value& value) {
  using Kind = Value::Kind;
  const Type& plain = type.unwrapped();
  const std::int64_t* whole = value.integer();
  if (plain.is(TypeKind::kDecimal) && whole != nullptr) return Value(Decimal(*whole, 0));
  if (plain.is(TypeKind::kDecimal) && value.money() != nullptr) return Value(value.money()->amount);
  if (plain.is(TypeKind::kDouble) && whole != nullptr) return Value(static_cast<double>(*whole));
  if (value.is_null() || plain.is_dyn()) return value;
  const Type found = type_of(value);
  const bool same = found.is_dyn() || found.kind() == plain.kind() ||
                    (plain.is(TypeKind::kRecord) && value.kind() == Kind::kText);
  if (!same && !plain.is(TypeKind::kParameter) && !plain.is(TypeKind::kOpaque)) return std::nullopt;
  return value;
}

}  // namespace

Type type_of(const Value& value) {
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
    case Value::Kind::kOptional: return Type::optional(Type());
    case Value::Kind::kType: return Type::type_of(Type());
    case Value::Kind::kMoney:
    case Value::Kind::kReference: return Type();
  }
  return Type();
}

const Type* Variables::declared(std::string_view name) const {
  for (const Variable& variable : program_.environment().variables()) {
    if (variable.name == name) return &variable.type;
  }
  return nullptr;
}

Status Variables::set(std::string_view name, const Value& value) {
  const Type* type = declared(name);
  std::optional<Value> fits = type != nullptr ? fitting(*type, value) : std::optional(value);
  if (!fits) {
    return {kith::Code::kInvalidArgument,
            "the variable " + base::quoted(name) + " is " + std::string(kind_name(value.kind())) +
                "; the expression was compiled for " + type->to_string()};
  }
  values_.emplace_back(std::string(name), *std::move(fits));
  return {};
}

Status Variables::set(const Map& variables) {
  for (const auto& [name, value] : variables) {
    const std::string* text = name.text();
    if (text == nullptr) {
      return {kith::Code::kInvalidArgument, "the names of variables must be text"};
    }
    KITH_TRY(set(*text, value));
  }
  return {};
}

void Variables::bind(Activation* activation) const {
  for (const auto& [name, value] : values_) activation->set_variable(name, &value);
}

}  // namespace kith::expr
