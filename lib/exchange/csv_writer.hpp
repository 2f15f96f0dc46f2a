// exchange/csv_writer.hpp: rows into comma-separated text (RFC 4180), quoting only what needs it.
//
//   std::string out;
//   exchange::append_csv_row(std::array{"a,b"sv, "c"sv}, {}, &out);     // "a,b",c\n
//
// The data is never altered. A spreadsheet may take a cell that begins with =, +, - or @ for a
// formula; whoever opens untrusted exports in one should import the columns as text
// (docs/import.md). Threads: pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace kith::exchange {

struct CsvWriteOptions {
  char delimiter = ',';
  bool crlf = false;
};

void append_csv_cell(std::string_view cell, const CsvWriteOptions& options, std::string* out);
void append_csv_row(std::span<const std::string_view> cells, const CsvWriteOptions& options,
                    std::string* out);
void append_csv_row(std::span<const std::string> cells, const CsvWriteOptions& options,
                    std::string* out);

}  // namespace kith::exchange
