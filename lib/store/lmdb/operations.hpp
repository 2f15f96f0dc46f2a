// store/lmdb/operations.hpp: what a write transaction asks of LMDB, one logged operation at a time.
//
//   Operations operations(env);
//   int rc = operations.perform(txn, Operation::kPut, Table::kMeta, "k", "v");
//
// Answers LMDB's codes; absent keys and present postings are no errors. One object per transaction
// of the caller's, as it remembers in which tables the keys come in order. Not synchronised.
#pragma once

#include <lmdb.h>

#include <array>
#include <string_view>

#include "store/lmdb/env.hpp"
#include "store/lmdb/operation_log.hpp"

namespace kith::store::lmdb {

class Operations {
 public:
  explicit Operations(const Env& env) : env_(env) { rises_.fill(true); }

  int perform(MDB_txn* txn, Operation operation, Table table, std::string_view key,
              std::string_view value);
  int replay(MDB_txn* txn, const OperationLog& log);

 private:
  int put_row(MDB_txn* txn, Table table, std::string_view key, std::string_view value);
  int erase_keys(MDB_txn* txn, MDB_dbi dbi, std::string_view first, std::string_view last);

  const Env& env_;
  std::array<bool, kTableCount> rises_;  // until a key comes that is not behind the last one
};

}  // namespace kith::store::lmdb
