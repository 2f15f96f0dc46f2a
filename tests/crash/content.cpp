#include "tests/crash/content.hpp"

#include "base/hash.hpp"
#include "base/try.hpp"

namespace kith::crash {

namespace {

// Rows are summed up, so their order does not matter.
void add(std::string_view table, std::string_view key, std::string_view value, Digest* sum) {
  std::string row(table);
  row.append(1, '\0').append(std::to_string(key.size())).append(1, '\0').append(key).append(value);
  sum->first += base::stable_hash(row, 1);
  sum->second += base::stable_hash(row, 2);
}

Status add_postings(store::ReadTxn& txn, std::string_view key, Digest* sum) {
  std::vector<std::uint64_t> ids;
  KITH_TRY(txn.scan_postings(key, 0, 1'000'000, &ids));
  for (std::uint64_t id : ids) add("posting", key, std::to_string(id), sum);
  return {};
}

Status add_rows(store::ReadTxn& txn, const store::TableSpec& table, Digest* sum) {
  store::KeyRange range;
  store::ScanOptions how;
  how.keys_only = table.kind == store::TableKind::kPostings;
  do {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(table.table, range, how));
    for (const store::KeyValue& row : batch.rows) {
      add(table.name, row.key, row.value, sum);
      if (table.kind == store::TableKind::kPostings) KITH_TRY(add_postings(txn, row.key, sum));
    }
    range.first = batch.continuation;
  } while (!range.first.empty());
  return {};
}

class WatchedWrite final : public store::WriteTxn {
 public:
  WatchedWrite(std::shared_ptr<store::Store> store, std::unique_ptr<store::WriteTxn> txn,
               std::shared_ptr<Witness> witness)
      : store_(std::move(store)), txn_(std::move(txn)), witness_(std::move(witness)) {}

  Result<std::optional<std::string_view>> get(store::Table table, std::string_view key) override {
    return txn_->get(table, key);
  }
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      store::Table table, std::span<const std::string> keys) override {
    return txn_->multi_get(table, keys);
  }
  Result<store::ScanBatch> scan(store::Table table, const store::KeyRange& range,
                                const store::ScanOptions& options) override {
    return txn_->scan(table, range, options);
  }
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override {
    return txn_->scan_postings(key, from, limit, out);
  }
  Result<std::uint64_t> count_postings(std::string_view key) override {
    return txn_->count_postings(key);
  }
  const store::TxnStats& stats() const override { return txn_->stats(); }

  Status put(store::Table table, std::string_view key, std::string_view value) override {
    return txn_->put(table, key, value);
  }
  Status erase(store::Table table, std::string_view key) override {
    return txn_->erase(table, key);
  }
  Status erase_range(store::Table table, const store::KeyRange& range) override {
    return txn_->erase_range(table, range);
  }
  Status add_posting(std::string_view key, std::uint64_t id) override {
    return txn_->add_posting(key, id);
  }
  Status remove_posting(std::string_view key, std::uint64_t id) override {
    return txn_->remove_posting(key, id);
  }
  Status commit() override {
    KITH_TRY(txn_->commit());
    KITH_ASSIGN(const Digest state, digest(*store_));
    witness_->states.push_back(state);
    return {};
  }

 private:
  std::shared_ptr<store::Store> store_;
  std::unique_ptr<store::WriteTxn> txn_;
  std::shared_ptr<Witness> witness_;
};

class WatchedStore final : public store::Store {
 public:
  WatchedStore(std::shared_ptr<store::Store> store, std::shared_ptr<Witness> witness)
      : store_(std::move(store)), witness_(std::move(witness)) {}

  Result<std::unique_ptr<store::ReadTxn>> begin_read() override { return store_->begin_read(); }
  Result<std::unique_ptr<store::WriteTxn>> begin_write(
      const store::WriteOptions& options) override {
    KITH_ASSIGN(auto txn, store_->begin_write(options));
    return std::unique_ptr<store::WriteTxn>(new WatchedWrite(store_, std::move(txn), witness_));
  }
  Status write(const store::WriteOptions& options,
               const std::function<Status(store::WriteTxn&)>& body) override {
    KITH_ASSIGN(auto txn, begin_write(options));
    KITH_TRY(body(*txn));
    return txn->commit();
  }
  Result<store::StoreInfo> info() override { return store_->info(); }
  Status copy_to(const std::string& directory) override { return store_->copy_to(directory); }
  void announce(std::uint64_t sequence) override { store_->announce(sequence); }
  Status wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) override {
    return store_->wait_for(sequence, timeout);
  }

 private:
  std::shared_ptr<store::Store> store_;
  std::shared_ptr<Witness> witness_;
};

}  // namespace

Result<Digest> digest(store::Store& store) {
  KITH_ASSIGN(const auto txn, store.begin_read());
  Digest sum{};
  for (const store::TableSpec& table : store::table_specs()) KITH_TRY(add_rows(*txn, table, &sum));
  return sum;
}

std::shared_ptr<store::Store> watch(std::shared_ptr<store::Store> store,
                                    std::shared_ptr<Witness> witness) {
  witness->states.assign(1, Digest{});
  return std::make_shared<WatchedStore>(std::move(store), std::move(witness));
}

}  // namespace kith::crash
