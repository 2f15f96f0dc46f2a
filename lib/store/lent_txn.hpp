// store/lent_txn.hpp: a write transaction that somebody else will commit.
//
//   LentTxn lent(*txn);
//   KITH_TRY(body(lent));     // may do everything but commit
//   lent.take_back();         // from then on it answers kClosed
//
// Forwards to a transaction that must outlive the loan. Threads as that one.
#pragma once

#include "base/try.hpp"
#include "store/store.hpp"

namespace kith::store {

class LentTxn final : public WriteTxn {
 public:
  explicit LentTxn(WriteTxn& txn) : txn_(&txn) {}
  void take_back() {
    stats_ = stats();
    txn_ = nullptr;
  }

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override {
    KITH_TRY(usable());
    return txn_->get(table, key);
  }
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override {
    KITH_TRY(usable());
    return txn_->multi_get(table, keys);
  }
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override {
    KITH_TRY(usable());
    return txn_->scan(table, range, options);
  }
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override {
    KITH_TRY(usable());
    return txn_->scan_postings(key, from, limit, out);
  }
  Result<std::uint64_t> count_postings(std::string_view key) override {
    KITH_TRY(usable());
    return txn_->count_postings(key);
  }
  const TxnStats& stats() const override { return txn_ != nullptr ? txn_->stats() : stats_; }

  Status put(Table table, std::string_view key, std::string_view value) override {
    KITH_TRY(usable());
    return txn_->put(table, key, value);
  }
  Status erase(Table table, std::string_view key) override {
    KITH_TRY(usable());
    return txn_->erase(table, key);
  }
  Status erase_range(Table table, const KeyRange& range) override {
    KITH_TRY(usable());
    return txn_->erase_range(table, range);
  }
  Status add_posting(std::string_view key, std::uint64_t id) override {
    KITH_TRY(usable());
    return txn_->add_posting(key, id);
  }
  Status remove_posting(std::string_view key, std::uint64_t id) override {
    KITH_TRY(usable());
    return txn_->remove_posting(key, id);
  }
  Status commit() override {
    KITH_TRY(usable());
    return Status(Code::kInvalidArgument,
                  "this transaction is committed when its body has returned; do not commit it");
  }

 private:
  Status usable() const {
    if (txn_ != nullptr) return {};
    return Status(Code::kClosed, "the write transaction has ended");
  }

  WriteTxn* txn_;
  TxnStats stats_;
};

}  // namespace kith::store
