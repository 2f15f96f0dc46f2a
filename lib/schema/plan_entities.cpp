#include <algorithm>
#include <set>
#include <utility>

#include "base/nearest_name.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

// A named entry, removed ones included: where an id may live on.
template <typename Entries>
auto find_any(Entries& entries, std::string_view name) -> decltype(entries.data()) {
  for (auto& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::string describe(const Field& field, const Catalog& catalog) {
  std::string text(field_type_name(field.type));
  if (field.type == FieldType::kDecimal) text += " of scale " + std::to_string(field.scale);
  if (const EntityType* target = catalog.find(field.target)) text += " to " + target->name;
  if (field.is_formula()) text += " by a formula";
  return text;
}

class Planner {
 public:
  Planner(const Catalog& current, const Declarations& declared, const ModelLimits& limits,
          Diagnostics& diagnostics)
      : declared_(declared), limits_(limits), diagnostics_(diagnostics), next_(current) {}

  Catalog plan() {
    plan_types();
    for (const EntityDeclaration& entity : declared_.entities) plan_fields(entity);
    return std::move(next_);
  }

 private:
  void plan_types() {
    std::set<std::string_view> names;
    for (const EntityDeclaration& entity : declared_.entities) names.insert(entity.type.name);
    for (EntityType& type : next_.types) {
      if (names.count(type.name) == 0) remove_type(type);
    }
    for (const EntityDeclaration& entity : declared_.entities) plan_type(entity);
  }

  // Index entries are not kept up for a removed type, so its indexes do not survive it.
  static void remove_type(EntityType& type) {
    type.removed = true;
    for (Index& index : type.indexes) index.removed = true;
  }

  void plan_type(const EntityDeclaration& entity) {
    EntityType* type = find_any(next_.types, entity.type.name);
    if (type == nullptr) {
      const std::size_t limit = std::min<std::size_t>(limits_.max_types, RecordId::kMaxType);
      if (next_.types.size() >= limit) {
        diagnostics_.error(entity.place, "limit", entity.type.name, "",
                           "a database holds at most " + std::to_string(limit) +
                               " entity types, removed ones included (limit max_types)");
        return;
      }
      type = &next_.types.emplace_back();
      type->id = static_cast<std::uint16_t>(next_.types.size());
      type->name = entity.type.name;
    }
    type->removed = false;
    type->label = entity.type.label;
    type->plural = entity.type.plural;
    type->title_field = entity.type.title_field;
  }

  void plan_fields(const EntityDeclaration& entity) {
    EntityType* type = next_.find_mutable(entity.type.name);
    if (type == nullptr) return;
    for (Field& field : type->fields) {
      const bool declared =
          std::any_of(entity.fields.begin(), entity.fields.end(),
                      [&](const FieldDeclaration& d) { return d.field.name == field.name; });
      if (!declared) {
        field.removed = true;
        field.pipeline.clear();
      }
    }
    for (const FieldDeclaration& declaration : entity.fields) plan_field(*type, declaration);
    type->derived.clear();  // pipelines put theirs back
  }

  void plan_field(EntityType& type, const FieldDeclaration& declaration) {
    Field wanted = declaration.field;
    wanted.target = resolve_target(type, declaration);
    wanted.removed = false;
    const Field* existing = find_any(type.fields, wanted.name);
    if (existing == nullptr) {
      if (is_later_macro(wanted.name)) {
        diagnostics_.error(
            declaration.place, "name", type.name, wanted.name,
            "the field name " + quote(wanted.name) + " " + name_problem(wanted.name, limits_));
        return;
      }
      if (type.fields.size() >= limits_.max_fields_per_type) {
        diagnostics_.error(declaration.place, "limit", type.name, wanted.name,
                           "an entity type has at most " +
                               std::to_string(limits_.max_fields_per_type) +
                               " fields, removed ones included (limit max_fields_per_type)");
        return;
      }
      wanted.id = static_cast<std::uint32_t>(type.fields.size()) + 1;
      if (!wanted.is_formula()) give_slots(type, &wanted);
      merge_options(wanted, declaration);
      type.fields.push_back(std::move(wanted));
      return;
    }
    check_compatible(type, *existing, wanted, declaration);
    wanted.id = existing->id;
    wanted.place = existing->place;
    if (existing->reclaimed) give_slots(type, &wanted);
    wanted.options = existing->options;
    merge_options(wanted, declaration);
    type.fields[wanted.id - 1] = std::move(wanted);
  }

  std::uint16_t resolve_target(const EntityType& type, const FieldDeclaration& declaration) {
    if (declaration.to.empty()) return 0;
    if (const EntityType* target = next_.find(declaration.to)) return target->id;
    std::vector<std::string_view> names;
    for (const EntityType& candidate : next_.types) {
      if (!candidate.removed) names.push_back(candidate.name);
    }
    diagnostics_.error(declaration.to_place, "unknown_entity", type.name, declaration.field.name,
                       "there is no entity type " + quote(declaration.to) + " to refer to" +
                           base::did_you_mean(declaration.to, names));
    return 0;
  }

  void check_compatible(const EntityType& type, const Field& existing, const Field& wanted,
                        const FieldDeclaration& declaration) {
    const bool same = existing.type == wanted.type && existing.scale == wanted.scale &&
                      (existing.target == wanted.target || wanted.target == 0) &&
                      existing.is_formula() == wanted.is_formula();
    if (same) return;
    const std::string had = describe(existing, next_);
    const std::string wants = describe(wanted, next_);
    diagnostics_.incompatible(
        declaration.place, "field_changed", type.name, existing.name,
        existing.removed ? "the removed field " + quote(existing.name) + " was " + had +
                               " and its values are kept; it can only come back as that, not as " +
                               wants + ": take another name"
                         : "the field is " + had + " and cannot become " + wants +
                               ": add a field under another name and move the values");
  }

  static void merge_options(Field& field, const FieldDeclaration& declaration) {
    // Without options of its own a choice is moved by a pipeline, which sets them later.
    if (!declaration.has_options) return;
    for (Option& option : field.options) option.retired = true;
    std::uint32_t last = 0;
    for (const Option& option : field.options) last = std::max(last, option.id);
    for (const OptionDeclaration& declared : declaration.options) {
      Option* known = find_any(field.options, declared.option.name);
      if (known == nullptr) {
        field.options.push_back(declared.option);
        field.options.back().id = ++last;
      } else {
        known->label = declared.option.label;
        known->retired = declared.option.retired;
      }
    }
  }

  const Declarations& declared_;
  const ModelLimits& limits_;
  Diagnostics& diagnostics_;
  Catalog next_;
};

}  // namespace

Catalog plan_entities(const Catalog& current, const Declarations& declared,
                      const ModelLimits& limits, Diagnostics& diagnostics) {
  return Planner(current, declared, limits, diagnostics).plan();
}

void collect_expressions(const Declarations& declared, std::vector<ExpressionUse>* uses) {
  for (const EntityDeclaration& entity : declared.entities) {
    for (const FieldDeclaration& declaration : entity.fields) {
      if (!declaration.field.is_formula()) continue;
      uses->push_back({declaration.field.formula, entity.type.name, declaration.field.name,
                       ExpressionUse::Expect::kFormula,
                       "formula " + declaration.field.name + " of " + entity.type.name,
                       declaration.formula_place});
    }
    for (const RollupDeclaration& declaration : entity.rollups) {
      const Rollup& rollup = declaration.rollup;
      const std::string where = "rollup " + rollup.name + " of " + entity.type.name;
      if (!rollup.value.empty()) {
        uses->push_back({rollup.value, entity.type.name, rollup.name,
                         ExpressionUse::Expect::kRollup, where, declaration.value_place});
      }
      if (!rollup.where.empty()) {
        uses->push_back({rollup.where, entity.type.name, rollup.name,
                         ExpressionUse::Expect::kRollup, where, declaration.where_place, "where"});
      }
    }
    for (const RuleDeclaration& declaration : entity.rules) {
      uses->push_back({declaration.rule.expression, entity.type.name, declaration.rule.field,
                       ExpressionUse::Expect::kBool,
                       "rule " + quote(declaration.rule.name) + " of " + entity.type.name,
                       declaration.check_place});
    }
  }
}

}  // namespace kith::schema
