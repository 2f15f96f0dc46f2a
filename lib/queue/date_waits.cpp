#include "queue/date_waits.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/row_codec.hpp"

namespace kith::queue {

namespace {

Result<std::optional<DateWait>> find_wait(store::ReadTxn& txn, std::uint32_t automation,
                                          RecordId record) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, date_wait_key(automation, record)));
  if (!row) return std::optional<DateWait>();
  base::ByteReader in(*row);
  const DateWait wait = read_date_wait(in);
  KITH_TRY(in.finish("wait for a date"));
  return std::optional<DateWait>(wait);
}

Status put_wait(store::WriteTxn& txn, std::uint32_t automation, RecordId record,
                const DateWait& wait) {
  return txn.put(store::Table::kQueue, date_wait_key(automation, record), encode(wait));
}

Status cancel_wait(store::WriteTxn& txn, const DateWait& wait) {
  return wait.timer == 0 ? Status()
                         : txn.erase(store::Table::kQueue, timer_key(wait.due, wait.timer));
}

}  // namespace

Status wait_for_date(store::WriteTxn& txn, std::uint32_t automation, RecordId record,
                     Timestamp due) {
  KITH_ASSIGN(const auto before, find_wait(txn, automation, record));
  if (before) {
    if (before->due.to_microseconds() == due.to_microseconds()) return {};
    KITH_TRY(cancel_wait(txn, *before));
  }
  KITH_ASSIGN(
      const Timer timer,
      arm(txn, due,
          {.kind = TimerKind::kDate, .run = 0, .automation = automation, .record = record}));
  return put_wait(txn, automation, record, {timer.due, timer.id});
}

Status forget_date(store::WriteTxn& txn, std::uint32_t automation, RecordId record) {
  KITH_ASSIGN(const auto before, find_wait(txn, automation, record));
  if (!before) return {};
  KITH_TRY(cancel_wait(txn, *before));
  return txn.erase(store::Table::kQueue, date_wait_key(automation, record));
}

Status date_reached(store::WriteTxn& txn, const Timer& timer) {
  KITH_TRY(cancel(txn, timer));
  return put_wait(txn, timer.target.automation, timer.target.record, {timer.due, 0});
}

Status put_sweep(store::WriteTxn& txn, const Sweep& sweep) {
  return txn.put(store::Table::kQueue, sweep_key(sweep.automation), encode(sweep));
}

Status erase_sweep(store::WriteTxn& txn, std::uint32_t automation) {
  return txn.erase(store::Table::kQueue, sweep_key(automation));
}

Result<std::vector<Sweep>> sweeps(store::ReadTxn& txn, std::size_t limit) {
  std::vector<Sweep> found;
  store::ScanOptions how;
  how.row_limit = limit;
  KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, kind_range('s'), how));
  for (const store::KeyValue& row : batch.rows) {
    base::ByteReader key(row.key);
    Sweep sweep;
    key.u8();
    sweep.automation = key.u32();
    KITH_TRY(key.finish("key of a sweep"));
    base::ByteReader in(row.value);
    read_sweep(in, &sweep);
    KITH_TRY(in.finish("sweep for dates"));
    found.push_back(sweep);
  }
  return found;
}

}  // namespace kith::queue
