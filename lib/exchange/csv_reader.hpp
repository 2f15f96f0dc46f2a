// exchange/csv_reader.hpp: rows out of comma-separated text (RFC 4180), in bounded memory.
//
//   exchange::CsvReader reader(source, {.delimiter = ';'});
//   KITH_TRY(reader.open());                       // reads the header
//   exchange::CsvRow row;
//   for (;;) {
//     KITH_ASSIGN(bool more, reader.next(&row));
//     if (!more) break;
//     if (row.error) report(row.number, row.line, row.error->message); else use(row.cells);
//   }
//
// What it takes: UTF-8 with or without byte order mark (or a named one-byte encoding); LF, CRLF and
// CR line ends, also mixed; quoted cells with doubled quotes, delimiters and line ends inside. A
// quote inside an unquoted cell is an ordinary character. Lines with nothing on them are skipped.
//
// A row that cannot be trusted (too few or too many cells, NUL, bytes that are no UTF-8, text after
// a closing quote, a limit passed, a quote that is never closed) comes with `error` set and
// whatever cells could be read; reading goes on behind it. A Status means that the file cannot be
// read on. Ownership: borrows the source; the cells are views that live until the next call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/byte_source.hpp"
#include "kith/result.hpp"

namespace kith::exchange {

enum class Encoding : std::uint8_t { kUtf8, kLatin1, kWindows1252 };
std::optional<Encoding> encoding_from_name(std::string_view name);  // "utf-8", "latin-1", ...

struct CsvOptions {
  char delimiter = ',';
  bool header = true;
  Encoding encoding = Encoding::kUtf8;
  std::size_t max_field_bytes = 1 << 20;
  std::size_t max_row_bytes = 4 << 20;
  std::size_t max_columns = 4096;
};

struct CsvError {
  std::string code;  // "too_few_cells", "too_many_cells", "nul_byte", "encoding", "quote",
                     // "unterminated_quote", "limit"
  std::string message;
};

struct CsvRow {
  std::uint64_t number = 0;  // 1-based; the header is not counted
  std::uint64_t line = 0;    // where the row begins, 1-based
  std::vector<std::string_view> cells;
  std::optional<CsvError> error;
};

class CsvReader {
 public:
  explicit CsvReader(ByteSource& source, CsvOptions options = {});

  // Reads the header, if there is to be one. Must come first, once. kImportInvalid when the file is
  // empty, its header is broken or it is UTF-16.
  Status open();
  // The names of the columns as written, trimmed; without a header "#1", "#2", ... (of as many
  // columns as the first row has).
  const std::vector<std::string>& columns() const { return columns_; }
  // False at the end.
  Result<bool> next(CsvRow* row);

  std::uint64_t bytes_read() const { return before_ + at_; }

 private:
  struct Cell {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  int peek();  // next byte, or -1 at the end and on failure_
  void fill();
  Result<bool> read_row(CsvRow* row);
  bool read_cell(CsvRow* row);  // whether another cell follows
  void read_quoted(CsvRow* row);
  std::string_view take_line_end();  // as it was written
  void keep(std::string_view run, CsvRow* row);
  void finish_row(CsvRow* row);
  void decode_one_byte_encoding(CsvRow* row);
  std::string cell_name(std::size_t index) const;

  ByteSource& source_;
  CsvOptions options_;
  std::string buffer_;
  std::size_t size_ = 0;  // bytes in the buffer
  std::size_t at_ = 0;
  std::uint64_t before_ = 0;  // bytes of the file in front of the buffer
  bool started_ = false;
  bool exhausted_ = false;
  Status failure_;
  std::uint64_t line_ = 1;
  std::uint64_t rows_ = 0;
  std::vector<std::string> columns_;
  bool read_ahead_ = false;  // first_ holds the row that told the number of columns
  CsvRow first_;
  std::string text_;  // of the row, unquoted, cell after cell
  std::vector<Cell> cells_;
};

}  // namespace kith::exchange
