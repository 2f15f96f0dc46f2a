#include "schema/catalog_codec.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"

namespace kith::schema {
namespace {

using base::ByteReader;
using base::ByteWriter;
using base::read_all;
using base::read_enum;
using base::read_string;
using base::write_all;

// A catalog's values are scalars and lists of names, never so deep that encoding could fail; if one
// were, it would leave nothing here, which no reader accepts.
void write_value(ByteWriter& out, const Value& value) {
  ByteWriter bytes;
  out.string(base::encode_value(value, &bytes).ok() ? bytes.bytes() : std::string());
}

Value read_value(ByteReader& in) {
  ByteReader bytes(in.string());
  Result<Value> value = base::decode_value(&bytes);
  if (value.ok() && bytes.ok() && bytes.at_end()) return *std::move(value);
  in.fail();
  return {};
}

void write_option(ByteWriter& out, const Option& option) {
  out.varint(option.id);
  out.string(option.name);
  out.string(option.label);
  out.boolean(option.retired);
}

Option read_option(ByteReader& in) {
  Option option;
  option.id = in.varint32();
  option.name = read_string(in);
  option.label = read_string(in);
  option.retired = in.boolean();
  if (option.id == 0) in.fail();
  return option;
}

// How a field owns slots, or by what it is computed instead.
constexpr std::uint8_t kRemoved = 1;
constexpr std::uint8_t kReclaimed = 2;
constexpr std::uint8_t kPlaced = 4;
constexpr std::uint8_t kFormula = 8;

void write_slots(ByteWriter& out, const Field& field) {
  out.u8(static_cast<std::uint8_t>(
      (field.removed ? kRemoved : 0) | (field.reclaimed ? kReclaimed : 0) |
      (field.place != 0 ? kPlaced : 0) | (field.is_formula() ? kFormula : 0)));
  if (field.place != 0) out.varint(field.place);
  if (field.is_formula()) out.string(field.formula);
}

void read_slots(ByteReader& in, Field* field) {
  const std::uint8_t flags = in.u8();
  field->removed = (flags & kRemoved) != 0;
  field->reclaimed = (flags & kReclaimed) != 0;
  if ((flags & kPlaced) != 0) {
    field->place = in.varint32();
    if (field->place == 0) in.fail();
  }
  if ((flags & kFormula) != 0) {
    field->formula = read_string(in);
    if (field->formula.empty() || field->reclaimed || field->place != 0) in.fail();
  }
  if (flags > (kRemoved | kReclaimed | kPlaced | kFormula)) in.fail();
  if (field->reclaimed && (!field->removed || field->place != 0)) in.fail();
}

void write_field(ByteWriter& out, const Field& field) {
  out.varint(field.id);
  out.string(field.name);
  out.string(field.label);
  out.string(field.help);
  out.u8(static_cast<std::uint8_t>(field.type));
  out.u8(static_cast<std::uint8_t>(field.semantic));
  out.boolean(field.required);
  out.boolean(field.unique);
  write_slots(out, field);
  out.u8(field.scale);
  out.varint(field.max_length);
  out.boolean(field.default_value.has_value());
  if (field.default_value) write_value(out, *field.default_value);
  out.varint(field.options.size());
  for (const Option& option : field.options) write_option(out, option);
  out.string(field.pipeline);
  out.boolean(field.kept);
  out.varint(field.target);
  out.string(field.inverse);
  out.u8(static_cast<std::uint8_t>(field.on_delete));
}

Field read_field(ByteReader& in) {
  Field field;
  field.id = in.varint32();
  field.name = read_string(in);
  field.label = read_string(in);
  field.help = read_string(in);
  field.type = read_enum(in, FieldType::kBool, FieldType::kReferenceList);
  field.semantic = read_enum(in, Semantic::kNone, Semantic::kAddress);
  field.required = in.boolean();
  field.unique = in.boolean();
  read_slots(in, &field);
  field.scale = in.u8();
  field.max_length = in.varint32();
  if (in.boolean()) field.default_value = read_value(in);
  const std::size_t options = in.count(4);
  for (std::size_t i = 0; i < options && in.ok(); ++i) field.options.push_back(read_option(in));
  field.pipeline = read_string(in);
  field.kept = in.boolean();
  field.target = in.varint16();
  field.inverse = read_string(in);
  field.on_delete = read_enum(in, OnDelete::kRestrict, OnDelete::kCascade);
  if (field.scale > 9) in.fail();
  return field;
}

void write_derived(ByteWriter& out, const DerivedField& derived) {
  out.string(derived.name);
  out.string(derived.label);
  out.varint(derived.base_field);
  out.u8(static_cast<std::uint8_t>(derived.type));
  out.varint(derived.values.size());
  for (const auto& [option, value] : derived.values) {
    out.varint(option);
    write_value(out, value);
  }
}

DerivedField read_derived(ByteReader& in) {
  DerivedField derived;
  derived.name = read_string(in);
  derived.label = read_string(in);
  derived.base_field = in.varint32();
  derived.type = read_enum(in, FieldType::kBool, FieldType::kReferenceList);
  const std::size_t values = in.count(2);
  for (std::size_t i = 0; i < values && in.ok(); ++i) {
    const std::uint32_t option = in.varint32();
    derived.values.emplace_back(option, read_value(in));
  }
  return derived;
}

void write_index(ByteWriter& out, const Index& index) {
  out.varint(index.id);
  out.string(index.name);
  out.u8(static_cast<std::uint8_t>(index.kind));
  out.u8(static_cast<std::uint8_t>(index.state));
  out.varint(index.fields.size());
  for (const std::uint32_t field : index.fields) out.varint(field);
  out.boolean(index.removed);
}

Index read_index(ByteReader& in) {
  Index index;
  index.id = in.varint32();
  index.name = read_string(in);
  index.kind = read_enum(in, IndexKind::kOrdered, IndexKind::kUnique);
  index.state = read_enum(in, IndexState::kReady, IndexState::kBuilding);
  const std::size_t fields = in.count();
  for (std::size_t i = 0; i < fields && in.ok(); ++i) index.fields.push_back(in.varint32());
  index.removed = in.boolean();
  return index;
}

void write_rule(ByteWriter& out, const ValidationRule& rule) {
  out.string(rule.name);
  out.string(rule.expression);
  out.string(rule.message);
  out.string(rule.field);
}

ValidationRule read_rule(ByteReader& in) {
  ValidationRule rule;
  rule.name = read_string(in);
  rule.expression = read_string(in);
  rule.message = read_string(in);
  rule.field = read_string(in);
  return rule;
}

void write_rollup(ByteWriter& out, const Rollup& rollup) {
  out.string(rollup.name);
  out.string(rollup.label);
  out.string(rollup.of);
  out.u8(static_cast<std::uint8_t>(rollup.kind));
  out.string(rollup.value);
  out.string(rollup.where);
}

Rollup read_rollup(ByteReader& in) {
  Rollup rollup;
  rollup.name = read_string(in);
  rollup.label = read_string(in);
  rollup.of = read_string(in);
  rollup.kind = read_enum(in, RollupKind::kCount, RollupKind::kAvg);
  rollup.value = read_string(in);
  rollup.where = read_string(in);
  const bool counts = rollup.kind == RollupKind::kCount;
  if (rollup.name.empty() || rollup.of.empty() || counts != rollup.value.empty()) in.fail();
  return rollup;
}

// What the rest of kith takes for granted of a type: fields are found at id - 1, and what refers
// to a field refers to one that is there.
bool consistent(const EntityType& type) {
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].id != i + 1) return false;
  }
  const std::vector<const Field*> order = fields_with_slots(type);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1]->slot_order() == order[i]->slot_order()) return false;
  }
  for (const DerivedField& derived : type.derived) {
    if (type.find_field(derived.base_field) == nullptr) return false;
  }
  for (const Index& index : type.indexes) {
    if (index.fields.empty()) return false;
    for (const std::uint32_t id : index.fields) {
      if (type.find_field(id) == nullptr && !system_field_from_id(id)) return false;
    }
  }
  return type.id != 0 && type.id <= RecordId::kMaxType;
}

std::string type_key(std::uint16_t id) {
  ByteWriter key;
  key.raw(kCatalogTypePrefix);
  key.u16(id);
  return key.take();
}

Status check_row_size(const EntityType& type, const std::string& row) {
  if (row.size() <= store::kMaxValueBytes) return {};
  return {Code::kLimit,
          "the definition of " + type.name + " takes " + std::to_string(row.size()) +
              " bytes, more than the store's limit of a value (max_value_bytes, " +
              std::to_string(store::kMaxValueBytes) + "): shorten its texts or split the type",
          type.name, ""};
}

Result<CatalogHead> load_head(store::ReadTxn& txn) {
  KITH_ASSIGN(const auto row, txn.get(store::Table::kMeta, kCatalogHeadKey));
  if (!row) return CatalogHead{};
  return decode_head(*row);
}

}  // namespace

std::string encode_type(const EntityType& type) {
  ByteWriter out;
  out.u8(kCatalogFormat);
  out.varint(type.id);
  out.string(type.name);
  out.string(type.label);
  out.string(type.plural);
  out.string(type.title_field);
  out.boolean(type.removed);
  write_all(out, type.fields, write_field);
  write_all(out, type.derived, write_derived);
  write_all(out, type.indexes, write_index);
  write_all(out, type.rules, write_rule);
  // Rows are older than rollups: a type that has none ends here.
  if (!type.rollups.empty()) write_all(out, type.rollups, write_rollup);
  return out.take();
}

Result<EntityType> decode_type(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kCatalogFormat) in.fail();
  EntityType type;
  type.id = in.varint16();
  type.name = read_string(in);
  type.label = read_string(in);
  type.plural = read_string(in);
  type.title_field = read_string(in);
  type.removed = in.boolean();
  type.fields = read_all<Field>(in, read_field);
  type.derived = read_all<DerivedField>(in, read_derived);
  type.indexes = read_all<Index>(in, read_index);
  type.rules = read_all<ValidationRule>(in, read_rule);
  if (in.ok() && !in.at_end()) {
    type.rollups = read_all<Rollup>(in, read_rollup);
    if (type.rollups.empty()) in.fail();
  }
  KITH_TRY(in.finish("catalog row of an entity type"));
  if (!consistent(type)) {
    return Status(Code::kCorrupt, "catalog row of an entity type: ids are out of place");
  }
  return type;
}

std::string encode_head(const Catalog& catalog) {
  ByteWriter out;
  out.u8(kCatalogFormat);
  out.u64(catalog.generation);
  out.u32(catalog.next_index_id);
  out.u16(static_cast<std::uint16_t>(catalog.types.size()));
  out.string(catalog.model_name);
  return out.take();
}

Result<CatalogHead> decode_head(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.u8() != kCatalogFormat) in.fail();
  CatalogHead head;
  head.generation = in.u64();
  head.next_index_id = in.u32();
  head.type_count = in.u16();
  head.model_name = std::string(in.string());
  if (head.type_count > RecordId::kMaxType || head.next_index_id == 0) in.fail();
  KITH_TRY(in.finish("catalog head row"));
  return head;
}

Result<std::uint64_t> load_generation(store::ReadTxn& txn) {
  KITH_ASSIGN(const CatalogHead head, load_head(txn));
  return head.generation;
}

Result<Catalog> load_catalog(store::ReadTxn& txn) {
  KITH_ASSIGN(CatalogHead head, load_head(txn));
  Catalog catalog;
  catalog.generation = head.generation;
  catalog.next_index_id = head.next_index_id;
  catalog.model_name = std::move(head.model_name);
  std::vector<std::string> keys;
  for (std::uint16_t id = 1; id <= head.type_count; ++id) keys.push_back(type_key(id));
  if (keys.empty()) return catalog;
  KITH_ASSIGN(const auto rows, txn.multi_get(store::Table::kMeta, keys));
  for (std::uint16_t id = 1; id <= head.type_count; ++id) {
    const auto& row = rows[id - 1];
    if (!row) {
      return Status(Code::kCorrupt,
                    "the catalog lacks the row of entity type " + std::to_string(id));
    }
    KITH_ASSIGN(EntityType type, decode_type(*row));
    if (type.id != id) {
      return Status(Code::kCorrupt, "the catalog row of entity type " + std::to_string(id) +
                                        " says it is " + std::to_string(type.id));
    }
    catalog.types.push_back(std::move(type));
  }
  return catalog;
}

Status check_storable(const Catalog& catalog) {
  for (const EntityType& type : catalog.types) KITH_TRY(check_row_size(type, encode_type(type)));
  return {};
}

Status save_catalog(store::WriteTxn& txn, Catalog* catalog, bool touch) {
  KITH_ASSIGN(const CatalogHead stored, load_head(txn));
  catalog->generation = stored.generation;
  std::vector<std::pair<std::string, std::string>> changed;
  for (const EntityType& type : catalog->types) {
    std::string key = type_key(type.id);
    std::string row = encode_type(type);
    KITH_TRY(decode_type(row).status());  // never write what could not be read again
    KITH_TRY(check_row_size(type, row));
    KITH_ASSIGN(const auto old, txn.get(store::Table::kMeta, key));
    if (!old || *old != row) changed.emplace_back(std::move(key), std::move(row));
  }
  const bool head_moved = stored.next_index_id != catalog->next_index_id ||
                          stored.type_count != catalog->types.size() ||
                          stored.model_name != catalog->model_name;
  if (changed.empty() && !head_moved && !touch) return {};
  catalog->generation = stored.generation + 1;
  for (const auto& [key, row] : changed) KITH_TRY(txn.put(store::Table::kMeta, key, row));
  return txn.put(store::Table::kMeta, kCatalogHeadKey, encode_head(*catalog));
}

}  // namespace kith::schema
