// queue/date_waits.hpp: dates in records that automations wait for, each with at most one timer.
//
//   KITH_TRY(queue::wait_for_date(txn, follow_up.id, deal, due));   // instead of an earlier wait
//   KITH_TRY(queue::date_reached(txn, timer));   // fired: the same instant does not come again
//
// A record that has a date before its automation exists is found by a sweep over the records of
// the type, which is itself a row here until it is done.
// Threads and ownership: as the transaction given. Errors: those of the store, and kCorrupt.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "queue/timers.hpp"
#include "store/store.hpp"

namespace kith::queue {

// Nothing happens when the automation waits for that very instant already, or has reached it.
Status wait_for_date(store::WriteTxn& txn, std::uint32_t automation, RecordId record,
                     Timestamp due);
// The record has no such date any more, or one that is past.
Status forget_date(store::WriteTxn& txn, std::uint32_t automation, RecordId record);
// Takes a kDate timer that is due.
Status date_reached(store::WriteTxn& txn, const Timer& timer);

struct Sweep {
  std::uint32_t automation = 0;
  std::uint32_t version = 0;
  RecordId next{};                   // the record it goes on with
  std::optional<Timestamp> begun{};  // dates after this are waited for; nothing: not begun
  friend bool operator==(const Sweep&, const Sweep&) = default;
};
// One for each automation: a newer one takes its place.
Status put_sweep(store::WriteTxn& txn, const Sweep& sweep);
Status erase_sweep(store::WriteTxn& txn, std::uint32_t automation);
// By automation, at most `limit`.
Result<std::vector<Sweep>> sweeps(store::ReadTxn& txn, std::size_t limit);

}  // namespace kith::queue
