#include "queue/timers.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/row_codec.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

namespace {

constexpr std::string_view kCounter = "timer";

Result<Timer> decode(std::string_view key, std::string_view value) {
  Timer timer;
  base::ByteReader place(key);
  place.u8();
  timer.due = from_sortable(place.u64());
  timer.id = place.u64();
  KITH_TRY(place.finish("key of a timer"));
  base::ByteReader row(value);
  timer.target = read_timer_target(row);
  KITH_TRY(row.finish("timer"));
  return timer;
}

}  // namespace

Result<Timer> arm(store::WriteTxn& txn, Timestamp due, const TimerTarget& target) {
  KITH_ASSIGN(const std::uint64_t last, counter(txn, kCounter));
  KITH_TRY(set_counter(txn, kCounter, last + 1));
  // As it will be read again.
  const Timer timer{Timestamp::from_microseconds(due.to_microseconds()), last + 1, target};
  KITH_TRY(txn.put(store::Table::kQueue, timer_key(timer.due, timer.id), encode(target)));
  return timer;
}

Status cancel(store::WriteTxn& txn, const Timer& timer) {
  return txn.erase(store::Table::kQueue, timer_key(timer.due, timer.id));
}

Result<std::vector<Timer>> due_timers(store::ReadTxn& txn, Timestamp now, std::size_t limit) {
  std::vector<Timer> timers;
  store::KeyRange range = due_range('t', now);
  while (timers.size() < limit) {
    store::ScanOptions how;
    how.row_limit = limit - timers.size();
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, how));
    for (const store::KeyValue& row : batch.rows) {
      KITH_ASSIGN(Timer timer, decode(row.key, row.value));
      timers.push_back(timer);
    }
    if (batch.done()) break;
    range.first = batch.continuation;
  }
  return timers;
}

Result<std::optional<Timestamp>> next_due(store::ReadTxn& txn) {
  store::ScanOptions one;
  one.row_limit = 1;
  KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, kind_range('t'), one));
  if (batch.rows.empty()) return std::optional<Timestamp>();
  KITH_ASSIGN(const Timer timer, decode(batch.rows.front().key, batch.rows.front().value));
  return std::optional<Timestamp>(timer.due);
}

}  // namespace kith::queue
