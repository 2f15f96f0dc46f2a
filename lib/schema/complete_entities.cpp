// What of the entities speaks of fields, once all fields are there: those of pipelines too.
#include <algorithm>
#include <set>
#include <utility>

#include "base/nearest_name.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

class Completer {
 public:
  Completer(const Catalog& current, const Declarations& declared, Catalog& draft,
            Diagnostics& diagnostics)
      : current_(current), declared_(declared), diagnostics_(diagnostics), draft_(draft) {}

  void complete() {
    for (const EntityDeclaration& entity : declared_.entities) check_inverses(entity);
    for (const EntityDeclaration& entity : declared_.entities) plan_rest(entity);
  }

 private:
  // The name under which the target sees a relation lives beside the target's own fields.
  void check_inverses(const EntityDeclaration& entity) {
    for (const FieldDeclaration& declaration : entity.fields) {
      const std::string& inverse = declaration.field.inverse;
      const EntityType* target = draft_.find(declaration.to);
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
    EntityType* type = draft_.find_mutable(entity.type.name);
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
    plan_rollups(*type, entity);
    plan_indexes(*type, entity);
  }

  void plan_rollups(EntityType& type, const EntityDeclaration& entity) {
    type.rollups.clear();
    std::vector<std::string_view> relations;
    for (const Catalog::Inbound& inbound : draft_.inbound(type.id)) {
      if (!inbound.field->inverse.empty()) relations.push_back(inbound.field->inverse);
    }
    const auto is_relation = [&](std::string_view name) {
      return std::find(relations.begin(), relations.end(), name) != relations.end();
    };
    for (const RollupDeclaration& declaration : entity.rollups) {
      const Rollup& rollup = declaration.rollup;
      std::string clash;
      if (is_relation(rollup.name)) clash = "a relation of ";
      if (is_readable(type, rollup.name)) clash = "a field of ";
      if (!clash.empty()) {
        diagnostics_.error(declaration.place, "duplicate_name", type.name, rollup.name,
                           "the rollup name " + quote(rollup.name) + " is already " + clash +
                               type.name + ": take another name");
      } else if (!is_relation(rollup.of)) {
        std::string message = "rollup " + quote(rollup.name) + " is of " + quote(rollup.of) +
                              ", which is no relation of " + type.name;
        const std::string near = base::did_you_mean(rollup.of, relations);
        message +=
            near.empty() ? "; a relation is the \"inverse\" of a reference to " + type.name : near;
        diagnostics_.error(declaration.of_place, "unknown_relation", type.name, rollup.name,
                           std::move(message));
      } else {
        type.rollups.push_back(rollup);
      }
    }
  }

  // Whether expressions know a field, a derived one or a currency by this name.
  static bool is_readable(const EntityType& type, std::string_view name) {
    constexpr std::string_view kCurrency = "_ccy";
    if (type.find_field(name) != nullptr || type.find_derived(name) != nullptr) return true;
    if (!name.ends_with(kCurrency)) return false;
    const Field* money = type.find_field(name.substr(0, name.size() - kCurrency.size()));
    return money != nullptr && money->type == FieldType::kMoney;
  }

  static std::string suggest(const EntityType& type, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Field& field : type.fields) {
      if (!field.removed) names.push_back(field.name);
    }
    for (const char* system : {"owner", "created", "updated"}) names.emplace_back(system);
    return base::did_you_mean(name, names);
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
    const EntityType* before = current_.find(type.id);
    for (Index& index : type.indexes) {
      const bool kept =
          std::any_of(wanted.begin(), wanted.end(), [&](const Index& w) { return same(w, index); });
      if (!kept) index.removed = true;
    }
    for (Index& index : wanted) {
      const bool known = std::any_of(type.indexes.begin(), type.indexes.end(),
                                     [&](const Index& i) { return !i.removed && same(index, i); });
      if (known) continue;
      index.id = draft_.next_index_id++;
      // No record can hold a value of a stored field that is itself new, and null is in no unique
      // index.
      const Field* first = type.find_field(index.fields[0]);
      const bool computed = first != nullptr && first->is_formula();
      const bool empty = before == nullptr || (index.kind == IndexKind::kUnique && !computed &&
                                               before->find_field(index.fields[0]) == nullptr);
      index.state = empty ? IndexState::kReady : IndexState::kBuilding;
      type.indexes.push_back(std::move(index));
    }
  }

  static bool same(const Index& a, const Index& b) {
    return a.name == b.name && a.kind == b.kind && a.fields == b.fields;
  }

  const Catalog& current_;
  const Declarations& declared_;
  Diagnostics& diagnostics_;
  Catalog& draft_;
  std::set<std::pair<std::uint16_t, std::string>> inverses_;
};

}  // namespace

void complete_entities(const Catalog& current, const Declarations& declared, Catalog& draft,
                       Diagnostics& diagnostics) {
  Completer(current, declared, draft, diagnostics).complete();
}

}  // namespace kith::schema
