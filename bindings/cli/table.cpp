#include "bindings/cli/table.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace kith::cli {

namespace {

constexpr std::size_t kMaxCell = 60;  // code points; the rest is cut with an ellipsis
constexpr int kBarWidth = 24;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

// One line, without control characters, not too long.
std::string tidy(const std::string& text) {
  std::string out;
  std::size_t points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!continues(text[i]) && ++points > kMaxCell) return out + "…";
    const auto byte = static_cast<unsigned char>(text[i]);
    out += byte < 0x20 || byte == 0x7F ? ' ' : text[i];
  }
  return out;
}

// "1134672.50" -> "1,134,672.50"
std::string grouped(const std::string& number) {
  const std::size_t first = number.starts_with('-') ? 1 : 0;
  std::size_t point = number.find_first_not_of("0123456789", first);
  if (point == std::string::npos) point = number.size();
  std::string out = number.substr(0, first);
  for (std::size_t i = first; i < point; ++i) {
    if (i != first && (point - i) % 3 == 0) out += ',';
    out += number[i];
  }
  return out + number.substr(point);
}

std::optional<Decimal> as_decimal(const Value& value) {
  if (const Decimal* d = value.decimal()) return *d;
  if (const std::int64_t* i = value.integer()) return Decimal(*i);
  if (const double* d = value.floating()) {
    if (Result<Decimal> read = Decimal::from_double(*d); read.ok()) return *read;
  }
  return std::nullopt;
}

std::string rounded(const Decimal& number, int scale) {
  Result<Decimal> at_scale = number.rescale(scale, Rounding::kHalfUp);
  return grouped(at_scale.ok() ? at_scale->to_string() : number.to_string());
}

bool is_whole(const Decimal& number) { return number.normalized().scale() <= 0; }

std::string formatted(const Decimal& number, const std::string& format) {
  if (format == "percent") {
    Result<Decimal> share = number.multiply(Decimal(100));
    return share.ok() ? rounded(*share, 2) + " %" : number.to_string();
  }
  if (format == "money") return rounded(number, is_whole(number) ? 0 : 2);
  if (format == "days") return rounded(number, 2);
  if (number.scale() <= 2) return grouped(number.to_string());
  return rounded(number, std::max(2, number.normalized().scale()));  // 12.5000 is 12.50
}

bool is_number(const Column& column) {
  return column.type == "int" || column.type == "uint" || column.type == "double" ||
         column.type == "decimal";
}

std::string bar(double share) {
  // Eighths of a block, so that small differences show.
  static const char* const kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double clamped = std::clamp(share, 0.0, 1.0);
  const int eighths = static_cast<int>(std::lround(clamped * kBarWidth * 8));
  std::string out;
  for (int i = 0; i < eighths / 8; ++i) out += "█";
  return out + kEighths[eighths % 8];
}

// Amounts of one column have the same digits after the point, so that they stand in line.
void align_money(const Rows& rows, std::size_t column, TextTable* table) {
  std::vector<Decimal> amounts;
  for (const std::vector<Value>& row : rows.rows) {
    amounts.push_back(as_decimal(row[column]).value_or(Decimal(0)));
  }
  if (std::all_of(amounts.begin(), amounts.end(), is_whole)) return;
  for (std::size_t i = 0; i < amounts.size(); ++i) {
    if (!rows.rows[i][column].is_null()) table->rows[i][column] = rounded(amounts[i], 2);
  }
}

TextTable text_table(const Rows& rows, const Reader& ids) {
  TextTable table;
  for (const Column& column : rows.columns) {
    table.head.push_back(column.label);
    table.right.push_back(is_number(column));
  }
  const std::size_t keys = rows.columns.size() - std::min(rows.measures, rows.columns.size());
  for (const std::vector<Value>& row : rows.rows) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(cell(row[i], rows.columns[i], ids, i >= keys));
    }
    table.rows.push_back(std::move(cells));
  }
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    if (rows.columns[i].format == "money" && is_number(rows.columns[i])) {
      align_money(rows, i, &table);
    }
  }
  return table;
}

// Draws the column of shares behind its numbers, on a scale up to 100 %; any other numbers
// relative to the largest.
void add_bars(const ReportResult& report, TextTable* table) {
  const int at = report.rows.column(report.bars);
  if (at < 0) return;
  const auto column = static_cast<std::size_t>(at);
  const bool share = report.rows.columns[column].format == "percent";
  double largest = share ? 1.0 : 0.0;
  std::vector<double> numbers;
  for (const std::vector<Value>& row : report.rows.rows) {
    const std::optional<Decimal> number = as_decimal(row[column]);
    numbers.push_back(number ? number->to_double() : 0.0);
    largest = std::max(largest, numbers.back());
  }
  const auto place = static_cast<std::ptrdiff_t>(column) + 1;
  const std::string scale = "0 %" + std::string(kBarWidth - 8, ' ') + "100 %";
  table->head.insert(table->head.begin() + place, share ? scale : "");
  table->right.insert(table->right.begin() + place, false);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::vector<std::string>& cells = table->rows[i];
    cells.insert(cells.begin() + place, largest > 0 ? bar(numbers[i] / largest) : "");
  }
}

}  // namespace

std::string cell(const Value& value, const Column& column, const Reader& ids, bool measure) {
  if (value.is_null()) return "";
  if (const RecordId* id = value.reference()) return ids.format_id(*id);
  // A stored whole number may be a year or a code: 1999, not 1,999.
  const bool plain = !measure && value.integer() != nullptr && column.format.empty();
  if (is_number(column) && !plain) {
    if (const std::optional<Decimal> number = as_decimal(value)) {
      return formatted(*number, column.format);
    }
  }
  if (const std::string* text = value.text()) return tidy(*text);
  if (value.list() != nullptr || value.map() != nullptr) return tidy(to_json(value, &ids));
  return tidy(value.to_string());
}

std::string what_changed(const Change& change, const Reader& ids) {
  const Column text{"", "", "string", ""};
  std::string what;
  for (const Change::FieldChange& field : change.fields) {
    what += (what.empty() ? "" : ", ") + field.field + " ";
    what += field.before.is_null() ? "=" : cell(field.before, text, ids) + " ->";
    what += " " + (field.after.is_null() ? "nothing" : cell(field.after, text, ids));
  }
  return what;
}

std::string readable(Duration duration) {
  const std::pair<const char*, std::int64_t> units[] = {
      {"d", Duration::days(1).total_nanoseconds()},
      {"h", Duration::hours(1).total_nanoseconds()},
      {"m", Duration::minutes(1).total_nanoseconds()},
      {"s", Duration::seconds(1).total_nanoseconds()}};
  std::int64_t rest = duration.total_nanoseconds();
  std::string text;
  int shown = 0;
  for (const auto& [name, size] : units) {
    if (rest >= size) text += (shown++ == 0 ? "" : " ") + std::to_string(rest / size) + name;
    if (shown == 2) return text;
    rest %= size;
  }
  return text.empty() ? duration.to_string() : text;
}

void print_table(std::ostream& out, const TextTable& table) {
  std::vector<std::size_t> widths;
  for (const std::string& head : table.head) widths.push_back(width(head));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string pad(widths[i] - width(cells[i]), ' ');
      if (i != 0) text += "  ";
      text += table.right[i] ? pad + cells[i] : cells[i] + pad;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << "\n";
  };
  line(table.head);
  std::string rule;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    for (std::size_t k = 0; k < widths[i]; ++k) rule += table.head[i].empty() ? " " : "─";
    if (i + 1 < widths.size()) rule += "  ";
  }
  rule.erase(rule.find_last_not_of(' ') + 1);
  out << rule << "\n";
  for (const auto& row : table.rows) line(row);
}

std::size_t drop_empty_columns(Rows* rows) {
  if (rows->rows.empty()) return 0;
  std::size_t dropped = 0;
  for (std::size_t i = rows->columns.size(); i-- > 0;) {
    const bool empty = std::all_of(rows->rows.begin(), rows->rows.end(),
                                   [&](const std::vector<Value>& row) { return row[i].is_null(); });
    if (!empty) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    rows->columns.erase(rows->columns.begin() + at);
    for (std::vector<Value>& row : rows->rows) row.erase(row.begin() + at);
    ++dropped;
  }
  return dropped;
}

void print_rows(std::ostream& out, const Environment& env, const Rows& rows, const Reader& ids) {
  switch (env.output) {
    case Output::kJson: out << to_json(rows, ids, true) << "\n"; return;
    case Output::kCsv: out << to_csv(rows, ids); return;
    case Output::kTable: break;
  }
  if (!rows.rows.empty()) print_table(out, text_table(rows, ids));
  out << rows.rows.size() << (rows.rows.size() == 1 ? " row" : " rows");
  if (!rows.continuation.empty()) out << "; more with --page " << rows.continuation;
  out << "\n";
}

void print_report(std::ostream& out, const Environment& env, const ReportResult& report,
                  const Reader& ids) {
  if (env.output == Output::kJson) {
    out << to_json(report, ids, true) << "\n";
    return;
  }
  if (env.output == Output::kCsv) {
    out << to_csv(report.rows, ids);
    return;
  }
  out << report.title << "\n";
  TextTable table = text_table(report.rows, ids);
  add_bars(report, &table);
  print_table(out, table);
  if (!report.note.empty()) out << report.note << "\n";
}

void print_record(std::ostream& out, const Environment& env, const Record& record,
                  const Reader& ids) {
  if (env.output == Output::kJson) {
    out << to_json(record, ids) << "\n";
    return;
  }
  Rows rows;
  rows.columns = {{"field", "Field", "string", ""}, {"value", "Value", "string", ""}};
  auto add = [&](std::string name, Value value) {
    rows.rows.push_back({Value(std::move(name)), std::move(value)});
  };
  add("id", Value(record.id));
  add("version", Value(std::to_string(record.version)));
  add("created", Value(record.created));
  add("updated", Value(record.updated));
  if (record.owner) add("owner", Value(record.owner));
  if (record.deleted) add("deleted", Value(true));
  for (const FieldValue& field : record.fields) add(field.first, field.second);
  if (env.output == Output::kCsv) {
    out << to_csv(rows, ids);
    return;
  }
  print_table(out, text_table(rows, ids));
}

}  // namespace kith::cli
