#include "exchange/exporter.hpp"

#include <charconv>
#include <cmath>

#include "base/base64.hpp"
#include "base/try.hpp"

namespace kith::exchange {

namespace {

constexpr std::size_t kFlushBytes = 64 << 10;

// The shortest text that reads back as the same number.
std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

std::string money_text(const Money& money) {
  std::string text = money.amount.to_string();
  if (!money.currency.view().empty()) text += " " + std::string(money.currency.view());
  return text;
}

std::string id_text(RecordId id, const IdText& ids) { return id.is_null() ? "" : ids(id); }

std::string list_text(const List& list, const IdText& ids) {
  std::string text;
  for (const Value& member : list) {
    if (!text.empty()) text += ";";
    text += cell_text(member, ids);
  }
  return text;
}

// A list that a cell can hold as words; others are written as JSON.
bool is_plain(const List& list) {
  for (const Value& member : list) {
    const bool word = member.text() != nullptr && !member.text()->empty() &&
                      member.text()->find(';') == std::string::npos;
    if (!word && member.reference() == nullptr) return false;
  }
  return true;
}

std::string json_text(const Value& value, const IdText& ids) {
  json::Writer out;
  write_json(value, ids, &out);
  return out.take();
}

// The name of a map's member; JSON has texts only.
std::string key_text(const Value& key) {
  return key.text() != nullptr ? *key.text() : key.to_string();
}

}  // namespace

std::string cell_text(const Value& value, const IdText& ids) {
  switch (value.kind()) {
    case Value::Kind::kNull: return {};
    case Value::Kind::kBool: return *value.boolean() ? "true" : "false";
    case Value::Kind::kInt: return std::to_string(*value.integer());
    case Value::Kind::kUint: return std::to_string(*value.unsigned_integer());
    case Value::Kind::kDouble: return double_text(*value.floating());
    case Value::Kind::kDecimal: return value.decimal()->to_string();
    case Value::Kind::kMoney: return money_text(*value.money());
    case Value::Kind::kText: return *value.text();
    case Value::Kind::kBytes: return base::base64_encode(value.bytes()->data);
    case Value::Kind::kDate: return value.date()->to_string();
    case Value::Kind::kTimestamp: return value.timestamp()->to_string();
    case Value::Kind::kDuration: return value.duration()->to_string();
    case Value::Kind::kReference: return id_text(*value.reference(), ids);
    case Value::Kind::kList:
      return is_plain(*value.list()) ? list_text(*value.list(), ids) : json_text(value, ids);
    case Value::Kind::kMap: return json_text(value, ids);
    case Value::Kind::kType: return value.type_name()->name;
    case Value::Kind::kOptional:
      return value.optional()->has_value() ? cell_text(value.optional()->value(), ids) : "";
  }
  return {};
}

void write_json(const Value& value, const IdText& ids, json::Writer* out) {
  switch (value.kind()) {
    case Value::Kind::kNull: out->null(); return;
    case Value::Kind::kBool: out->boolean(*value.boolean()); return;
    case Value::Kind::kInt: out->number(*value.integer()); return;
    case Value::Kind::kUint: out->number(*value.unsigned_integer()); return;
    case Value::Kind::kDouble: out->number(*value.floating()); return;
    case Value::Kind::kDecimal: out->number(*value.decimal()); return;
    case Value::Kind::kMoney: {
      const Currency& currency = value.money()->currency;
      out->begin_object().key("amount").number(value.money()->amount).key("currency");
      if (currency.view().empty()) {
        out->null();
      } else {
        out->text(currency.view());
      }
      out->end_object();
      return;
    }
    case Value::Kind::kReference:
      if (value.reference()->is_null()) {
        out->null();
      } else {
        out->text(ids(*value.reference()));
      }
      return;
    case Value::Kind::kList:
      out->begin_array();
      for (const Value& member : *value.list()) write_json(member, ids, out);
      out->end_array();
      return;
    case Value::Kind::kMap:
      out->begin_object();
      for (const auto& [key, member] : *value.map()) {
        out->key(key_text(key));
        write_json(member, ids, out);
      }
      out->end_object();
      return;
    case Value::Kind::kOptional:
      if (!value.optional()->has_value()) {
        out->null();
      } else {
        write_json(value.optional()->value(), ids, out);
      }
      return;
    default: out->text(cell_text(value, ids)); return;
  }
}

Exporter::Exporter(ByteSink& sink, ExporterOptions options, std::vector<std::string> columns,
                   IdText ids)
    : sink_(sink), options_(options), columns_(std::move(columns)), ids_(std::move(ids)) {}

void Exporter::begin() {
  begun_ = true;
  if (options_.format == ExportFormat::kCsv) append_csv_row(columns_, options_.csv, &buffer_);
  if (options_.format == ExportFormat::kJson) buffer_ += "[";
}

Status Exporter::flush() {
  KITH_TRY(sink_.write(buffer_));
  buffer_.clear();
  return {};
}

Status Exporter::row(std::span<const Value> values) {
  if (values.size() != columns_.size()) {
    return Status(Code::kInvalidArgument, "a row of " + std::to_string(values.size()) +
                                              " values for " + std::to_string(columns_.size()) +
                                              " columns");
  }
  if (!begun_) begin();
  if (options_.format == ExportFormat::kCsv) {
    std::vector<std::string> cells;
    cells.reserve(values.size());
    for (const Value& value : values) cells.push_back(cell_text(value, ids_));
    append_csv_row(cells, options_.csv, &buffer_);
  } else {
    json::Writer out;
    out.begin_object();
    for (std::size_t i = 0; i < values.size(); ++i) {
      out.key(columns_[i]);
      write_json(values[i], ids_, &out);
    }
    out.end_object();
    if (options_.format == ExportFormat::kJson) buffer_ += rows_ == 0 ? "\n  " : ",\n  ";
    buffer_ += out.str();
    if (options_.format == ExportFormat::kJsonLines) buffer_ += "\n";
  }
  ++rows_;
  return buffer_.size() >= kFlushBytes ? flush() : Status();
}

Status Exporter::finish() {
  if (!begun_) begin();
  if (options_.format == ExportFormat::kJson) buffer_ += rows_ == 0 ? "]\n" : "\n]\n";
  return flush();
}

}  // namespace kith::exchange
