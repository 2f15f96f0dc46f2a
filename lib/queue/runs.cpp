#include "queue/runs.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/row_codec.hpp"

namespace kith::queue {

namespace {

constexpr std::string_view kCounter = "run";

Result<std::optional<std::string>> find_row(store::ReadTxn& txn, const std::string& key) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, key));
  std::optional<std::string> found;
  if (row) found.emplace(*row);
  return found;
}

}  // namespace

Result<std::uint64_t> next_run_id(store::WriteTxn& txn) {
  KITH_ASSIGN(const std::uint64_t last, counter(txn, kCounter));
  KITH_TRY(set_counter(txn, kCounter, last + 1));
  return last + 1;
}

Status put_run(store::WriteTxn& txn, std::uint64_t run, std::string_view bytes) {
  return txn.put(store::Table::kQueue, run_key(run), bytes);
}

Result<std::optional<std::string>> find_run(store::ReadTxn& txn, std::uint64_t run) {
  return find_row(txn, run_key(run));
}

Result<std::vector<StoredRun>> scan_runs(store::ReadTxn& txn, std::uint64_t from,
                                         std::size_t limit) {
  std::vector<StoredRun> runs;
  store::KeyRange range = kind_range('r');
  range.first = run_key(from);
  while (runs.size() < limit) {
    store::ScanOptions how;
    how.row_limit = limit - runs.size();
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, how));
    for (const store::KeyValue& row : batch.rows) {
      base::ByteReader key(row.key);
      key.u8();
      const std::uint64_t run = key.u64();
      KITH_TRY(key.finish("key of a run"));
      runs.push_back({run, std::string(row.value)});
    }
    if (batch.done()) break;
    range.first = batch.continuation;
  }
  return runs;
}

Status set_active(store::WriteTxn& txn, const ActiveRun& run, bool active) {
  const std::string key = active_run_key(run.record, run.automation, run.run);
  return active ? txn.put(store::Table::kQueue, key, {}) : txn.erase(store::Table::kQueue, key);
}

Result<std::vector<ActiveRun>> active_runs(store::ReadTxn& txn, RecordId record) {
  std::vector<ActiveRun> runs;
  store::KeyRange range = store::KeyRange::prefix(active_run_prefix(record));
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      base::ByteReader key(row.key);
      key.u8();
      ActiveRun run;
      run.record = RecordId(key.u64());
      run.automation = key.u32();
      run.run = key.u64();
      KITH_TRY(key.finish("key of an active run"));
      runs.push_back(run);
    }
    if (batch.done()) return runs;
    range.first = batch.continuation;
  }
}

Result<Enrolment> enrolment(store::ReadTxn& txn, std::uint32_t automation, RecordId record) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, enrolment_key(automation, record)));
  Enrolment found;
  if (!row) return found;
  base::ByteReader in(*row);
  found = read_enrolment(in);
  KITH_TRY(in.finish("enrolment of an automation"));
  return found;
}

Status put_enrolment(store::WriteTxn& txn, std::uint32_t automation, RecordId record,
                     const Enrolment& enrolment) {
  return txn.put(store::Table::kQueue, enrolment_key(automation, record), encode(enrolment));
}

Status erase_enrolment(store::WriteTxn& txn, std::uint32_t automation, RecordId record) {
  return txn.erase(store::Table::kQueue, enrolment_key(automation, record));
}

Status keep_version(store::WriteTxn& txn, std::uint32_t automation, std::uint32_t version,
                    std::string_view bytes) {
  const std::string key = version_key(automation, version);
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, key));
  return row ? Status() : txn.put(store::Table::kQueue, key, bytes);
}

Result<std::optional<std::string>> find_version(store::ReadTxn& txn, std::uint32_t automation,
                                                std::uint32_t version) {
  return find_row(txn, version_key(automation, version));
}

Result<std::uint64_t> counter(store::ReadTxn& txn, std::string_view name) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, counter_key(name)));
  if (!row) return std::uint64_t{0};
  base::ByteReader in(*row);
  const std::uint64_t value = in.u64();
  KITH_TRY(in.finish("counter \"" + std::string(name) + "\""));
  return value;
}

Status set_counter(store::WriteTxn& txn, std::string_view name, std::uint64_t value) {
  return txn.put(store::Table::kQueue, counter_key(name), encode_number(value));
}

Status expire_at(store::WriteTxn& txn, Timestamp when, std::string_view key) {
  return txn.put(store::Table::kQueue, expiry_key(when, key), {});
}

Result<bool> any_expired(store::ReadTxn& txn, Timestamp now) {
  store::ScanOptions one;
  one.row_limit = 1;
  one.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(store::Table::kQueue, due_range('x', now), one));
  return !batch.rows.empty();
}

Result<std::size_t> expire(store::WriteTxn& txn, Timestamp now, std::size_t limit) {
  if (limit == 0) return std::size_t{0};
  store::ScanOptions how;
  how.row_limit = limit;
  how.keys_only = true;
  constexpr std::size_t kInstantBytes = 1 + 8;
  std::vector<std::string> due;
  {
    KITH_ASSIGN(const store::ScanBatch batch,
                txn.scan(store::Table::kQueue, due_range('x', now), how));
    for (const store::KeyValue& row : batch.rows) due.emplace_back(row.key);
  }
  for (const std::string& key : due) {
    if (key.size() <= kInstantBytes) {
      return Status(Code::kCorrupt, "the queue has a row of expiry that names nothing");
    }
    KITH_TRY(txn.erase(store::Table::kQueue, std::string_view(key).substr(kInstantBytes)));
    KITH_TRY(txn.erase(store::Table::kQueue, key));
  }
  return due.size();
}

}  // namespace kith::queue
