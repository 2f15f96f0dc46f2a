// store/lmdb/reader.hpp: the reading half of a transaction, over an LMDB transaction of any kind.
//
//   Reader reader(env);
//   reader.attach(txn);
//   auto value = reader.get(Table::kMeta, "k");
//
// Views point into LMDB's map, or into copies that live as long as the Reader. Not synchronised.
#pragma once

#include <lmdb.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/lmdb/env.hpp"
#include "store/store.hpp"

namespace kith::store::lmdb {

class Reader {
 public:
  explicit Reader(const Env& env) : env_(env) {}

  void attach(MDB_txn* txn) { txn_ = txn; }
  MDB_txn* txn() const { return txn_; }

  Result<std::optional<std::string_view>> get(Table table, std::string_view key);
  Result<std::vector<std::optional<std::string_view>>> multi_get(Table table,
                                                                 std::span<const std::string> keys);
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options);
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out);
  Result<std::uint64_t> count_postings(std::string_view key);

  TxnStats stats;

 private:
  Result<std::optional<std::string_view>> find(Table table, std::string_view key);
  std::string_view aligned(Table table, const MDB_val& value);

  const Env& env_;
  MDB_txn* txn_ = nullptr;
  std::vector<std::unique_ptr<std::uint64_t[]>> copies_;
};

inline MDB_val to_val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};
}
inline std::string_view to_view(const MDB_val& val) {
  return {static_cast<const char*>(val.mv_data), val.mv_size};
}

// A cursor that closes itself, before its transaction ends.
class Cursor {
 public:
  Cursor() = default;
  ~Cursor() {
    if (cursor_ != nullptr) mdb_cursor_close(cursor_);
  }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  int open(MDB_txn* txn, MDB_dbi dbi) { return mdb_cursor_open(txn, dbi, &cursor_); }
  MDB_cursor* get() const { return cursor_; }

  // Onto the first key >= `bound`, which may be longer than a key can be; empty: the first key.
  int seek(std::string_view bound, MDB_val* key, MDB_val* value);
  // Onto the last key < `bound`; empty: the last key.
  int seek_before(std::string_view bound, MDB_val* key, MDB_val* value);

 private:
  MDB_cursor* cursor_ = nullptr;
};

}  // namespace kith::store::lmdb
