// queue/timers.hpp: durable timers: something to wake at a time.
//
//   KITH_ASSIGN(queue::Timer timer, queue::arm(txn, due, {.kind = TimerKind::kRun, .run = 7}));
//   KITH_ASSIGN(auto due, queue::due_timers(txn, now, 100));     // in order of time, then of
//   arming KITH_TRY(queue::cancel(txn, timer));
//
// A timer exists exactly once: whoever fires it cancels it in the same transaction. Two timers of
// the same instant fire in the order in which they were armed. Instants are absolute.
// Threads and ownership: as the transaction given. Errors: those of the store, and kCorrupt.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::queue {

enum class TimerKind : std::uint8_t {
  kRun,   // a run goes on
  kDate,  // the date that an automation waits for in a record is reached
};

struct TimerTarget {
  TimerKind kind = TimerKind::kRun;
  std::uint64_t run = 0;         // kRun
  std::uint32_t automation = 0;  // kDate
  RecordId record{};             // kDate
  friend bool operator==(const TimerTarget&, const TimerTarget&) = default;
};

struct Timer {
  Timestamp due{};  // microseconds
  std::uint64_t id = 0;
  TimerTarget target{};
  friend bool operator==(const Timer&, const Timer&) = default;
};

Result<Timer> arm(store::WriteTxn& txn, Timestamp due, const TimerTarget& target);
Status cancel(store::WriteTxn& txn, const Timer& timer);  // absent is fine
// Timers with due <= now, at most `limit`.
Result<std::vector<Timer>> due_timers(store::ReadTxn& txn, Timestamp now, std::size_t limit);
Result<std::optional<Timestamp>> next_due(store::ReadTxn& txn);

}  // namespace kith::queue
