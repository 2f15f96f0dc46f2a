#include "store/checks.hpp"

#include <string>

#include "base/try.hpp"

namespace kith::store {
namespace {

std::string of(Table table) { return std::string(table_spec(table).name); }

}  // namespace

Status check_map(Table table) {
  if (table_spec(table).kind == TableKind::kMap) return {};
  return Status(Code::kInvalidArgument, "table " + of(table) +
                                            " holds postings: use add_posting, remove_posting, "
                                            "scan_postings, count_postings or a scan of "
                                            "keys_only");
}

Status check_key(Table table, std::string_view key) {
  if (key.empty()) {
    return Status(Code::kInvalidArgument, "table " + of(table) + ": a key must not be empty");
  }
  if (key.size() <= kMaxKeyBytes) return {};
  return Status(Code::kLimit, "table " + of(table) + ": a key of " + std::to_string(key.size()) +
                                  " bytes is over max_key_bytes (" + std::to_string(kMaxKeyBytes) +
                                  "); shorten it, or keep a hash of its tail");
}

Status check_row(Table table, std::string_view key, std::string_view value) {
  KITH_TRY(check_key(table, key));
  if (value.size() > kMaxValueBytes) {
    return Status(Code::kLimit,
                  "table " + of(table) + ": a value of " + std::to_string(value.size()) +
                      " bytes is over max_stored_value_bytes (" + std::to_string(kMaxValueBytes) +
                      "); keep long values in chunks in table blobs");
  }
  if (!table_spec(table).aligned || (key.size() == 8 && value.size() % 8 == 0)) return {};
  return Status(Code::kInternal, "table " + of(table) + " is aligned: key of " +
                                     std::to_string(key.size()) + " bytes must have 8, value of " +
                                     std::to_string(value.size()) +
                                     " bytes must be a multiple of 8");
}

Status check_scan(Table table, const ScanOptions& options) {
  if (!options.keys_only || options.reverse) KITH_TRY(check_map(table));
  if (options.row_limit > 0) return {};
  return Status(Code::kInvalidArgument, "table " + of(table) +
                                            ": a scan with row_limit 0 would "
                                            "never get on; ask for at least one row");
}

Status TxnBudget::charge(Table table, std::size_t bytes) {
  const bool blob = table == Table::kBlobs;
  std::uint64_t& used = blob ? blobs_used_ : used_;
  const std::uint64_t limit = blob ? kMaxTxnBlobBytes : limit_;
  if (used + bytes + kOperationBytes > limit) {
    return Status(Code::kLimit, std::string("the write transaction would pass ") +
                                    (blob ? "max_txn_blob_bytes (" : "max_txn_bytes (") +
                                    std::to_string(limit) +
                                    "); commit what is there and go on in another one");
  }
  used += bytes + kOperationBytes;
  return {};
}

}  // namespace kith::store
