// exchange/importer.hpp: a file of rows becomes records, through the write path, in chunks.
//
//   exchange::ImportJob job{.entity = "deal", .mapping = mapping, .options = options};
//   KITH_ASSIGN(kith::ImportReport report, exchange::import_rows(source, job, target));
//
// Each chunk is one transaction of the target. A row that cannot be read or is refused by the write
// path is rejected alone, and nothing of it stays: not even a record that a look-up made for it.
//
// A row that refers to a record of its own type which is not there yet is held back until the rest
// of the file is in, then tried again; rows that refer to each other in a ring are written together
// in one transaction. What still finds nothing meets the mapping's `unresolved` rule.
//
// A dry run does all of this and takes each chunk back. It therefore sees uniqueness within a
// chunk and against the database; a key that comes twice in the file is always seen.
//
// Errors: kImportInvalid when nothing can be imported at all; errors of the store (kIo, kBusy, ...)
// end the import, the message tells how many rows landed before. Memory: a chunk, the rows held
// back (max_held_bytes, kLimit), and the keys met. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exchange/binding.hpp"
#include "exchange/byte_source.hpp"
#include "exchange/mapping.hpp"
#include "kith/exchange_options.hpp"
#include "schema/types.hpp"

namespace kith::exchange {

// What an import needs of a database. One chunk is begin .. commit or abort.
class ImportTarget {
 public:
  virtual ~ImportTarget() = default;

  virtual const schema::Catalog& catalog() const = 0;
  // Wall-clock times without an offset, in the session's zone.
  virtual Result<Timestamp> local_instant(const CivilTime& time) const = 0;

  virtual Status begin() = 0;
  virtual Status commit() = 0;
  virtual void abort() = 0;

  // Inside a chunk, seeing its writes. The live records of `type` whose `field` equals `value` as
  // uniqueness compares; two are enough.
  virtual Result<std::vector<RecordId>> find(const schema::EntityType& type,
                                             const schema::Field& field, const Value& value) = 0;
  // Whether the live record is there.
  virtual Result<bool> exists(RecordId id) = 0;
  // A refused write leaves the chunk as it was. `effective_at` zero means now.
  virtual Result<RecordId> create(const schema::EntityType& type, const Patch& patch,
                                  Timestamp effective_at) = 0;
  // Whether the record changed.
  virtual Result<bool> update(RecordId id, const Patch& patch, Timestamp effective_at) = 0;
};

struct ImportJob {
  std::string entity;  // empty: the mapping's
  Mapping mapping;
  ImportOptions options;  // `mapping` and `mapping_name` have been used, `now` is the target's
  ByteSink* rejects = nullptr;  // where refused rows go; may be null
  std::size_t max_rejects_kept = 1000;
  std::size_t max_held_bytes = std::size_t{256} << 20;
};

Result<ImportReport> import_rows(ByteSource& source, const ImportJob& job, ImportTarget& target);

// The same from files: `path` is the CSV, options.rejects_path may name where refused rows go (an
// older file of that name is replaced), options.mapping is parsed.
Result<ImportReport> import_file(const std::string& path, const std::string& entity,
                                 const ImportOptions& options, ImportTarget& target);

}  // namespace kith::exchange
