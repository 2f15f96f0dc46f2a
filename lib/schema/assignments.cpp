#include "schema/assignments.hpp"

#include <utility>
#include "base/nearest_name.hpp"

namespace kith::schema {
namespace {

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace

std::vector<AssignmentDeclaration> read_assignments(const ObjectReader& in,
                                                    std::string_view member) {
  std::vector<AssignmentDeclaration> declared;
  const json::Node* node = in.find(member);
  if (node == nullptr) return declared;
  if (!node->is_object()) {
    in.error(member, "type",
             quote(member) + " must be an object of fields and expressions, not " +
                 std::string(json::kind_name(node->kind())));
    return declared;
  }
  for (const json::Member& field : node->members()) {
    if (!field.value.is_text() || field.value.text().empty()) {
      in.scope().error(
          place_of(field.value), "type",
          quote(member) + ": the value of " + quote(field.name) +
              " must be an expression in quotes, such as \"r.amount * 2\" or \"'text'\"");
      continue;
    }
    if (field.value.text().size() > in.scope().limits->max_expression_bytes) {
      in.scope().error(place_of(field.value), "limit",
                       "the expression is longer than " +
                           std::to_string(in.scope().limits->max_expression_bytes) +
                           " bytes (limit max_expression_bytes)");
      continue;
    }
    declared.push_back({field.name, field.value.text(), place_of(field), place_of(field.value)});
  }
  return declared;
}

const EntityType* resolve_entity(const Catalog& catalog, const PlacedText& name,
                                 const Scope& scope) {
  if (name.text.empty()) return nullptr;
  if (const EntityType* type = catalog.find(name.text)) return type;
  std::vector<std::string_view> names;
  for (const EntityType& candidate : catalog.types) {
    if (!candidate.removed) names.push_back(candidate.name);
  }
  scope.error(name.place, "unknown_entity",
              "there is no entity type " + quote(name.text) + base::did_you_mean(name.text, names));
  return nullptr;
}

const Field* resolve_field(const EntityType& type, std::string_view name, Place place,
                           const Scope& scope) {
  if (const Field* field = type.find_field(name)) return field;
  if (system_field_from_name(name) || type.find_derived(name) != nullptr) {
    scope.error(place, "read_only", quote(name) + " is kept by kith itself and cannot stand here");
    return nullptr;
  }
  std::vector<std::string_view> names;
  for (const Field& field : type.fields) {
    if (!field.removed) names.push_back(field.name);
  }
  scope.error(place, "unknown_field",
              quote(name) + " is no field of " + type.name + base::did_you_mean(name, names));
  return nullptr;
}

std::vector<Assignment> resolve_assignments(const EntityType& type,
                                            const std::vector<AssignmentDeclaration>& declared,
                                            const Scope& scope, bool may_move_stages,
                                            std::vector<ExpressionUse>* uses) {
  std::vector<Assignment> resolved;
  for (const AssignmentDeclaration& assignment : declared) {
    const bool owner = assignment.field == system_field_name(SystemField::kOwner);
    std::uint32_t id = system_field_id(SystemField::kOwner);
    if (!owner) {
      const Field* field = resolve_field(type, assignment.field, assignment.field_place, scope);
      if (field == nullptr) continue;
      if (field->is_formula()) {
        scope.error(assignment.field_place, "read_only",
                    quote(field->name) + " is a formula and cannot be set");
        continue;
      }
      if (field->kept) {
        scope.error(assignment.field_place, "read_only",
                    quote(field->name) + " is kept by kith itself and cannot be set");
        continue;
      }
      if (!field->pipeline.empty() && !may_move_stages) {
        scope.error(assignment.field_place, "machine_field",
                    quote(field->name) + " is moved by pipeline " + field->pipeline +
                        " and cannot be set from within a pipeline: declare a transition");
        continue;
      }
      id = field->id;
    }
    uses->push_back({assignment.expression, type.name, assignment.field,
                     ExpressionUse::Expect::kField, scope.where + ", set " + assignment.field,
                     assignment.place});
    resolved.push_back({id, assignment.expression});
  }
  return resolved;
}

}  // namespace kith::schema
