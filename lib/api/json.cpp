#include "kith/json.hpp"

#include "api/guard.hpp"
#include "base/json_value.hpp"
#include "base/try.hpp"

namespace kith {

namespace {

json::ReferenceFormatter formatter(const Reader* ids) {
  if (ids == nullptr) {
    return [](RecordId id) { return "#" + std::to_string(id.bits()); };
  }
  return [ids](RecordId id) { return ids->format_id(id); };
}

json::Style style(bool pretty) { return pretty ? json::Style::kPretty : json::Style::kCompact; }

void write_rows(const Rows& rows, const json::ReferenceFormatter& ids, json::Writer* out) {
  out->key("columns").begin_array();
  for (const Column& column : rows.columns) {
    out->begin_object();
    out->key("name").text(column.name);
    out->key("label").text(column.label);
    out->key("type").text(column.type);
    if (!column.format.empty()) out->key("format").text(column.format);
    out->end_object();
  }
  out->end_array();
  out->key("rows").begin_array();
  for (const std::vector<Value>& row : rows.rows) {
    out->begin_array();
    for (const Value& value : row) json::write_value(value, ids, out);
    out->end_array();
  }
  out->end_array();
  if (!rows.continuation.empty()) out->key("continuation").text(rows.continuation);
}

}  // namespace

std::string to_json(const Value& value, const Reader* ids) {
  return json::to_json(value, formatter(ids));
}

std::string to_json(const Record& record, const Reader& ids) {
  const json::ReferenceFormatter format = formatter(&ids);
  json::Writer out(json::Style::kPretty);
  out.begin_object();
  out.key("id").text(ids.format_id(record.id));
  out.key("version").number(record.version);
  out.key("created").text(record.created.to_string());
  out.key("updated").text(record.updated.to_string());
  out.key("owner");
  json::write_value(record.owner ? Value(record.owner) : Value(), format, &out);
  out.key("deleted").boolean(record.deleted);
  for (const FieldValue& field : record.fields) {
    out.key(field.first);
    json::write_value(field.second, format, &out);
  }
  if (!record.formula_errors.empty()) {
    out.key("formula_error").begin_object();  // no field can have this name
    for (const FormulaError& error : record.formula_errors) {
      out.key(error.field).text(error.message);
    }
    out.end_object();
  }
  out.end_object();
  return out.take();
}

std::string to_json(const Rows& rows, const Reader& ids, bool pretty) {
  json::Writer out(style(pretty));
  out.begin_object();
  write_rows(rows, formatter(&ids), &out);
  out.end_object();
  return out.take();
}

std::string to_json(const ReportResult& report, const Reader& ids, bool pretty) {
  json::Writer out(style(pretty));
  out.begin_object();
  out.key("name").text(report.name);
  out.key("title").text(report.title);
  if (!report.note.empty()) out.key("note").text(report.note);
  if (!report.bars.empty()) out.key("bars").text(report.bars);
  write_rows(report.rows, formatter(&ids), &out);
  out.end_object();
  return out.take();
}

Result<Value> value_from_json(std::string_view text) {
  return guarded([&]() -> Result<Value> {
    KITH_ASSIGN(json::Node node, json::parse(text));
    return json::to_value(node);
  });
}

Result<Patch> patch_from_json(std::string_view text) {
  return guarded([&]() -> Result<Patch> {
    KITH_ASSIGN(json::Node node, json::parse(text));
    if (!node.is_object()) {
      return Status(Code::kInvalidArgument, "the fields of a record are a JSON object, not " +
                                                std::string(json::kind_name(node.kind())));
    }
    Patch patch;
    for (const json::Member& member : node.members()) {
      KITH_ASSIGN(Value value, json::to_value(member.value));
      patch.emplace_back(member.name, std::move(value));
    }
    return patch;
  });
}

}  // namespace kith
