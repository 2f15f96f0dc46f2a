#include "engine/model_expressions.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "automation/compiled.hpp"
#include "expr/program.hpp"
#include "expr/text_template.hpp"
#include "record/layout.hpp"

namespace kith::engine {
namespace {

using expr::Type;
using expr::TypeKind;

// The type of expression that can be assigned to a field; nothing when any may be tried.
std::optional<Type> assignable(const schema::Catalog& catalog, const schema::Field& field) {
  switch (field.type) {
    case schema::FieldType::kBool: return Type::of(TypeKind::kBool);
    case schema::FieldType::kInt: return Type::of(TypeKind::kInt);
    case schema::FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case schema::FieldType::kText:
    case schema::FieldType::kChoice: return Type::of(TypeKind::kString);
    case schema::FieldType::kMultiChoice: return Type::list(Type::of(TypeKind::kString));
    case schema::FieldType::kDate: return Type::of(TypeKind::kDate);
    case schema::FieldType::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case schema::FieldType::kDuration: return Type::of(TypeKind::kDuration);
    case schema::FieldType::kBytes: return Type::of(TypeKind::kBytes);
    case schema::FieldType::kReference: {
      const schema::EntityType* target = catalog.find(field.target);
      return Type::record(field.target, target != nullptr ? target->name : std::string());
    }
    // Whole numbers and doubles become decimals when the field takes them; json takes anything.
    case schema::FieldType::kDecimal:
    case schema::FieldType::kMoney:
    case schema::FieldType::kJson:
    case schema::FieldType::kReferenceList: return std::nullopt;
  }
  return std::nullopt;
}

class Checker {
 public:
  Checker(const schema::Catalog& catalog, std::uint32_t max_bytes, schema::Diagnostics& diagnostics)
      : catalog_(catalog), max_bytes_(max_bytes), diagnostics_(diagnostics) {
    for (const Violation& violation : diagnostics.errors()) broken_.insert(violation.entity);
  }

  void check(const schema::ExpressionUse& use) {
    const schema::EntityType* type = catalog_.find(use.entity);
    if (type == nullptr || broken_.count(use.entity) > 0) return;
    const Status status = compiled(use, *type);
    if (status.ok()) return;
    diagnostics_.error(use.place, "expression", use.entity, use.field,
                       use.where + ": " + std::string(status.message()));
  }

 private:
  using Expect = schema::ExpressionUse::Expect;

  Status compiled(const schema::ExpressionUse& use, const schema::EntityType& type) {
    const automation::EnvironmentOf environments = [this](std::uint16_t entity) {
      return expr::Environment::for_entity(
          catalog_, [this](std::uint16_t id) { return layouts_.find(id); }, entity);
    };
    const expr::Environment environment =
        use.event ? automation::environment_of(environments, type.id) : environments(type.id);
    expr::CompileOptions options;
    options.limits.max_source_bytes = max_bytes_;
    if (use.expect == Expect::kText) {
      return expr::TextTemplate::compile(use.source, environment, options).status();
    }
    if (use.expect == Expect::kBool) options.expected = Type::of(TypeKind::kBool);
    if (use.expect == Expect::kField) {
      const schema::EntityType* target = use.target.empty() ? &type : catalog_.find(use.target);
      const schema::Field* field = target != nullptr ? target->find_field(use.field) : nullptr;
      if (field != nullptr) options.expected = assignable(catalog_, *field);
    }
    const auto program = expr::compile(use.source, environment, options);
    if (!program.ok() || use.expect != Expect::kInstant) return program.status();
    const Type& found = program->type().unwrapped();
    if (found.is(TypeKind::kTimestamp) || found.is(TypeKind::kDate) || found.is_dyn()) return {};
    return {Code::kExpressionType, "\"" + use.source + "\" is of type " + found.to_string() +
                                       "; a timestamp or a date is needed"};
  }

  const schema::Catalog& catalog_;
  std::uint32_t max_bytes_;
  schema::Diagnostics& diagnostics_;
  std::set<std::string> broken_;
  record::LayoutCache layouts_{catalog_};
};

}  // namespace

void check_expressions(const schema::Catalog& catalog,
                       const std::vector<schema::ExpressionUse>& uses,
                       std::uint32_t max_expression_bytes, schema::Diagnostics& diagnostics) {
  Checker checker(catalog, max_expression_bytes, diagnostics);
  for (const schema::ExpressionUse& use : uses) checker.check(use);
}

}  // namespace kith::engine
