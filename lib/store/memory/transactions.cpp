#include "store/memory/transactions.hpp"

#include <deque>
#include <thread>
#include <utility>

#include "base/try.hpp"
#include "store/checks.hpp"
#include "store/memory/shared_rows.hpp"
#include "store/memory/versions.hpp"
#include "store/posting_key.hpp"

namespace kith::store::memory {
namespace {

// Reading for both kinds of transaction: a snapshot, and for a writer its overlays on top.
class Reader {
 public:
  Reader(std::shared_ptr<MemoryStore> store, const Overlays* overlays)
      : store_(std::move(store)), overlays_(overlays), snapshot_(store_->open_snapshot()) {}
  ~Reader() { store_->close_snapshot(snapshot_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) {
    KITH_TRY(check_map(table));
    KITH_TRY(check_key(table, key));
    KITH_TRY(store_->strike(FaultPoint::kRead));
    ++stats.gets;
    auto lock = store_->lock_rows();
    return find(table, key);
  }

  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) {
    KITH_TRY(check_map(table));
    for (const std::string& key : keys) KITH_TRY(check_key(table, key));
    KITH_TRY(store_->strike(FaultPoint::kRead));
    ++stats.multi_gets;
    std::vector<std::optional<std::string_view>> values;
    values.reserve(keys.size());
    auto lock = store_->lock_rows();
    for (const std::string& key : keys) values.push_back(find(table, key));
    return values;
  }

  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) {
    KITH_TRY(check_scan(table, options));
    KITH_TRY(store_->strike(FaultPoint::kRead));
    ++stats.scans;
    auto lock = store_->lock_rows();
    if (table_spec(table).kind == TableKind::kPostings) return posting_keys(range, options);
    Walk walk = walk_of(table, range, options.reverse);
    return collect(walk, options);
  }

  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(store_->strike(FaultPoint::kRead));
    ++stats.scans;
    out->clear();
    auto lock = store_->lock_rows();
    KeyRange range = posting_range(key);
    range.first = posting_key(key, from);
    Walk walk = walk_of(Table::kPostings, range, false);
    while (out->size() < limit) {
      auto row = walk.next();
      if (!row) break;
      out->push_back(posting_id(row->key));
    }
    return {};
  }

  Result<std::uint64_t> count_postings(std::string_view key) {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(store_->strike(FaultPoint::kRead));
    ++stats.gets;
    auto lock = store_->lock_rows();
    Walk walk = walk_of(Table::kPostings, posting_range(key), false);
    std::uint64_t count = 0;
    while (walk.next()) ++count;
    return count;
  }

  // Every key of a stored range, for a writer that is about to erase them.
  std::vector<std::string> keys(Table table, const KeyRange& range) {
    std::vector<std::string> found;
    auto lock = store_->lock_rows();
    Walk walk = walk_of(table, range, false);
    while (auto row = walk.next()) found.emplace_back(row->key);
    return found;
  }

  MemoryStore& store() { return *store_; }
  TxnStats stats;

 private:
  // Each key of a range of postings once; the caller holds the lock.
  ScanBatch posting_keys(const KeyRange& range, const ScanOptions& options) {
    ScanBatch batch;
    KeyRange rest = posting_range(range);
    std::size_t bytes = 0;
    while (auto row = walk_of(Table::kPostings, rest, false).next()) {
      const std::string& key = copies_.emplace_back(posting_key_of(row->key));
      bytes += key.size();
      if (batch.rows.size() == options.row_limit ||
          (bytes > options.byte_limit && !batch.rows.empty())) {
        batch.continuation = key;
        break;
      }
      batch.rows.push_back({key, {}});
      rest.first = posting_range(key).last;
    }
    return batch;
  }
  std::optional<std::string_view> find(Table table, std::string_view key) const {
    if (overlays_ != nullptr) {
      const Overlay& overlay = (*overlays_)[index_of(table)];
      if (auto own = overlay.find(key); own != overlay.end()) {
        return own->second ? std::optional(own->second->view()) : std::nullopt;
      }
    }
    const Bytes* value = store_->rows(table).find(key, snapshot_);
    return value != nullptr ? std::optional(value->view()) : std::nullopt;
  }
  Walk walk_of(Table table, const KeyRange& range, bool reverse) const {
    const Overlay* overlay = overlays_ != nullptr ? &(*overlays_)[index_of(table)] : nullptr;
    return Walk(VersionWalk(store_->rows(table), snapshot_, range, reverse), overlay, range,
                reverse);
  }

  std::shared_ptr<MemoryStore> store_;
  const Overlays* overlays_;
  std::uint64_t snapshot_;
  std::deque<std::string> copies_;  // keys of postings that were given out
};

class MemoryReadTxn final : public ReadTxn {
 public:
  explicit MemoryReadTxn(std::shared_ptr<MemoryStore> store) : reader_(std::move(store), nullptr) {}

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override {
    return reader_.get(table, key);
  }
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override {
    return reader_.multi_get(table, keys);
  }
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override {
    return reader_.scan(table, range, options);
  }
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override {
    return reader_.scan_postings(key, from, limit, out);
  }
  Result<std::uint64_t> count_postings(std::string_view key) override {
    return reader_.count_postings(key);
  }
  const TxnStats& stats() const override { return reader_.stats; }

 private:
  Reader reader_;
};

// The caller holds the store's gate; the transaction leaves it when it ends.
class MemoryWriteTxn final : public WriteTxn {
 public:
  explicit MemoryWriteTxn(std::shared_ptr<MemoryStore> store)
      : reader_(store, &overlays_), budget_(store->options().max_txn_bytes) {}
  ~MemoryWriteTxn() override {
    if (open_) reader_.store().leave_gate();
  }

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override {
    KITH_TRY(usable());
    return reader_.get(table, key);
  }
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override {
    KITH_TRY(usable());
    return reader_.multi_get(table, keys);
  }
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override {
    KITH_TRY(usable());
    return reader_.scan(table, range, options);
  }
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override {
    KITH_TRY(usable());
    return reader_.scan_postings(key, from, limit, out);
  }
  Result<std::uint64_t> count_postings(std::string_view key) override {
    KITH_TRY(usable());
    return reader_.count_postings(key);
  }
  const TxnStats& stats() const override { return reader_.stats; }

  Status put(Table table, std::string_view key, std::string_view value) override {
    KITH_TRY(usable());
    KITH_TRY(check_map(table));
    KITH_TRY(check_row(table, key, value));
    KITH_TRY(begin_operation(table, key.size() + value.size()));
    count_put(key.size() + value.size());
    overlay(table).insert_or_assign(std::string(key), Bytes(value));
    return {};
  }
  Status erase(Table table, std::string_view key) override {
    KITH_TRY(usable());
    KITH_TRY(check_map(table));
    KITH_TRY(check_key(table, key));
    KITH_TRY(begin_operation(table, key.size()));
    ++reader_.stats.deletes;
    overlay(table).insert_or_assign(std::string(key), std::nullopt);
    return {};
  }
  Status erase_range(Table table, const KeyRange& range) override {
    KITH_TRY(usable());
    KITH_TRY(begin_operation(table, range.first.size() + range.last.size()));
    ++reader_.stats.deletes;
    const bool postings = table_spec(table).kind == TableKind::kPostings;
    for (std::string& key : reader_.keys(table, postings ? posting_range(range) : range)) {
      overlay(table).insert_or_assign(std::move(key), std::nullopt);
    }
    return {};
  }
  Status add_posting(std::string_view key, std::uint64_t id) override {
    KITH_TRY(usable());
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(begin_operation(Table::kPostings, key.size() + sizeof id));
    count_put(key.size() + sizeof id);
    overlay(Table::kPostings).insert_or_assign(posting_key(key, id), Bytes({}));
    return {};
  }
  Status remove_posting(std::string_view key, std::uint64_t id) override {
    KITH_TRY(usable());
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(begin_operation(Table::kPostings, key.size() + sizeof id));
    ++reader_.stats.deletes;
    overlay(Table::kPostings).insert_or_assign(posting_key(key, id), std::nullopt);
    return {};
  }

  Status commit() override {
    KITH_TRY(usable());
    Status fault = reader_.store().strike(FaultPoint::kCommit);
    if (!fault.ok()) return end(std::move(fault));
    reader_.store().apply(std::move(overlays_));
    return end(reader_.store().strike(FaultPoint::kCommitAfter));
  }

 private:
  Status usable() const {
    KITH_TRY(check_thread(owner_));
    return ended_;
  }
  // Over for good: with `status` for the caller, and for whoever comes after.
  Status end(Status status) {
    ended_ = status.ok() ? Status(Code::kClosed, "the write transaction was committed") : status;
    open_ = false;
    reader_.store().leave_gate();
    return status;
  }
  Status begin_operation(Table table, std::size_t bytes) {
    KITH_TRY(budget_.charge(table, bytes));
    if (Status fault = reader_.store().strike(FaultPoint::kWrite); !fault.ok()) {
      overlays_ = {};
      return end(std::move(fault));
    }
    return {};
  }
  void count_put(std::size_t bytes) {
    ++reader_.stats.puts;
    reader_.stats.bytes_written += bytes;
  }
  Overlay& overlay(Table table) { return overlays_[index_of(table)]; }

  Overlays overlays_;
  Reader reader_;
  TxnBudget budget_;
  const std::thread::id owner_ = std::this_thread::get_id();
  bool open_ = true;  // holds the gate
  Status ended_;
};

}  // namespace

std::unique_ptr<ReadTxn> make_read_txn(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryReadTxn>(std::move(store));
}

std::unique_ptr<WriteTxn> make_write_txn(std::shared_ptr<MemoryStore> store) {
  return std::make_unique<MemoryWriteTxn>(std::move(store));
}

}  // namespace kith::store::memory
