#include "automation/compiled.hpp"

#include <string_view>

#include "base/try.hpp"
#include "expr/cost.hpp"

namespace kith::automation {
namespace {

// Compiles the expressions of one automation, each named in what is said of it.
class Compiler {
 public:
  Compiler(const Automation& definition, const schema::Catalog& catalog,
           const EnvironmentOf& environments, const Limits& limits)
      : definition_(definition),
        catalog_(catalog),
        limits_(limits),
        environment_(environment_of(environments, definition.entity)) {
    any_.limits.max_source_bytes = limits.max_expression_bytes;
    condition_ = any_;
    condition_.expected = expr::Type::of(expr::TypeKind::kBool);
  }

  Result<std::shared_ptr<const Compiled>> run() {
    const schema::EntityType* type = catalog_.find(definition_.entity);
    if (type == nullptr || type->removed) return wrong("", "its entity type is gone");
    auto out = std::make_shared<Compiled>();
    out->definition = definition_;
    KITH_TRY(program(definition_.when, condition_, "when", &out->when));
    if (out->when) {
      const expr::CostEstimate cost = expr::estimate_cost(*out->when);
      out->may_pass_limit = !cost.max || *cost.max > limits_.max_expression_cost;
    }
    KITH_TRY(program(definition_.exit_when, condition_, "exit_when", &out->exit_when));
    for (const Step& step : definition_.steps) {
      CompiledStep compiled;
      KITH_TRY(compile_step(*type, step, &compiled));
      out->steps.push_back(std::move(compiled));
    }
    return std::shared_ptr<const Compiled>(std::move(out));
  }

 private:
  Status wrong(const std::string& place, std::string_view what) const {
    return {Code::kModelInvalid, "automation " + definition_.name +
                                     (place.empty() ? "" : ", " + place) + ": " +
                                     std::string(what)};
  }

  Status within_hops(const expr::Program& compiled, const std::string& place) const {
    if (compiled.max_hops() <= static_cast<int>(limits_.max_path_hops)) return {};
    return wrong(place,
                 "\"" + compiled.source() + "\" follows " + std::to_string(compiled.max_hops()) +
                     " references; max_path_hops allows " + std::to_string(limits_.max_path_hops));
  }

  // An empty source leaves `out` empty.
  Status program(const std::string& source, const expr::CompileOptions& options,
                 const std::string& place, std::optional<expr::Program>* out) const {
    if (source.empty()) return {};
    Result<expr::Program> compiled = expr::compile(source, environment_, options);
    if (!compiled.ok()) return wrong(place, compiled.status().message());
    KITH_TRY(within_hops(*compiled, place));
    *out = *std::move(compiled);
    return {};
  }

  Status text(const std::string& source, const std::string& place,
              std::optional<expr::TextTemplate>* out) const {
    if (source.empty()) return {};
    Result<expr::TextTemplate> compiled = expr::TextTemplate::compile(source, environment_, any_);
    if (!compiled.ok()) return wrong(place, compiled.status().message());
    for (const expr::Program& part : compiled->expressions()) KITH_TRY(within_hops(part, place));
    *out = *std::move(compiled);
    return {};
  }

  Status assignments(const schema::EntityType& type, const std::vector<schema::Assignment>& set,
                     const std::string& place,
                     std::vector<std::pair<std::string, expr::Program>>* out) const {
    for (const schema::Assignment& assignment : set) {
      std::string name;
      if (const auto system = schema::system_field_from_id(assignment.field)) {
        name = schema::system_field_name(*system);
      } else if (const schema::Field* field = type.find_field(assignment.field);
                 field != nullptr && !field->removed) {
        name = field->name;
      } else {
        return wrong(place, "a field of " + type.name + " that it sets is gone");
      }
      std::optional<expr::Program> value;
      KITH_TRY(program(assignment.expression, any_, place + ", set " + name, &value));
      if (!value) return wrong(place, "set " + name + " has no expression");
      out->emplace_back(std::move(name), *std::move(value));
    }
    return {};
  }

  Status compile_step(const schema::EntityType& own, const Step& step, CompiledStep* out) const {
    const std::string place = "step " + step.name;
    const schema::EntityType* other = step.entity != 0 ? catalog_.find(step.entity) : &own;
    if (other == nullptr || other->removed) return wrong(place, "its entity type is gone");
    const schema::EntityType& target = step.kind == StepKind::kCreate ? *other : own;
    KITH_TRY(program(step.when, condition_, place + ", when", &out->when));
    KITH_TRY(assignments(target, step.set, place, &out->set));
    KITH_TRY(program(step.to, any_, place + ", to", &out->to));
    KITH_TRY(text(step.subject, place + ", subject", &out->subject));
    KITH_TRY(text(step.body, place + ", body", &out->body));
    for (const auto& [name, source] : step.data) {
      std::optional<expr::Program> value;
      KITH_TRY(program(source, any_, place + ", data " + name, &value));
      if (!value) return wrong(place, "data " + name + " has no expression");
      out->data.emplace_back(name, *std::move(value));
    }
    return program(step.until, any_, place + ", until", &out->until);
  }

  const Automation& definition_;
  const schema::Catalog& catalog_;
  const Limits& limits_;
  expr::Environment environment_;
  expr::CompileOptions any_;
  expr::CompileOptions condition_;
};

}  // namespace

expr::Environment environment_of(const EnvironmentOf& environments, std::uint16_t entity) {
  expr::Environment environment = environments(entity);
  environment.add_variable(std::string(kEventVariable),
                           expr::Type::map(expr::Type::of(expr::TypeKind::kString), expr::Type()));
  return environment;
}

Result<std::shared_ptr<const Compiled>> compile(const Automation& definition,
                                                const schema::Catalog& catalog,
                                                const EnvironmentOf& environments,
                                                const Limits& limits) {
  return Compiler(definition, catalog, environments, limits).run();
}

Result<Verdict> judge(const std::optional<expr::Program>& condition,
                      const expr::Activation& activation) {
  Verdict verdict;
  if (!condition) {
    verdict.holds = true;
    return verdict;
  }
  expr::Failure failure;
  const expr::Truth truth = condition->evaluate_bool(activation, &failure);
  verdict.holds = truth == expr::Truth::kTrue;
  if (truth != expr::Truth::kError || failure.error == expr::ErrorClass::kMissing) return verdict;
  if (failure.error == expr::ErrorClass::kHost) return failure.status;
  verdict.error = std::move(failure.message);
  verdict.over_limit = failure.error == expr::ErrorClass::kLimit;
  return verdict;
}

void activate_event(const Value& data, expr::Activation* activation) {
  activation->set_variable(kEventVariable, &data);
}

}  // namespace kith::automation
