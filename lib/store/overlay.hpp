// store/overlay.hpp: a write transaction that is never committed: changes on a snapshot, for a view
// of what is not in the store.
//
//   Overlay layer(std::move(read_txn));
//   KITH_TRY(layer.put(Table::kRecords, key, former_image));
//   KITH_TRY(layer.erase_range(Table::kHistory, {after, {}}));     // as good as free
//   KITH_ASSIGN(ScanBatch rows, layer.scan(...));                  // what is beneath, so changed
//
// It reads as the transaction beneath would after these writes. What it was given takes memory, an
// erased range none. commit() is refused (kUnsupported). Views live as those of a write
// transaction: until the next write of the layer, or its end. Threads: one at a time, any.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/pending_rows.hpp"
#include "store/store.hpp"

namespace kith::store {

class Overlay final : public WriteTxn {
 public:
  explicit Overlay(std::unique_ptr<ReadTxn> base) : base_(std::move(base)) {}

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override;
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override;
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override;
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override;
  Result<std::uint64_t> count_postings(std::string_view key) override;
  const TxnStats& stats() const override { return stats_; }

  Status put(Table table, std::string_view key, std::string_view value) override;
  Status erase(Table table, std::string_view key) override;
  Status erase_range(Table table, const KeyRange& range) override;
  Status add_posting(std::string_view key, std::uint64_t id) override;
  Status remove_posting(std::string_view key, std::uint64_t id) override;
  Status commit() override;

 private:
  // What was done to a table. Of postings the keys are those of posting_key.hpp, and a posting is
  // pending only when it is otherwise beneath.
  struct Layer {
    PendingRows pending;
    std::vector<KeyRange> erased;  // nothing beneath is seen in these
  };

  static const KeyRange* covering(const Layer& layer, std::string_view key);
  Layer& layer(Table table) { return layers_[static_cast<std::size_t>(table)]; }
  void count_put(std::size_t bytes);
  Status set_posting(std::string_view key, std::uint64_t id, bool present);
  Result<bool> base_has_posting(std::string_view key, std::uint64_t id);
  Result<ScanBatch> scan_posting_keys(const KeyRange& range, const ScanOptions& options);
  Result<std::optional<std::string>> next_posting_key(const KeyRange& range);

  std::unique_ptr<ReadTxn> base_;
  std::array<Layer, kTableCount> layers_;
  std::map<std::string, std::int64_t, std::less<>> more_postings_;  // than beneath, by key
  std::deque<std::string> copies_;  // keys of postings that were given out
  TxnStats stats_;
};

}  // namespace kith::store
