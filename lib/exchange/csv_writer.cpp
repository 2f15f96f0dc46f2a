#include "exchange/csv_writer.hpp"

namespace kith::exchange {

namespace {

bool needs_quotes(std::string_view cell, char delimiter) {
  if (cell.empty()) return false;
  // Blanks at the edges would be lost to readers that trim unquoted cells.
  if (cell.front() == ' ' || cell.back() == ' ') return true;
  for (const char c : cell) {
    if (c == delimiter || c == '"' || c == '\n' || c == '\r') return true;
  }
  return false;
}

template <typename Text>
void append_row(std::span<const Text> cells, const CsvWriteOptions& options, std::string* out) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out->push_back(options.delimiter);
    append_csv_cell(cells[i], options, out);
  }
  // A line with nothing on it is no row: a lone empty cell must show that it is there.
  if (cells.size() == 1 && cells[0].empty()) out->append("\"\"");
  out->append(options.crlf ? "\r\n" : "\n");
}

}  // namespace

void append_csv_cell(std::string_view cell, const CsvWriteOptions& options, std::string* out) {
  if (!needs_quotes(cell, options.delimiter)) {
    out->append(cell);
    return;
  }
  out->push_back('"');
  for (const char c : cell) {
    if (c == '"') out->push_back('"');
    out->push_back(c);
  }
  out->push_back('"');
}

void append_csv_row(std::span<const std::string_view> cells, const CsvWriteOptions& options,
                    std::string* out) {
  append_row(cells, options, out);
}

void append_csv_row(std::span<const std::string> cells, const CsvWriteOptions& options,
                    std::string* out) {
  append_row(cells, options, out);
}

}  // namespace kith::exchange
