// kith/exchange_options.hpp: how to import and export, and what came of it.
//
//   kith::ImportOptions how{.mapping = map_text, .now = clock(), .rejects_path = "rejects.csv"};
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kith/date.hpp"

namespace kith {

struct ImportProgress {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;        // of the file read so far
  std::uint64_t bytes_total = 0;  // 0 when unknown
};

struct ImportOptions {
  std::string mapping{};       // JSON; empty: columns named like fields
  std::string mapping_name{};  // file name of the mapping, for its errors
  Timestamp now{};
  bool dry_run = false;  // read, convert and check everything; write nothing
  std::uint32_t chunk_rows = 500;
  std::string rejects_path{};  // CSV of refused rows; written only when there are any
  // Called after each chunk; return false to stop (what landed stays).
  std::function<bool(const ImportProgress&)> progress{};
};

struct ImportReject {
  std::uint64_t row = 0;   // 1-based, the header not counted
  std::uint64_t line = 0;  // of the file, where the row begins
  std::string column{};    // of the file; empty when it is about the whole row
  std::string code{};
  std::string reason{};
};

// Values of a column that two of its formats read differently.
struct AmbiguousColumn {
  std::string column{};
  std::uint64_t values = 0;
  std::string example{};
};

struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t rejected = 0;            // rows
  std::uint64_t references_created = 0;  // records made for a look-up that found none
  std::uint64_t references_blank = 0;    // left out because no record was found
  std::vector<ImportReject> rejects{};   // the first 1,000
  std::vector<AmbiguousColumn> ambiguous{};
  bool stopped = false;  // by the progress callback
};

enum class ExportFormat : std::uint8_t { kCsv, kJson, kJsonLines };

struct ExportOptions {
  ExportFormat format = ExportFormat::kCsv;
  std::vector<std::string> columns{};  // expressions; empty: id and every field
  std::string where{};
  bool include_deleted = false;
};

}  // namespace kith
