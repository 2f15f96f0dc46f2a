// store/checks.hpp: what every back-end refuses, in the same words.
//
//   KITH_TRY(check_map(table));
//   KITH_TRY(check_key(table, key));
//   KITH_TRY(budget.charge(table, key.size() + value.size()));
//
// For back-ends only. No state but TxnBudget, which belongs to one write transaction.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/store.hpp"

namespace kith::store {

Status check_map(Table table);
Status check_key(Table table, std::string_view key);
// Size, and for an aligned table that key and value keep every value of the table 8-aligned.
Status check_row(Table table, std::string_view key, std::string_view value);
Status check_scan(Table table, const ScanOptions& options);

inline bool is_empty(const KeyRange& range) {
  return !range.last.empty() && range.first >= range.last;
}

// What one write transaction may put into Table::kBlobs beside its max_txn_bytes: a few of the
// largest values (16 MiB). They are written once, in order, to pages of their own, and so cost a
// transaction less than rows that are spread over a tree.
inline constexpr std::uint64_t kMaxTxnBlobBytes = std::uint64_t{64} << 20;

// Counts what a write transaction has asked for against max_txn_bytes, or kMaxTxnBlobBytes.
class TxnBudget {
 public:
  explicit TxnBudget(std::uint64_t limit) : limit_(limit) {}
  // One operation; refused without effect when over.
  Status charge(Table table, std::size_t bytes);

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::uint64_t blobs_used_ = 0;
};

}  // namespace kith::store
