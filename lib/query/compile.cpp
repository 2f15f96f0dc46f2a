#include "query/compile.hpp"

#include <utility>

#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "schema/diagnostics.hpp"

namespace kith::query {
namespace {

Status unknown_entity(const Query& query, const schema::Catalog& catalog) {
  std::vector<std::string> names;
  for (const schema::EntityType& type : catalog.types) {
    if (!type.removed) names.push_back(type.name);
  }
  if (query.entity.empty()) {
    return Status(Code::kInvalidArgument, "a query needs an entity: the type it asks about");
  }
  return Status(
      Code::kInvalidArgument,
      "there is no entity type \"" + query.entity + "\"" + suggestion(query.entity, names),
      query.entity, {});
}

Result<expr::Program> compile_part(std::string_view source, const expr::Environment& environment,
                                   std::string_view part, const expr::CompileOptions& options) {
  Result<expr::Program> program = expr::compile(source, environment, options);
  if (!program.ok()) return program.status().with_context(part);
  return program;
}

}  // namespace

Result<Compiler> Compiler::of(const Query& query, const Context& context) {
  const schema::EntityType* type = context.catalog->find(std::string_view(query.entity));
  if (type == nullptr) return unknown_entity(query, *context.catalog);
  const record::Layout* layout = context.layouts(type->id);
  if (layout == nullptr) {
    return Status(Code::kInternal, "entity type " + type->name + " has no layout");
  }
  expr::Environment environment =
      expr::Environment::for_entity(*context.catalog, context.layouts, type->id);
  environment.set_formulas(context.formulas);
  if (context.host != nullptr) environment.set_organisation(context.host->organisation());
  return Compiler(*type, *layout, std::move(environment), context.limits.parse);
}

Result<expr::Program> Compiler::value(std::string_view source, std::string_view part) const {
  expr::CompileOptions options;
  options.limits = limits_;
  return compile_part(source, environment_, part, options);
}

Result<expr::Program> Compiler::condition(std::string_view source, std::string_view part) const {
  expr::CompileOptions options;
  options.limits = limits_;
  options.expected = expr::Type::of(expr::TypeKind::kBool);
  return compile_part(source, environment_, part, options);
}

expr::Activation activation_for(const Context& context, const Value& params) {
  expr::Activation activation;
  activation.set_now(context.now);
  activation.set_params(&params);
  activation.set_org(context.org);
  activation.set_host(context.host);
  activation.set_limits(context.limits.evaluation);
  activation.set_user(context.user, context.user_view);
  return activation;
}

Status evaluate_value(const expr::Program& program, const expr::Activation& activation,
                      Value* value, std::uint64_t* errors) {
  expr::Failure failure;
  if (program.evaluate(activation, value, &failure)) return {};
  *value = Value();
  if (failure.error == expr::ErrorClass::kHost) return failure.status;
  if (failure.error == expr::ErrorClass::kLimit) {
    return Status(Code::kLimit, "expression '" + program.source() + "': " + failure.message);
  }
  if (failure.error != expr::ErrorClass::kMissing) ++*errors;
  return {};
}

std::string column_type(const expr::Type& type) { return type.unwrapped().to_string(); }

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  std::string nearest = base::did_you_mean(word, candidates);
  if (!nearest.empty() || candidates.empty() || candidates.size() > 20) return nearest;
  std::string list;
  for (const std::string& name : candidates) list += (list.empty() ? "" : ", ") + name;
  return "; known are " + list;
}

}  // namespace kith::query
