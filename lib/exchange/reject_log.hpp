// exchange/reject_log.hpp: the rows that did not go in, for the report and for the rejects file.
//
//   RejectLog log(reader.columns(), csv, sink, 1000, &report);
//   KITH_TRY(log.add(row.number, row.line, cells, reasons));
//
// The file has one line for each row: reject_row, reject_line, reject_column, reject_code,
// reject_reason, then the cells as they were; several reasons are joined with "; ". Imports leave
// columns named reject_ out, so the mended file can be imported with the same mapping.
// Ownership: borrows sink (may be null) and report. Threads: one at a time.
#pragma once

#include <span>
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

  Status add(std::uint64_t row, std::uint64_t line, std::span<const std::string> cells,
             std::vector<ImportReject> why);
  // Something to tell about a row that did go in.
  void note(std::uint64_t row, std::uint64_t line, ImportReject what);

 private:
  void keep(std::uint64_t row, std::uint64_t line, ImportReject reject);

  std::vector<std::string> columns_;
  CsvWriteOptions csv_;
  ByteSink* sink_;
  std::size_t max_kept_;
  ImportReport* report_;
  bool header_written_ = false;
};

}  // namespace kith::exchange
