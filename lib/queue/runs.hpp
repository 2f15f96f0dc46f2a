// queue/runs.hpp: where runs of automations are kept; what a run is, automation/ knows.
//
//   KITH_ASSIGN(std::uint64_t run, queue::next_run_id(txn));
//   KITH_TRY(queue::put_run(txn, run, bytes));
//   KITH_TRY(queue::set_active(txn, {record, automation, run}, true));
//
// Threads and ownership: as the transaction given. Errors: those of the store, and kCorrupt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::queue {

Result<std::uint64_t> next_run_id(store::WriteTxn& txn);  // never given twice
Status put_run(store::WriteTxn& txn, std::uint64_t run, std::string_view bytes);
Result<std::optional<std::string>> find_run(store::ReadTxn& txn, std::uint64_t run);

struct StoredRun {
  std::uint64_t run = 0;
  std::string bytes;
};
// Ascending from run id `from`, at most `limit`.
Result<std::vector<StoredRun>> scan_runs(store::ReadTxn& txn, std::uint64_t from,
                                         std::size_t limit);

struct ActiveRun {
  RecordId record{};
  std::uint32_t automation = 0;
  std::uint64_t run = 0;
  friend bool operator==(const ActiveRun&, const ActiveRun&) = default;
};
Status set_active(store::WriteTxn& txn, const ActiveRun& run, bool active);
Result<std::vector<ActiveRun>> active_runs(store::ReadTxn& txn, RecordId record);

// How often an automation has taken up a record, in all and within the window that is open.
struct Enrolment {
  std::uint64_t number = 0;  // 0: never; else from 1
  Timestamp window_start{};  // of the first enrolment of the window
  std::uint32_t in_window = 0;
  friend bool operator==(const Enrolment&, const Enrolment&) = default;
};
Result<Enrolment> enrolment(store::ReadTxn& txn, std::uint32_t automation, RecordId record);
Status put_enrolment(store::WriteTxn& txn, std::uint32_t automation, RecordId record,
                     const Enrolment& enrolment);
// For a record that is gone for ever.
Status erase_enrolment(store::WriteTxn& txn, std::uint32_t automation, RecordId record);

// A version of an automation, kept as it was when it first ran.
Status keep_version(store::WriteTxn& txn, std::uint32_t automation, std::uint32_t version,
                    std::string_view bytes);  // there already is fine
Result<std::optional<std::string>> find_version(store::ReadTxn& txn, std::uint32_t automation,
                                                std::uint32_t version);

// Named numbers: round-robin cursors, progress of sweeps, and behind this prefix, by automation,
// how often a condition passed the limit of work. 0 when never set.
inline constexpr std::string_view kOverLimitCounter = "over_limit/";
Result<std::uint64_t> counter(store::ReadTxn& txn, std::string_view name);
Status set_counter(store::WriteTxn& txn, std::string_view name, std::uint64_t value);

// Rows of this table that may go once `when` has passed; used for ended runs, inbox ids and keys.
Status expire_at(store::WriteTxn& txn, Timestamp when, std::string_view key);
Result<bool> any_expired(store::ReadTxn& txn, Timestamp now);
// Erases what was due by `now`, at most `limit` rows; the number erased.
Result<std::size_t> expire(store::WriteTxn& txn, Timestamp now, std::size_t limit);

}  // namespace kith::queue
