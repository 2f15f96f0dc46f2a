#include "exchange/prepared_row.hpp"

namespace kith::exchange {

namespace {

std::string lower_name(Code code) {
  std::string name(code_name(code));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string column_of(const BoundMapping& bound, std::string_view field) {
  for (const BoundColumn& column : bound.columns) {
    if (column.reader.field().name == field) return column.name;
  }
  return {};
}

// The texts a reference cell holds; a list for reference lists, else one.
std::vector<std::string> texts_of(const Value& value) {
  std::vector<std::string> texts;
  if (value.text() != nullptr) texts.push_back(*value.text());
  if (value.list() != nullptr) {
    for (const Value& member : *value.list()) texts.push_back(*member.text());
  }
  return texts;
}

}  // namespace

std::size_t PreparedRow::bytes() const {
  std::size_t total = sizeof(PreparedRow) + fields.size() * sizeof(FieldValue);
  // The values repeat the cells, so these are counted twice.
  for (const std::string& cell : cells) total += sizeof(std::string) + 2 * cell.size();
  return total;
}

std::vector<ImportReject> reasons(const Status& status, const BoundMapping& bound,
                                  std::string_view column) {
  std::vector<ImportReject> out;
  for (const Violation& violation : status.violations()) {
    std::string where(column.empty() ? column_of(bound, violation.field) : column);
    std::string reason = violation.message;
    // A field that no column goes to must be named some other way.
    if (where.empty() && !violation.field.empty() &&
        reason.find(violation.field) == std::string::npos) {
      reason = violation.field + ": " + reason;
    }
    out.push_back({0, 0, std::move(where), violation.code, std::move(reason)});
  }
  if (out.empty()) {
    std::string where(column.empty() ? column_of(bound, status.field()) : column);
    out.push_back(
        {0, 0, std::move(where), lower_name(status.code()), std::string(status.message())});
  }
  return out;
}

Preparer::Preparer(const BoundMapping& bound, const ImportTarget& target)
    : bound_(bound),
      catalog_(target.catalog()),
      clock_([&target](const CivilTime& time) { return target.local_instant(time); }),
      ambiguous_(bound.columns.size() + 1) {
  for (std::size_t i = 0; i < bound.columns.size(); ++i) {
    ambiguous_[i].column = bound.columns[i].name;
  }
  if (bound.effective_at) ambiguous_.back().column = bound.effective_at->name;
}

Value Preparer::read(const CellReader& reader, std::string_view cell, const std::string& column,
                     AmbiguousColumn* ambiguous, std::vector<ImportReject>* why) const {
  Result<CellValue> read = reader.read(cell, clock_);
  if (!read.ok()) {
    for (ImportReject& reason : reasons(read.status(), bound_, column)) {
      why->push_back(std::move(reason));
    }
    return {};
  }
  if (read->ambiguous) {
    if (ambiguous->values++ == 0) ambiguous->example = std::string(cell);
  }
  return std::move(read->value);
}

void Preparer::read_key(const CsvRow& row, PreparedRow* out, std::vector<ImportReject>* why) const {
  if (!bound_.has_key) return;
  if (bound_.key == nullptr) {
    const std::string_view text = row.cells[bound_.key_column];
    Result<RecordId> id = schema::parse_id(catalog_, text);
    if (!id.ok()) {
      why->push_back({0, 0, bound_.key_name, "key", std::string(id.status().message())});
    } else if (id->type() != bound_.type->id) {
      why->push_back({0, 0, bound_.key_name, "key",
                      std::string(text) + " is not the id of a " + bound_.type->name});
    } else {
      out->key = *id;
    }
    return;
  }
  for (const FieldValue& field : out->fields) {
    if (field.first == bound_.key->name) out->key = field.second;
  }
  if (out->key.is_null() && why->empty()) {
    why->push_back({0, 0, bound_.key_name, "key",
                    "the key is empty; without it the record cannot be found again"});
  }
}

std::optional<PreparedRow> Preparer::prepare(const CsvRow& row, std::vector<ImportReject>* why) {
  PreparedRow out;
  out.number = row.number;
  out.line = row.line;
  for (std::size_t i = 0; i < bound_.columns.size(); ++i) {
    const BoundColumn& column = bound_.columns[i];
    const std::string_view cell = column.constant ? *column.constant : row.cells[column.cell];
    Value value = read(column.reader, cell, column.name, &ambiguous_[i], why);
    if (value.is_null() && column.keep_when_empty) continue;
    if (column.reference && !value.is_null()) {
      out.references.push_back({i, texts_of(value)});
    } else {
      out.fields.emplace_back(column.reader.field().name, std::move(value));
    }
  }
  if (bound_.effective_at) {
    const Value at = read(bound_.effective_at->reader, row.cells[bound_.effective_at->cell],
                          bound_.effective_at->name, &ambiguous_.back(), why);
    if (at.timestamp() != nullptr) out.effective_at = *at.timestamp();
  }
  read_key(row, &out, why);
  if (!why->empty()) return std::nullopt;
  out.cells.assign(row.cells.begin(), row.cells.end());
  return out;
}

std::vector<AmbiguousColumn> Preparer::ambiguous() const {
  std::vector<AmbiguousColumn> out;
  for (const AmbiguousColumn& column : ambiguous_) {
    if (column.values > 0) out.push_back(column);
  }
  return out;
}

}  // namespace kith::exchange
