// engine/run_ledger.hpp: the books of runs: a run, its timer and its place among the active ones
// are written together.
//
//   KITH_TRY(begin_run(txn, due, &run));                       // active, due then
//   KITH_TRY(pause_run(txn, until, &run));                     // goes on then
//   KITH_TRY(end_run(txn, at, kKeepRuns, RunState::kDone, "", &run));
//
// Threads and ownership: as the transaction given. Errors: those of the store, and kCorrupt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "automation/run.hpp"
#include "store/store.hpp"

namespace kith::engine {

// How long an ended run is kept when no tick says otherwise.
inline constexpr Duration kKeepRuns = Duration::days(30);

Result<std::optional<automation::RunRecord>> find_run(store::ReadTxn& txn, std::uint64_t id);

// Gives the run its id and a timer.
Status begin_run(store::WriteTxn& txn, Timestamp due, automation::RunRecord* run);
// The timer it had has been cancelled.
Status pause_run(store::WriteTxn& txn, Timestamp until, automation::RunRecord* run);
// Cancels the timer it may have. A run without an id gets one: it ends without having begun.
Status end_run(store::WriteTxn& txn, Timestamp at, Duration keep, RunState state,
               std::string message, automation::RunRecord* run);

// As hosts see it.
Run describe_run(const automation::RunRecord& run);

}  // namespace kith::engine
