// store/checks.hpp: what every back-end refuses, in the same words.
//
//   KITH_TRY(check_map(table));
//   KITH_TRY(check_key(table, key));
//   KITH_TRY(budget.charge(key.size() + value.size()));
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

// Counts what a write transaction has asked for against max_txn_bytes.
class TxnBudget {
 public:
  explicit TxnBudget(std::uint64_t limit) : limit_(limit) {}
  Status charge(std::size_t bytes);  // one operation; refused without effect when over

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
};

}  // namespace kith::store
