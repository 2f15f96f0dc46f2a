#include "crm/people.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/try.hpp"
#include "engine/reader.hpp"

namespace kith::crm {

namespace {

Result<std::vector<RecordId>> matching(engine::Reader& reader, const schema::EntityType& type,
                                       std::string where, const std::string& value) {
  Query query;
  query.entity = type.name;
  query.where = std::move(where);
  query.select = {"id"};
  query.order_by = {{"id", false}};
  query.limit = kMaxHolders;
  query.params = {{"value", value}};
  KITH_ASSIGN(const Rows rows, reader.query(query));
  std::vector<RecordId> ids;
  for (const std::vector<Value>& row : rows.rows) {
    if (const RecordId* id = row.front().reference()) ids.push_back(*id);
  }
  return ids;
}

Status add_holders(engine::Reader& reader, const schema::EntityType& type,
                   const schema::Field& field, const std::string& value,
                   std::vector<RecordId>* out) {
  if (field.unique) {
    const Result<RecordId> holder = reader.find_unique(type.name, field.name, value);
    if (holder.ok()) out->push_back(*holder);
    // An index that is still being built cannot be asked; a query can.
    if (holder.ok() || holder.status().code() == Code::kNotFound) return {};
  }
  KITH_ASSIGN(const auto found,
              matching(reader, type, "r." + field.name + " == params.value", value));
  out->insert(out->end(), found.begin(), found.end());
  return {};
}

// The values of a choice field that are in class "open".
std::vector<std::uint32_t> open_options(const schema::EntityType& type,
                                        const schema::Field& field) {
  std::vector<std::uint32_t> open;
  const schema::DerivedField* classes = type.find_derived(field.name + "_class");
  if (classes == nullptr || classes->base_field != field.id) return open;
  for (const auto& [option, value] : classes->values) {
    if (value == Value("open")) open.push_back(option);
  }
  return open;
}

}  // namespace

Fields fields_meaning(const schema::EntityType& type, schema::Semantic semantic) {
  Fields fields;
  for (const schema::Field& field : type.fields) {
    const bool text = field.type == schema::FieldType::kText;
    if (!field.removed && text && field.semantic == semantic) fields.push_back(&field);
  }
  return fields;
}

const schema::Field* reference_to(const schema::EntityType& type,
                                  const schema::EntityType* target) {
  if (target == nullptr) return nullptr;
  const schema::Field* first = nullptr;
  for (const schema::Field& field : type.fields) {
    if (field.removed || field.type != schema::FieldType::kReference) continue;
    if (field.target != target->id) continue;
    if (field.name == target->name) return &field;
    if (first == nullptr) first = &field;
  }
  return first;
}

Result<std::vector<RecordId>> holders(engine::Reader& reader, const schema::EntityType& type,
                                      const Fields& fields, const std::string& value) {
  std::vector<RecordId> found;
  for (const schema::Field* field : fields) {
    KITH_TRY(add_holders(reader, type, *field, value, &found));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<std::vector<RecordId>> named(engine::Reader& reader, const schema::EntityType& type,
                                    const schema::Field& field, const std::string& name) {
  KITH_ASSIGN(auto exact, matching(reader, type, "r." + field.name + " == params.value", name));
  if (!exact.empty()) return exact;
  return matching(reader, type, "fold(r." + field.name + ".trim()) == params.value",
                  base::fold(name));
}

Result<std::vector<RecordId>> open_records(engine::Reader& reader, const engine::CompiledType& type,
                                           const schema::Field& field, RecordId target) {
  struct Machine {
    const record::Slot* slot;
    std::vector<std::uint32_t> open;
  };
  std::vector<Machine> machines;
  for (const schema::Field& choice : type.type->fields) {
    if (choice.removed || choice.pipeline.empty()) continue;
    machines.push_back({&type.layout.slot(choice.id), open_options(*type.type, choice)});
  }
  std::vector<RecordId> open;
  for (RecordId next; open.size() < kMaxHolders;) {
    KITH_ASSIGN(const auto page, reader.referring(target, type, field, next, 100, false));
    if (page.empty()) break;
    for (const RecordId id : page) {
      KITH_ASSIGN(const std::optional<record::View> view, reader.find_record(id));
      auto is_open = [&](const Machine& machine) {
        const auto& options = machine.open;
        return view->has(*machine.slot) && std::find(options.begin(), options.end(),
                                                     view->choice(*machine.slot)) != options.end();
      };
      if (view && std::any_of(machines.begin(), machines.end(), is_open)) open.push_back(id);
    }
    next = RecordId(page.back().bits() + 1);
  }
  if (open.size() > kMaxHolders) open.resize(kMaxHolders);
  return open;
}

}  // namespace kith::crm
