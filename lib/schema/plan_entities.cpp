#include <algorithm>
#include <set>
#include <utility>

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
    for (const EntityDeclaration& entity : declared_.entities) check_inverses(entity);
    for (const EntityDeclaration& entity : declared_.entities) plan_rest(entity);
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
      new_types_.insert(type->id);
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
      if (type.fields.size() >= limits_.max_fields_per_type) {
        diagnostics_.error(declaration.place, "limit", type.name, wanted.name,
                           "an entity type has at most " +
                               std::to_string(limits_.max_fields_per_type) +
                               " fields, removed ones included (limit max_fields_per_type)");
        return;
      }
      wanted.id = static_cast<std::uint32_t>(type.fields.size()) + 1;
      merge_options(wanted, declaration);
      new_fields_.insert({type.id, wanted.id});
      type.fields.push_back(std::move(wanted));
      return;
    }
    check_compatible(type, *existing, wanted, declaration);
    wanted.id = existing->id;
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
                           did_you_mean(declaration.to, names));
    return 0;
  }

  void check_compatible(const EntityType& type, const Field& existing, const Field& wanted,
                        const FieldDeclaration& declaration) {
    const bool same = existing.type == wanted.type && existing.scale == wanted.scale &&
                      (existing.target == wanted.target || wanted.target == 0);
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

  // The name under which the target sees a relation lives beside the target's own fields.
  void check_inverses(const EntityDeclaration& entity) {
    for (const FieldDeclaration& declaration : entity.fields) {
      const std::string& inverse = declaration.field.inverse;
      const EntityType* target = next_.find(declaration.to);
      if (inverse.empty() || target == nullptr) continue;
      std::string clash;
      if (target->find_field(inverse) != nullptr) clash = "a field of " + target->name;
      if (inverse == target->name) clash = "the name of the type itself";
      if (!inverses_.insert({target->id, inverse}).second) {
        clash = "the inverse of another reference to " + target->name;
      }
      if (clash.empty()) continue;
      diagnostics_.error(
          declaration.place, "duplicate_name", entity.type.name, declaration.field.name,
          "the inverse " + quote(inverse) + " is already " + clash + ": take another name");
    }
  }

  void plan_rest(const EntityDeclaration& entity) {
    EntityType* type = next_.find_mutable(entity.type.name);
    if (type == nullptr) return;
    const std::string& title = entity.type.title_field;
    if (!title.empty() && type->find_field(title) == nullptr) {
      diagnostics_.error(entity.title_place, "unknown_field", type->name, title,
                         "the title names no field of " + type->name + suggest(*type, title));
    }
    type->rules.clear();
    for (const RuleDeclaration& declaration : entity.rules) {
      const std::string& blamed = declaration.rule.field;
      if (!blamed.empty() && type->find_field(blamed) == nullptr) {
        diagnostics_.error(declaration.field_place, "unknown_field", type->name, blamed,
                           "rule " + quote(declaration.rule.name) + " blames a field that " +
                               type->name + " does not have" + suggest(*type, blamed));
      }
      type->rules.push_back(declaration.rule);
    }
    plan_indexes(*type, entity);
  }

  static std::string suggest(const EntityType& type, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Field& field : type.fields) {
      if (!field.removed) names.push_back(field.name);
    }
    for (const char* system : {"owner", "created", "updated"}) names.emplace_back(system);
    return did_you_mean(name, names);
  }

  void plan_indexes(EntityType& type, const EntityDeclaration& entity) {
    std::vector<Index> wanted;
    for (const Field& field : type.fields) {
      if (field.removed) continue;
      // A dot keeps these apart from declared names.
      if (field.unique)
        wanted.push_back(make(field.name + ".unique", IndexKind::kUnique, field.id));
      if (field.target != 0) {
        wanted.push_back(make(field.name + ".reference", IndexKind::kPostings, field.id));
      }
    }
    for (const IndexDeclaration& declaration : entity.indexes) {
      add_declared(type, declaration, wanted);
    }
    adopt(type, std::move(wanted));
  }

  static Index make(std::string name, IndexKind kind, std::uint32_t field) {
    Index index;
    index.name = std::move(name);
    index.kind = kind;
    index.fields = {field};
    return index;
  }

  void add_declared(const EntityType& type, const IndexDeclaration& declaration,
                    std::vector<Index>& wanted) {
    Index index;
    index.name = declaration.name;
    bool whole = true;
    for (std::size_t i = 0; i < declaration.fields.size(); ++i) {
      const std::uint32_t id = index_field(type, declaration, i);
      whole = whole && id != 0;
      index.fields.push_back(id);
    }
    if (!whole || index.fields.empty()) return;
    if (index.fields.size() == 1) {
      const Field* field = type.find_field(index.fields[0]);
      const bool owner = index.fields[0] == system_field_id(SystemField::kOwner);
      if (field != nullptr && field->type == FieldType::kReference) {
        diagnostics_.warning(
            declaration.place, "redundant_index", type.name, field->name,
            "every reference has an index already; " + quote(index.name) + " is left out");
        return;
      }
      if (owner || (field != nullptr &&
                    (field->type == FieldType::kChoice || field->type == FieldType::kBool))) {
        index.kind = IndexKind::kPostings;
      }
    }
    wanted.push_back(std::move(index));
  }

  std::uint32_t index_field(const EntityType& type, const IndexDeclaration& declaration,
                            std::size_t position) {
    const std::string& name = declaration.fields[position];
    const Place place = declaration.field_places[position];
    if (const auto system = system_field_from_name(name)) {
      if (*system == SystemField::kOwner || *system == SystemField::kCreated ||
          *system == SystemField::kUpdated) {
        return system_field_id(*system);
      }
      diagnostics_.error(place, "index", type.name, name,
                         "of the system fields only owner, created and updated can be indexed");
      return 0;
    }
    const Field* field = type.find_field(name);
    if (field == nullptr) {
      diagnostics_.error(place, "unknown_field", type.name, name,
                         "index " + quote(declaration.name) + " names " + quote(name) +
                             ", which is no field of " + type.name + suggest(type, name));
      return 0;
    }
    switch (field->type) {
      case FieldType::kMoney:
      case FieldType::kMultiChoice:
      case FieldType::kBytes:
      case FieldType::kJson:
      case FieldType::kReferenceList:
        diagnostics_.error(
            place, "index", type.name, name,
            "a field of type " + std::string(field_type_name(field->type)) + " cannot be indexed");
        return 0;
      default: return field->id;
    }
  }

  // Keeps what is as wanted, removes the rest, adds what is new.
  void adopt(EntityType& type, std::vector<Index> wanted) {
    const bool new_type = new_types_.count(type.id) > 0;
    for (Index& index : type.indexes) {
      const bool kept =
          std::any_of(wanted.begin(), wanted.end(), [&](const Index& w) { return same(w, index); });
      if (!kept) index.removed = true;
    }
    for (Index& index : wanted) {
      const bool known = std::any_of(type.indexes.begin(), type.indexes.end(),
                                     [&](const Index& i) { return !i.removed && same(index, i); });
      if (known) continue;
      index.id = next_.next_index_id++;
      // No record can hold a value of a field that is itself new, and null is in no unique index.
      const bool empty = new_type || (index.kind == IndexKind::kUnique &&
                                      new_fields_.count({type.id, index.fields[0]}) > 0);
      index.state = empty ? IndexState::kReady : IndexState::kBuilding;
      type.indexes.push_back(std::move(index));
    }
  }

  static bool same(const Index& a, const Index& b) {
    return a.name == b.name && a.kind == b.kind && a.fields == b.fields;
  }

  const Declarations& declared_;
  const ModelLimits& limits_;
  Diagnostics& diagnostics_;
  Catalog next_;
  std::set<std::uint16_t> new_types_;
  std::set<std::pair<std::uint16_t, std::uint32_t>> new_fields_;
  std::set<std::pair<std::uint16_t, std::string>> inverses_;
};

}  // namespace

Catalog plan_entities(const Catalog& current, const Declarations& declared,
                      const ModelLimits& limits, Diagnostics& diagnostics) {
  return Planner(current, declared, limits, diagnostics).plan();
}

void collect_expressions(const Declarations& declared, std::vector<ExpressionUse>* uses) {
  for (const EntityDeclaration& entity : declared.entities) {
    for (const RuleDeclaration& declaration : entity.rules) {
      uses->push_back({declaration.rule.expression, entity.type.name, declaration.rule.field,
                       ExpressionUse::Expect::kBool,
                       "rule " + quote(declaration.rule.name) + " of " + entity.type.name,
                       declaration.check_place});
    }
  }
}

}  // namespace kith::schema
