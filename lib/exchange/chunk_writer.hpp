// exchange/chunk_writer.hpp: prepared rows become records, one transaction at a time.
//
//   ChunkWriter writer(bound, target, {.dry_run = true}, &log, &report);
//   KITH_TRY(writer.write(chunk));                  // rows whose reference must wait are kept
//   KITH_TRY(writer.write_held(chunk_rows));        // when the file is at its end
//
// A refused row is logged and left out. When a record was made for one of its references, the
// transaction is taken back and written again without the row, so that nothing of it stays.
// Errors: those of the target that are not about one row; the open transaction is taken back.
// Ownership: borrows everything. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "exchange/binding.hpp"
#include "exchange/importer.hpp"
#include "exchange/prepared_row.hpp"
#include "exchange/reference_resolver.hpp"
#include "exchange/reject_log.hpp"

namespace kith::exchange {

// Of the rows in one transaction, whatever their number: long texts fill one soon, and each is
// written twice, to the record and to its history.
inline constexpr std::size_t kMostChunkBytes = std::size_t{2} << 20;

struct ChunkOptions {
  bool dry_run = false;
  std::size_t max_held_bytes = std::size_t{256} << 20;
};

class ChunkWriter {
 public:
  ChunkWriter(const BoundMapping& bound, ImportTarget& target, ChunkOptions options, RejectLog* log,
              ImportReport* report);

  Status write(std::vector<PreparedRow> rows);
  // Each row after those it refers to; rows that refer to each other in a ring in one transaction.
  Status write_held(std::size_t chunk_rows);
  // Logs the rows held back as not imported.
  void drop_held(const std::string& reason);

 private:
  enum class Outcome : std::uint8_t { kCreated, kUpdated, kUnchanged };
  struct Attempt;  // what one transaction did, forgotten when it is taken back

  Status write_rows(std::vector<PreparedRow>& rows, Waiting waiting);
  Status attempt_rows(std::vector<PreparedRow>& rows, Waiting waiting, Attempt* attempt);
  Status write_row(std::vector<PreparedRow>& rows, std::size_t at, Waiting waiting,
                   Attempt* attempt);
  Status write_rest(std::vector<PreparedRow>& rows, Attempt* attempt);
  Result<Outcome> put(const PreparedRow& row, Patch patch, RecordId* id);
  void reject(PreparedRow& row, std::vector<ImportReject> why);
  const std::uint64_t* earlier_row(const PreparedRow& row, const Attempt& attempt) const;
  void settle(const Attempt& attempt);

  const BoundMapping& bound_;
  ImportTarget& target_;
  ChunkOptions options_;
  RejectLog* log_;
  ImportReport* report_;
  ReferenceResolver resolver_;
  std::map<std::string, std::uint64_t> keys_;  // met so far -> row
  std::vector<PreparedRow> held_;
  std::size_t held_bytes_ = 0;
};

}  // namespace kith::exchange
