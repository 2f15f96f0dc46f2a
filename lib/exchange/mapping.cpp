#include "exchange/mapping.hpp"

#include "base/json.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/document.hpp"

namespace kith::exchange {

namespace {

constexpr std::size_t kMaxMappingBytes = 4 << 20;

Unresolved unresolved_of(std::size_t choice) { return static_cast<Unresolved>(choice); }

void read_csv(const json::Node& node, CsvOptions* csv, Complaints* complaints) {
  const Object in(
      node, "\"csv\"", complaints,
      {"delimiter", "header", "encoding", "max_field_bytes", "max_row_bytes", "max_columns"});
  if (const auto delimiter = in.optional_text("delimiter")) {
    const std::string_view d = *delimiter;
    if (d == "tab") {
      csv->delimiter = '\t';
    } else if (d.size() == 1 && d[0] != '"' && d[0] != '\n' && d[0] != '\r' && d[0] != '\0' &&
               static_cast<unsigned char>(d[0]) < 0x80) {
      csv->delimiter = d[0];
    } else {
      in.complain("delimiter", "value",
                  "must be one ASCII character such as \",\" \";\" \"|\", or \"tab\"");
    }
  }
  csv->header = in.boolean("header", true);
  if (const auto encoding = in.choice("encoding", {"utf-8", "latin-1", "windows-1252"})) {
    csv->encoding = static_cast<Encoding>(*encoding);
  }
  const auto limit = [&](std::string_view name, std::size_t fallback, std::int64_t most) {
    return static_cast<std::size_t>(in.integer(name, static_cast<std::int64_t>(fallback), 1, most));
  };
  csv->max_field_bytes = limit("max_field_bytes", csv->max_field_bytes, 16 << 20);
  csv->max_row_bytes = limit("max_row_bytes", csv->max_row_bytes, 64 << 20);
  csv->max_columns = limit("max_columns", csv->max_columns, 100'000);
}

void read_values(const json::Node& node, const std::string& what, ColumnMapping* column,
                 Complaints* complaints) {
  if (!node.is_object()) {
    complaints->add(place_of(node), "type", column->field,
                    what + ": \"values\" must be an object of old text to new text");
    return;
  }
  for (const json::Member& member : node.members()) {
    if (member.value.is_text()) {
      column->values.emplace_back(member.name, member.value.text());
    } else if (member.value.is_null()) {
      column->values.emplace_back(member.name, std::nullopt);
    } else {
      complaints->add(place_of(member.value), "type", column->field,
                      what + ": the value for " + base::quoted(member.name) +
                          " must be a text, or null for none");
    }
  }
}

void read_formats(const Object& in, std::vector<std::string>* formats, std::vector<Place>* places) {
  for (auto& [text, place] : in.texts("formats")) {
    formats->push_back(std::move(text));
    places->push_back(place);
  }
}

void read_column_object(const json::Node& node, ColumnMapping* column, Complaints* complaints) {
  const std::string what = "column " + base::quoted(column->column);
  const Object in(node, what, complaints,
                  {"field", "formats", "values", "empty", "default", "trim", "optional",
                   "when_empty", "separator", "currency", "reference"});
  if (!node.is_object()) return;
  column->field = in.text("field");
  column->field_place = in.place("field");
  if (column->field.empty()) {
    complaints->add(in.place("field"), "required", "",
                    what + " must name its \"field\"; to leave the column out, write null");
  }
  read_formats(in, &column->formats, &column->format_places);
  if (const json::Node* values = in.find("values")) read_values(*values, what, column, complaints);
  for (auto& [text, place] : in.texts("empty")) column->empty.push_back(std::move(text));
  column->default_text = in.optional_text("default");
  column->trim = in.boolean("trim", true);
  column->optional = in.boolean("optional", false);
  column->keep_when_empty = in.choice("when_empty", {"clear", "keep"}).value_or(0) == 1;
  if (const auto separator = in.optional_text("separator")) {
    column->separator = *separator;
    if (separator->empty()) in.complain("separator", "value", "must not be empty");
  }
  column->currency = in.text("currency");
  if (!column->currency.empty() && !Currency::parse(column->currency).ok()) {
    in.complain("currency", "value", "must be a code of three letters, such as EUR");
  }
  if (const json::Node* reference = in.find("reference")) {
    const Object ref(*reference, what + ", \"reference\"", complaints, {"by", "unresolved"});
    column->reference.emplace();
    column->reference->by = ref.text("by");
    column->reference->by_place = ref.place("by");
    if (const auto rule = ref.choice("unresolved", {"reject", "blank", "create"})) {
      column->reference->unresolved = unresolved_of(*rule);
    }
  }
}

void read_columns(const json::Node& node, Mapping* mapping, Complaints* complaints) {
  if (!node.is_object()) {
    complaints->add(place_of(node), "type", "",
                    "\"columns\" must be an object of column name to field");
    return;
  }
  for (const json::Member& member : node.members()) {
    ColumnMapping column;
    column.column = member.name;
    column.place = {member.position.line, member.position.column};
    column.field_place = place_of(member.value);
    if (member.value.is_text()) {
      column.field = member.value.text();
      if (column.field.empty()) {
        complaints->add(column.field_place, "value", "",
                        "column " + base::quoted(member.name) +
                            " goes to a field without a name; to leave it out, write null");
      }
    } else if (!member.value.is_null()) {
      read_column_object(member.value, &column, complaints);
    }
    mapping->columns.push_back(std::move(column));
  }
}

void read_constants(const json::Node& node, Mapping* mapping, Complaints* complaints) {
  if (!node.is_object()) {
    complaints->add(place_of(node), "type", "",
                    "\"constants\" must be an object of field to value");
    return;
  }
  for (const json::Member& member : node.members()) {
    ConstantMapping constant;
    constant.field = member.name;
    constant.place = {member.position.line, member.position.column};
    if (member.value.is_text()) {
      constant.text = member.value.text();
    } else if (member.value.is_number()) {
      constant.text = member.value.lexeme();
    } else if (member.value.is_bool()) {
      constant.text = member.value.boolean() ? "true" : "false";
    } else {
      complaints->add(place_of(member.value), "type", member.name,
                      "constant " + base::quoted(member.name) +
                          " must be a text, a number or a bool, written as a cell would be");
    }
    mapping->constants.push_back(std::move(constant));
  }
}

}  // namespace

Result<Mapping> parse_mapping(std::string_view document, std::string_view name) {
  json::ParseOptions limits;
  limits.max_bytes = kMaxMappingBytes;
  const Result<json::Node> root = json::parse(document, limits);
  if (!root.ok()) {
    const std::string what = "the mapping" + (name.empty() ? "" : " " + std::string(name));
    return Status(Code::kImportInvalid, what + ": " + std::string(root.status().message()),
                  root.status().violations());
  }
  Complaints complaints;
  Mapping mapping;
  mapping.name = std::string(name);
  const Object in(
      *root, "a mapping", &complaints,
      {"$schema", "kith_import", "description", "entity", "csv", "key", "duplicates", "columns",
       "constants", "effective_at", "unmapped", "unresolved", "two_digit_year_pivot"});
  if (!root->is_object()) return complaints.status(name);
  if (in.find("kith_import") == nullptr) {
    complaints.add(place_of(*root), "required", "",
                   "a mapping says which version it is written in: \"kith_import\": 1");
  } else {
    in.integer("kith_import", 1, 1, 1);
  }
  mapping.entity = in.text("entity");
  if (const json::Node* csv = in.find("csv")) read_csv(*csv, &mapping.csv, &complaints);
  mapping.key = in.text("key");
  mapping.key_place = in.place("key");
  mapping.update_duplicates = in.choice("duplicates", {"reject", "update"}).value_or(0) == 1;
  if (const json::Node* columns = in.find("columns")) read_columns(*columns, &mapping, &complaints);
  if (const json::Node* constants = in.find("constants")) {
    read_constants(*constants, &mapping, &complaints);
  }
  if (const json::Node* effective = in.find("effective_at")) {
    const Object at(*effective, "\"effective_at\"", &complaints, {"column", "formats"});
    mapping.effective_at.emplace();
    mapping.effective_at->column = at.text("column");
    mapping.effective_at->place = at.place("column");
    read_formats(at, &mapping.effective_at->formats, &mapping.effective_at->format_places);
    if (effective->is_object() && mapping.effective_at->column.empty()) {
      complaints.add(place_of(*effective), "required", "",
                     "\"effective_at\" must name its \"column\"");
    }
  }
  const auto unmapped = in.choice("unmapped", {"ignore", "reject", "by_name"}).value_or(0);
  mapping.reject_unmapped = unmapped == 1;
  mapping.by_name = unmapped == 2;
  if (const auto rule = in.choice("unresolved", {"reject", "blank", "create"})) {
    mapping.unresolved = unresolved_of(*rule);
  }
  mapping.pivot =
      static_cast<int>(in.integer("two_digit_year_pivot", DateFormat::kDefaultPivot, 0, 100));
  KITH_TRY(complaints.status(name));
  return mapping;
}

Mapping default_mapping() {
  Mapping mapping;
  mapping.by_name = true;
  return mapping;
}

}  // namespace kith::exchange
