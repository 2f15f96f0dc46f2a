#include "exchange/dump_catalog.hpp"

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/dump_line.hpp"
#include "exchange/dump_value.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::exchange {
namespace {

using json::Node;
using json::Writer;
using schema::DerivedField;
using schema::EntityType;
using schema::Field;
using schema::FieldType;
using schema::Index;
using schema::IndexKind;
using schema::OnDelete;
using schema::Option;
using schema::Semantic;
using schema::ValidationRule;

constexpr std::array<std::string_view, 6> kSemantics = {"none", "email",       "phone",
                                                        "url",  "person_name", "address"};
constexpr std::array<std::string_view, 3> kOnDelete = {"restrict", "clear", "cascade"};
constexpr std::array<std::string_view, 3> kIndexKinds = {"ordered", "postings", "unique"};
constexpr std::array<std::string_view, 5> kRollupKinds = {"count", "sum", "min", "max", "avg"};

// Defaults and derived values name no record by its type's name: the types are being read.
const DumpValues& plain_values() {
  static const schema::Catalog none;
  static const DumpValues values(none);
  return values;
}

void put_text(Writer* out, std::string_view name, std::string_view text) {
  if (!text.empty()) out->key(name).text(text);
}
void put_flag(Writer* out, std::string_view name, bool flag) {
  if (flag) out->key(name).boolean(true);
}
void put_number(Writer* out, std::string_view name, std::uint64_t number) {
  if (number != 0) out->key(name).number(number);
}

void write_option(const Option& option, Writer* out) {
  out->begin_object().key("id").number(std::uint64_t{option.id}).key("name").text(option.name);
  put_text(out, "label", option.label);
  put_flag(out, "retired", option.retired);
  out->end_object();
}

void write_field(const Field& field, Writer* out) {
  out->begin_object().key("id").number(std::uint64_t{field.id}).key("name").text(field.name);
  out->key("type").text(schema::field_type_name(field.type));
  put_text(out, "label", field.label);
  put_text(out, "help", field.help);
  if (field.semantic != Semantic::kNone) {
    out->key("semantic").text(kSemantics[static_cast<std::size_t>(field.semantic)]);
  }
  put_flag(out, "required", field.required);
  put_flag(out, "unique", field.unique);
  put_flag(out, "removed", field.removed);
  put_number(out, "scale", field.scale);
  put_number(out, "max_length", field.max_length);
  if (field.default_value) {
    out->key("default");
    plain_values().write(*field.default_value, out);
  }
  if (!field.options.empty()) {
    out->key("options").begin_array();
    for (const Option& option : field.options) write_option(option, out);
    out->end_array();
  }
  put_text(out, "pipeline", field.pipeline);
  put_flag(out, "kept", field.kept);
  put_number(out, "target", field.target);
  put_text(out, "inverse", field.inverse);
  if (field.on_delete != OnDelete::kRestrict) {
    out->key("on_delete").text(kOnDelete[static_cast<std::size_t>(field.on_delete)]);
  }
  put_text(out, "formula", field.formula);
  out->end_object();
}

void write_derived(const DerivedField& derived, Writer* out) {
  out->begin_object().key("name").text(derived.name);
  put_text(out, "label", derived.label);
  out->key("of").number(std::uint64_t{derived.base_field});
  out->key("type").text(schema::field_type_name(derived.type)).key("values").begin_array();
  for (const auto& [option, value] : derived.values) {
    out->begin_array().number(std::uint64_t{option});
    plain_values().write(value, out);
    out->end_array();
  }
  out->end_array().end_object();
}

void write_index(const Index& index, Writer* out) {
  out->begin_object().key("id").number(std::uint64_t{index.id}).key("name").text(index.name);
  out->key("kind").text(kIndexKinds[static_cast<std::size_t>(index.kind)]);
  out->key("fields").begin_array();
  for (const std::uint32_t field : index.fields) out->number(std::uint64_t{field});
  out->end_array();
  put_flag(out, "removed", index.removed);
  out->end_object();
}

void write_rule(const ValidationRule& rule, Writer* out) {
  out->begin_object().key("name").text(rule.name).key("check").text(rule.expression);
  put_text(out, "message", rule.message);
  put_text(out, "field", rule.field);
  out->end_object();
}

void write_rollup(const schema::Rollup& rollup, Writer* out) {
  out->begin_object().key("name").text(rollup.name);
  put_text(out, "label", rollup.label);
  out->key("of").text(rollup.of).key("kind").text(schema::rollup_kind_name(rollup.kind));
  put_text(out, "value", rollup.value);
  put_text(out, "where", rollup.where);
  out->end_object();
}

template <typename Items, typename Write>
void put_all(Writer* out, std::string_view name, const Items& items, Write write) {
  if (items.empty()) return;
  out->key(name).begin_array();
  for (const auto& item : items) write(item, out);
  out->end_array();
}

// Every element of an array, which may be absent.
template <typename Item, typename Read>
Status read_all(DumpObject& in, std::string_view name, Read read, std::vector<Item>* out) {
  const Node* array = in.find(name);
  if (array == nullptr) return {};
  if (!array->is_array()) return dump_error(*array, base::quoted(name) + " must be an array");
  for (const Node& element : array->elements()) {
    KITH_ASSIGN(Item item, read(element));
    out->push_back(std::move(item));
  }
  return {};
}

Result<std::uint32_t> read_u32(const Node& node) {
  KITH_ASSIGN(const std::uint64_t number, read_number(node, UINT32_MAX));
  return static_cast<std::uint32_t>(number);
}

Result<FieldType> read_field_type(DumpObject& in) {
  KITH_ASSIGN(const std::string name, in.text("type"));
  if (const auto type = schema::field_type_from_name(name)) return *type;
  return dump_error(*in.find("type"), base::quoted(name) + " is no type of a field");
}

Result<Option> read_option(const Node& node) {
  DumpObject in(node, plain_values());
  Option option;
  KITH_ASSIGN(const std::uint64_t id, in.number("id", UINT32_MAX));
  option.id = static_cast<std::uint32_t>(id);
  KITH_ASSIGN(option.name, in.text("name"));
  KITH_ASSIGN(option.label, in.text_or_empty("label"));
  KITH_ASSIGN(option.retired, in.flag("retired"));
  KITH_TRY(in.finish());
  return option;
}

Status read_field_rules(DumpObject& in, Field* field) {
  KITH_ASSIGN(field->required, in.flag("required"));
  KITH_ASSIGN(field->unique, in.flag("unique"));
  KITH_ASSIGN(field->removed, in.flag("removed"));
  KITH_ASSIGN(const std::uint64_t scale, in.number_or_zero("scale", 9));
  field->scale = static_cast<std::uint8_t>(scale);
  KITH_ASSIGN(const std::uint64_t length, in.number_or_zero("max_length", UINT32_MAX));
  field->max_length = static_cast<std::uint32_t>(length);
  if (const Node* preset = in.find("default")) {
    KITH_ASSIGN(field->default_value, plain_values().read(*preset));
  }
  if (in.has("semantic")) {
    KITH_ASSIGN(const std::size_t semantic, in.one_of("semantic", kSemantics));
    field->semantic = static_cast<Semantic>(semantic);
  }
  return read_all(in, "options", read_option, &field->options);
}

Status read_relation(DumpObject& in, Field* field) {
  KITH_ASSIGN(const std::uint64_t target, in.number_or_zero("target", RecordId::kMaxType));
  field->target = static_cast<std::uint16_t>(target);
  KITH_ASSIGN(field->inverse, in.text_or_empty("inverse"));
  if (in.has("on_delete")) {
    KITH_ASSIGN(const std::size_t on_delete, in.one_of("on_delete", kOnDelete));
    field->on_delete = static_cast<OnDelete>(on_delete);
  }
  return {};
}

Result<Field> read_field(const Node& node) {
  DumpObject in(node, plain_values());
  Field field;
  KITH_ASSIGN(const std::uint64_t id, in.number("id", UINT32_MAX));
  field.id = static_cast<std::uint32_t>(id);
  KITH_ASSIGN(field.name, in.text("name"));
  KITH_ASSIGN(field.type, read_field_type(in));
  KITH_ASSIGN(field.label, in.text_or_empty("label"));
  KITH_ASSIGN(field.help, in.text_or_empty("help"));
  KITH_TRY(read_field_rules(in, &field));
  KITH_ASSIGN(field.pipeline, in.text_or_empty("pipeline"));
  KITH_ASSIGN(field.kept, in.flag("kept"));
  KITH_TRY(read_relation(in, &field));
  KITH_ASSIGN(field.formula, in.text_or_empty("formula"));
  KITH_TRY(in.finish());
  // Its values are not in a dump, so it has no use for slots.
  field.reclaimed = field.removed && !field.is_formula();
  return field;
}

Result<std::pair<std::uint32_t, Value>> read_derived_value(const Node& node) {
  if (!node.is_array() || node.elements().size() != 2) {
    return dump_error(node, "a derived value is a pair of an option's id and a value");
  }
  KITH_ASSIGN(const std::uint32_t option, read_u32(node.elements()[0]));
  KITH_ASSIGN(Value value, plain_values().read(node.elements()[1]));
  return std::pair<std::uint32_t, Value>(option, std::move(value));
}

Result<DerivedField> read_derived(const Node& node) {
  DumpObject in(node, plain_values());
  DerivedField derived;
  KITH_ASSIGN(derived.name, in.text("name"));
  KITH_ASSIGN(derived.label, in.text_or_empty("label"));
  KITH_ASSIGN(const std::uint64_t base, in.number("of", UINT32_MAX));
  derived.base_field = static_cast<std::uint32_t>(base);
  KITH_ASSIGN(derived.type, read_field_type(in));
  KITH_TRY(read_all(in, "values", read_derived_value, &derived.values));
  KITH_TRY(in.finish());
  return derived;
}

Result<Index> read_index(const Node& node) {
  DumpObject in(node, plain_values());
  Index index;
  KITH_ASSIGN(const std::uint64_t id, in.number("id", UINT32_MAX));
  index.id = static_cast<std::uint32_t>(id);
  KITH_ASSIGN(index.name, in.text("name"));
  KITH_ASSIGN(const std::size_t kind, in.one_of("kind", kIndexKinds));
  index.kind = static_cast<IndexKind>(kind);
  KITH_TRY(read_all(in, "fields", read_u32, &index.fields));
  KITH_ASSIGN(index.removed, in.flag("removed"));
  KITH_TRY(in.finish());
  return index;
}

Result<schema::Rollup> read_rollup(const Node& node) {
  DumpObject in(node, plain_values());
  schema::Rollup rollup;
  KITH_ASSIGN(rollup.name, in.text("name"));
  KITH_ASSIGN(rollup.label, in.text_or_empty("label"));
  KITH_ASSIGN(rollup.of, in.text("of"));
  KITH_ASSIGN(const std::size_t kind, in.one_of("kind", kRollupKinds));
  rollup.kind = static_cast<schema::RollupKind>(kind);
  KITH_ASSIGN(rollup.value, in.text_or_empty("value"));
  KITH_ASSIGN(rollup.where, in.text_or_empty("where"));
  KITH_TRY(in.finish());
  return rollup;
}

Result<ValidationRule> read_rule(const Node& node) {
  DumpObject in(node, plain_values());
  ValidationRule rule;
  KITH_ASSIGN(rule.name, in.text("name"));
  KITH_ASSIGN(rule.expression, in.text("check"));
  KITH_ASSIGN(rule.message, in.text_or_empty("message"));
  KITH_ASSIGN(rule.field, in.text_or_empty("field"));
  KITH_TRY(in.finish());
  return rule;
}

}  // namespace

void write_type(const EntityType& type, std::uint64_t last_id, Writer* out) {
  out->begin_object().key("type").number(std::uint64_t{type.id}).key("name").text(type.name);
  put_text(out, "label", type.label);
  put_text(out, "plural", type.plural);
  put_text(out, "title_field", type.title_field);
  put_flag(out, "removed", type.removed);
  put_number(out, "last_id", last_id);
  put_all(out, "fields", type.fields, write_field);
  put_all(out, "derived", type.derived, write_derived);
  put_all(out, "indexes", type.indexes, write_index);
  put_all(out, "rules", type.rules, write_rule);
  put_all(out, "rollups", type.rollups, write_rollup);
  out->end_object();
}

Result<DumpedType> read_type(const Node& node) {
  DumpObject in(node, plain_values());
  DumpedType dumped;
  EntityType& type = dumped.type;
  KITH_ASSIGN(const std::uint64_t id, in.number("type", RecordId::kMaxType));
  type.id = static_cast<std::uint16_t>(id);
  KITH_ASSIGN(type.name, in.text("name"));
  KITH_ASSIGN(type.label, in.text_or_empty("label"));
  KITH_ASSIGN(type.plural, in.text_or_empty("plural"));
  KITH_ASSIGN(type.title_field, in.text_or_empty("title_field"));
  KITH_ASSIGN(type.removed, in.flag("removed"));
  KITH_ASSIGN(dumped.last_id, in.number_or_zero("last_id", RecordId::kMaxSequence));
  KITH_TRY(read_all(in, "fields", read_field, &type.fields));
  KITH_TRY(read_all(in, "derived", read_derived, &type.derived));
  KITH_TRY(read_all(in, "indexes", read_index, &type.indexes));
  KITH_TRY(read_all(in, "rules", read_rule, &type.rules));
  KITH_TRY(read_all(in, "rollups", read_rollup, &type.rollups));
  KITH_TRY(in.finish());
  // The codec of the catalog knows what a type must be.
  KITH_TRY(schema::decode_type(schema::encode_type(type)).status());
  return dumped;
}

void write_gap(const schema::FieldGap& gap, Writer* out) {
  out->begin_object().key("gap").number(std::uint64_t{gap.type});
  out->key("field").number(std::uint64_t{gap.field});
  put_number(out, "from", gap.from);
  put_number(out, "to", gap.to);
  put_flag(out, "dropped", gap.dropped);
  out->end_object();
}

Result<schema::FieldGap> read_gap(const Node& node, const schema::Catalog& catalog,
                                  const schema::FieldGap* before) {
  DumpObject in(node, plain_values());
  schema::FieldGap gap;
  KITH_ASSIGN(const std::uint64_t type, in.number("gap", RecordId::kMaxType));
  KITH_ASSIGN(const std::uint64_t field, in.number("field", UINT32_MAX));
  gap.type = static_cast<std::uint16_t>(type);
  gap.field = static_cast<std::uint32_t>(field);
  KITH_ASSIGN(gap.from, in.number_or_zero("from"));
  KITH_ASSIGN(gap.to, in.number_or_zero("to"));
  KITH_ASSIGN(gap.dropped, in.flag("dropped"));
  KITH_TRY(in.finish());
  const EntityType* of = catalog.find(gap.type);
  if (of == nullptr || of->find_field(gap.field) == nullptr) {
    return dump_error(node, "there is no such field");
  }
  if (!gap.is_open() && gap.to < gap.from) return dump_error(node, "a gap ends before it begins");
  const auto place = [](const schema::FieldGap& g) { return std::tie(g.type, g.field, g.from); };
  if (before != nullptr && place(gap) <= place(*before)) {
    return dump_error(node, "gaps come in the order of types, fields and changes");
  }
  return gap;
}

}  // namespace kith::exchange
