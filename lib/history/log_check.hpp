// history/log_check.hpp: is the change log whole?
//
//   KITH_ASSIGN(LogFacts facts, check_log(txn, findings, label));
//   if (facts.entries != facts.purged_entries + entries_on_chains_of_records) {
//     KITH_TRY(check_links(txn, facts, records, findings));
//   }
//
// check_log() reads every entry once, in order: it decodes, its sequence follows the one before,
// its time is not earlier, its fields are in order, and parts in the blobs table are all there and
// no more. The chain of a record that was purged is walked from its last entry: no value is left in
// it. Whoever walks the chains of the records that exist counts their entries; when the sum is not
// that of all entries, some entry is on no chain, and check_links() finds which, in as many passes
// as it takes to keep the last entry of each record in kRecordsPerPass places.
//
// Problems: history_corrupt, history_gap, history_time, history_chain, history_chunks,
// history_values, record_missing, record_purged. None can be mended from what is left.
// Threads: that of the transaction. Errors are those of the store.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string_view>

#include "history/entry.hpp"
#include "store/findings.hpp"
#include "store/store.hpp"

namespace kith::history {

// Places of 32 bytes or so.
inline constexpr std::size_t kRecordsPerPass = std::size_t{1} << 20;

struct LogFacts {
  std::uint64_t first = 0;  // sequences; 0 when there is no entry
  std::uint64_t last = 0;
  std::uint64_t entries = 0;
  std::uint64_t purged_entries = 0;                 // on the chains of records that were purged
  Timestamp at{};                                   // of the last entry
  std::map<std::uint16_t, std::uint64_t> greatest;  // sequence of a record, by entity type
};
// `visit` is told of every entry that decodes.
Result<LogFacts> check_log(store::ReadTxn& txn, const store::LabelOf& label,
                           const std::function<Status(const Entry&)>& visit,
                           store::Findings& findings);

// What there is now of a record.
enum class RecordState : std::uint8_t {
  kAbsent,
  kPresent,
  kSuspect,  // something about it was reported already
};
using StateOf = std::function<Result<RecordState>(RecordId)>;
Status check_links(store::ReadTxn& txn, const LogFacts& facts, const StateOf& state_of,
                   const store::LabelOf& label, store::Findings& findings);

// Rows of the blobs table that begin with the letter of the history: each belongs to an entry.
Status check_chunks(store::ReadTxn& txn, store::Findings& findings);

}  // namespace kith::history
