#include "schema/types.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kith::schema {
namespace {

constexpr std::array<std::string_view, 15> kFieldTypeNames = {
    "bool",      "int",      "float", "decimal", "money", "choice",    "multi_choice",  "date",
    "timestamp", "duration", "text",  "bytes",   "json",  "reference", "reference_list"};

constexpr std::array<std::string_view, 6> kSystemFieldNames = {"id",      "version", "created",
                                                               "updated", "owner",   "deleted"};

// A name is found among live entries only: a removed one gives its name up.
template <typename Entries>
auto find_live(Entries& entries, std::string_view name) -> decltype(entries.data()) {
  for (auto& entry : entries) {
    if (!entry.removed && entry.name == name) return &entry;
  }
  return nullptr;
}

template <typename Entries>
auto find_named(const Entries& entries, std::string_view name) -> decltype(entries.data()) {
  for (const auto& entry : entries) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

Status bad_id(std::string_view text, std::string_view why) {
  return {Code::kInvalidArgument, "\"" + std::string(text) + "\" is not a record id: " +
                                      std::string(why) + "; write it as type:number, like deal:42"};
}

}  // namespace

std::string_view field_type_name(FieldType type) {
  const auto position = static_cast<std::size_t>(type) - 1;
  return position < kFieldTypeNames.size() ? kFieldTypeNames[position] : "unknown";
}

std::optional<FieldType> field_type_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kFieldTypeNames.size(); ++i) {
    if (kFieldTypeNames[i] == name) return static_cast<FieldType>(i + 1);
  }
  return std::nullopt;
}

bool is_pointer_type(FieldType type) {
  switch (type) {
    case FieldType::kMultiChoice:
    case FieldType::kText:
    case FieldType::kBytes:
    case FieldType::kJson:
    case FieldType::kReferenceList: return true;
    default: return false;
  }
}

const Option* Field::find_option(std::string_view option_name) const {
  return find_named(options, option_name);
}

const Option* Field::find_option(std::uint32_t option_id) const {
  // Options are given ids in order of addition, so an id nearly always is its position.
  if (option_id > 0 && option_id <= options.size() && options[option_id - 1].id == option_id) {
    return &options[option_id - 1];
  }
  for (const Option& option : options) {
    if (option.id == option_id) return &option;
  }
  return nullptr;
}

const Field* EntityType::find_field(std::string_view field_name) const {
  return find_live(fields, field_name);
}

const Field* EntityType::find_field(std::uint32_t field_id) const {
  return field_id > 0 && field_id <= fields.size() ? &fields[field_id - 1] : nullptr;
}

const DerivedField* EntityType::find_derived(std::string_view derived_name) const {
  return find_named(derived, derived_name);
}

const Index* EntityType::find_index(std::string_view index_name) const {
  return find_live(indexes, index_name);
}

const Rollup* EntityType::find_rollup(std::string_view rollup_name) const {
  const auto found = std::find_if(rollups.begin(), rollups.end(),
                                  [&](const Rollup& r) { return r.name == rollup_name; });
  return found == rollups.end() ? nullptr : &*found;
}

std::string_view rollup_kind_name(RollupKind kind) {
  switch (kind) {
    case RollupKind::kCount: return "count";
    case RollupKind::kSum: return "sum";
    case RollupKind::kMin: return "min";
    case RollupKind::kMax: return "max";
    case RollupKind::kAvg: return "avg";
  }
  return "?";
}

std::optional<SystemField> system_field_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kSystemFieldNames.size(); ++i) {
    if (kSystemFieldNames[i] == name) return static_cast<SystemField>(i);
  }
  return std::nullopt;
}

std::string_view system_field_name(SystemField field) {
  const auto position = static_cast<std::size_t>(field);
  return position < kSystemFieldNames.size() ? kSystemFieldNames[position] : "unknown";
}

std::optional<SystemField> system_field_from_id(std::uint32_t id) {
  if (id < kSystemFieldBase || id - kSystemFieldBase >= kSystemFieldNames.size()) {
    return std::nullopt;
  }
  return static_cast<SystemField>(id - kSystemFieldBase);
}

std::vector<const Field*> fields_with_slots(const EntityType& type) {
  std::vector<const Field*> fields;
  fields.reserve(type.fields.size());
  for (const Field& field : type.fields) {
    if (field.has_slot()) fields.push_back(&field);
  }
  const auto earlier = [](const Field* a, const Field* b) {
    return a->slot_order() < b->slot_order();
  };
  if (!std::is_sorted(fields.begin(), fields.end(), earlier)) {
    std::stable_sort(fields.begin(), fields.end(), earlier);
  }
  return fields;
}

void give_slots(const EntityType& type, Field* field) {
  std::uint32_t last = 0;
  for (const Field* other : fields_with_slots(type)) last = std::max(last, other->slot_order());
  field->reclaimed = false;
  field->place = last >= field->id ? last + 1 : 0;
}

const EntityType* Catalog::find(std::string_view name) const { return find_live(types, name); }

const EntityType* Catalog::find(std::uint16_t id) const {
  return id > 0 && id <= types.size() ? &types[id - 1] : nullptr;
}

EntityType* Catalog::find_mutable(std::string_view name) { return find_live(types, name); }

std::vector<Catalog::Inbound> Catalog::inbound(std::uint16_t type) const {
  std::vector<Inbound> found;
  for (const EntityType& from : types) {
    if (from.removed) continue;
    for (const Field& field : from.fields) {
      if (!field.removed && field.target == type && type != 0) found.push_back({&from, &field});
    }
  }
  return found;
}

std::string format_id(const Catalog& catalog, RecordId id) {
  if (id.is_null()) return {};
  const EntityType* type = catalog.find(id.type());
  std::string text = type != nullptr ? type->name : "#" + std::to_string(id.type());
  text += ':';
  text += std::to_string(id.sequence());
  return text;
}

Result<RecordId> parse_id(const Catalog& catalog, std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad_id(text, "it has no colon");
  const std::string_view type_name = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  const EntityType* type = catalog.find(type_name);
  if (type == nullptr) {
    return bad_id(text, "there is no entity type \"" + std::string(type_name) + "\"");
  }
  std::uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return bad_id(text, "what follows the colon is not a number in range");
  }
  if (sequence == 0 || sequence > RecordId::kMaxSequence || digits.front() == '0') {
    return bad_id(text, "the number must be from 1 to 2^48 - 1, without leading zeros");
  }
  return RecordId(type->id, sequence);
}

}  // namespace kith::schema
