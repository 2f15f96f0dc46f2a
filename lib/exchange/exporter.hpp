// exchange/exporter.hpp: rows of named values as CSV, a JSON array or JSON lines.
//
//   exchange::Exporter exporter(sink, {.format = ExportFormat::kCsv}, {"id", "name"}, ids);
//   KITH_TRY(exporter.row(values));
//   KITH_TRY(exporter.finish());
//
// CSV cells are what an import with the default formats reads back: ISO dates, plain numbers,
// "12.50 EUR", lists joined with ";", JSON for maps, base64 for bytes, nothing for null. JSON is
// the text every face gives (kith/json.hpp). References are written by `ids`, "account:7"; for
// exports that another database shall read, select a look-up field instead (`account.name`).
// Memory: one buffer of 64 kB. Threads: one.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "exchange/byte_source.hpp"
#include "exchange/csv_writer.hpp"
#include "kith/exchange_options.hpp"
#include "kith/value.hpp"

namespace kith::exchange {

using IdText = std::function<std::string(RecordId)>;

// The cell of a value, before quoting.
std::string cell_text(const Value& value, const IdText& ids);
// The JSON of a value, as kith/json.hpp describes it.
void write_json(const Value& value, const IdText& ids, json::Writer* out);

struct ExporterOptions {
  ExportFormat format = ExportFormat::kCsv;
  CsvWriteOptions csv;
};

class Exporter {
 public:
  Exporter(ByteSink& sink, ExporterOptions options, std::vector<std::string> columns, IdText ids);

  Status row(std::span<const Value> values);  // as many as there are columns
  // Ends the document and flushes. Must come last.
  Status finish();
  std::uint64_t rows() const { return rows_; }

 private:
  void begin();
  Status flush();

  ByteSink& sink_;
  ExporterOptions options_;
  std::vector<std::string> columns_;
  IdText ids_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
  bool begun_ = false;
};

}  // namespace kith::exchange
