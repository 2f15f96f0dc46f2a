// exchange/reject_log.hpp: the rows that did not go in, for the report and for the rejects file.
//
//   RejectLog log(reader.columns(), csv, sink, 1000, &report);
//   log.add(row.number, row.line, cells, reasons);
//   KITH_TRY(log.flush());                       // after each chunk, in the order of the file
//
// The file has one line for each row: reject_row, reject_line, reject_column, reject_code,
// reject_reason, then the cells as they were; several reasons are joined with "; ". Imports leave
// columns named reject_ out, so the mended file can be imported with the same mapping.
// Ownership: borrows sink (may be null) and report. Threads: one at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exchange/byte_source.hpp"
#include "exchange/csv_writer.hpp"
#include "kith/exchange_options.hpp"

namespace kith::exchange {

class RejectLog {
 public:
  RejectLog(std::vector<std::string> columns, char delimiter, ByteSink* sink, std::size_t max_kept,
            ImportReport* report);

  void add(std::uint64_t row, std::uint64_t line, std::vector<std::string> cells,
           std::vector<ImportReject> why);
  // Something to tell about a row that did go in.
  void note(std::uint64_t row, std::uint64_t line, ImportReject what);
  // Sorts what was added since the last time and writes it.
  Status flush();

 private:
  struct Entry {
    std::uint64_t row;
    std::uint64_t line;
    std::vector<std::string> cells;
    std::vector<ImportReject> why;
    bool rejected;
  };

  void append(const Entry& entry, std::string* text);

  std::vector<std::string> columns_;
  CsvWriteOptions csv_;
  ByteSink* sink_;
  std::size_t max_kept_;
  ImportReport* report_;
  bool header_written_ = false;
  std::vector<Entry> entries_;
};

}  // namespace kith::exchange
