#include "engine/formula_indexes.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "expr/formulas.hpp"
#include "record/layout.hpp"

namespace kith::engine {

namespace {

using schema::EntityType;
using schema::Field;
using schema::Index;

bool holds_formula(const EntityType& type, const Index& index) {
  return std::any_of(index.fields.begin(), index.fields.end(), [&](std::uint32_t id) {
    const Field* field = type.find_field(id);
    return field != nullptr && field->is_formula();
  });
}

// What the value of a formula follows from beside the records.
struct Basis {
  std::vector<std::pair<std::uint32_t, std::string>> formulas;
  std::vector<schema::DerivedField> derived;
  friend bool operator==(const Basis&, const Basis&) = default;
};

class Bases {
 public:
  explicit Bases(const schema::Catalog& catalog)
      : layouts_(catalog),
        formulas_(catalog, [this](std::uint16_t id) { return layouts_.find(id); }) {}

  Result<Basis> of(const EntityType& type, const Index& index) {
    Basis basis;
    for (const std::uint32_t id : index.fields) {
      const Field* field = type.find_field(id);
      if (field == nullptr || !field->is_formula()) continue;
      KITH_TRY(formulas_.check(type, *field));
      basis.formulas.emplace_back(id, field->formula);
      add_inputs(type, formulas_.find(type.id, id)->program, &basis);
    }
    return basis;
  }

 private:
  // Indexed formulas read their own record only.
  static void add_inputs(const EntityType& type, const expr::Program& program, Basis* basis) {
    for (const std::uint32_t id : program.fields_read()) {
      const Field* field = type.find_field(id);
      if (field != nullptr && field->is_formula()) basis->formulas.emplace_back(id, field->formula);
      for (const schema::DerivedField& derived : type.derived) {
        if (derived.base_field == id) basis->derived.push_back(derived);
      }
    }
  }

  record::LayoutCache layouts_;
  expr::Formulas formulas_;
};

const Index* find_live(const EntityType* type, std::uint32_t id) {
  if (type == nullptr || type->removed) return nullptr;
  for (const Index& index : type->indexes) {
    if (index.id == id) return index.removed ? nullptr : &index;
  }
  return nullptr;
}

}  // namespace

Status renew_formula_indexes(const schema::Catalog& current, schema::Catalog* next) {
  std::vector<std::pair<std::uint16_t, std::uint32_t>> outdated;  // type and index
  {
    Bases before(current);
    Bases after(*next);
    for (const EntityType& type : next->types) {
      if (type.removed) continue;
      const EntityType* old = current.find(type.id);
      for (const Index& index : type.indexes) {
        if (index.removed || !holds_formula(type, index)) continue;
        const Index* had = find_live(old, index.id);
        if (had == nullptr) continue;
        KITH_ASSIGN(const Basis now, after.of(type, index));
        const Result<Basis> then = before.of(*old, *had);
        if (!then.ok() || !(*then == now)) outdated.emplace_back(type.id, index.id);
      }
    }
  }
  for (const auto& [type_id, index_id] : outdated) {
    EntityType& type = next->types[type_id - 1u];
    const auto at = std::find_if(type.indexes.begin(), type.indexes.end(),
                                 [id = index_id](const Index& i) { return i.id == id; });
    Index fresh = *at;
    at->removed = true;
    fresh.id = next->next_index_id++;
    fresh.state = schema::IndexState::kBuilding;
    type.indexes.push_back(std::move(fresh));
  }
  return {};
}

}  // namespace kith::engine
