// kith/exchange.hpp: records in from CSV, and out as CSV, JSON or JSON lines (docs/import.md).
//
//   kith::ImportOptions how{.mapping = map_text, .now = clock(), .rejects_path = "rejects.csv"};
//   auto report = kith::import_csv(session, "deal", "deals.csv", how);
//
// An import goes through the write path in chunks, each one transaction. A row that is refused
// is reported and the others of its chunk still land; nothing is half-written. Importing the
// same file again with a key field changes nothing.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>

#include "kith/exchange_options.hpp"
#include "kith/session.hpp"
#include "kith/snapshot.hpp"

namespace kith {

Result<ImportReport> import_csv(const Session& session, std::string_view entity,
                                const std::string& path, const ImportOptions& options);

// Writes to `out` and returns the number of records: of a snapshot, which may be one of the past,
// or of a session's database as of now.
Result<std::uint64_t> export_records(const Reader& reader, std::string_view entity,
                                     std::ostream& out, const ExportOptions& options = {});
Result<std::uint64_t> export_records(const Session& session, std::string_view entity,
                                     std::ostream& out, const ExportOptions& options = {});

// A result as CSV with a header of column names.
std::string to_csv(const Rows& rows, const Reader& ids);

}  // namespace kith
