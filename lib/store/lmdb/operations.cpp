#include "store/lmdb/operations.hpp"

#include <string>

#include "store/lmdb/reader.hpp"

namespace kith::store::lmdb {

int Operations::perform(MDB_txn* txn, Operation operation, Table table, std::string_view key,
                        std::string_view value) {
  const MDB_dbi dbi = env_.dbi(table);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  int rc = 0;
  switch (operation) {
    case Operation::kPut: return put_row(txn, table, key, value);
    case Operation::kAddPosting:
      rc = mdb_put(txn, dbi, &k, &v, MDB_NODUPDATA);
      return rc == MDB_KEYEXIST ? 0 : rc;
    case Operation::kErase: rc = mdb_del(txn, dbi, &k, nullptr); return rc == MDB_NOTFOUND ? 0 : rc;
    case Operation::kRemovePosting:
      rc = mdb_del(txn, dbi, &k, &v);
      return rc == MDB_NOTFOUND ? 0 : rc;
    case Operation::kEraseRange: return erase_keys(txn, dbi, key, value);
  }
  return rc;
}

int Operations::replay(MDB_txn* txn, const OperationLog& log) {
  return log.replay(
      [&](Operation operation, Table table, std::string_view key, std::string_view value) {
        return perform(txn, operation, table, key, value);
      });
}

// A row behind the last one of its table is appended: LMDB then begins a new page where it would
// split one in two halves. The history, new records of the last type and whatever is copied in
// order come like this, so their pages are full, and half as many are written.
int Operations::put_row(MDB_txn* txn, Table table, std::string_view key, std::string_view value) {
  const MDB_dbi dbi = env_.dbi(table);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  bool& rising = rises_[static_cast<std::size_t>(table)];
  if (rising) {
    const int rc = mdb_put(txn, dbi, &k, &v, MDB_APPEND);
    if (rc != MDB_KEYEXIST) return rc;
    // Not this time, so hardly the next: do not look for the end of the table again.
    rising = false;
  }
  return mdb_put(txn, dbi, &k, &v, 0);
}

// Looks the next key up after each deletion instead of walking a cursor over its own deletions,
// where LMDB 0.9.24 has had bugs. mdb_del without a value takes all postings of a key.
int Operations::erase_keys(MDB_txn* txn, MDB_dbi dbi, std::string_view first,
                           std::string_view last) {
  while (true) {
    std::string found;
    {
      Cursor cursor;
      MDB_val key;
      int rc = cursor.open(txn, dbi);
      if (rc == 0) rc = cursor.seek(first, &key, nullptr);
      if (rc == MDB_NOTFOUND) return 0;
      if (rc != 0) return rc;
      if (!last.empty() && to_view(key) >= last) return 0;
      found = to_view(key);
    }
    MDB_val key = to_val(found);
    if (int rc = mdb_del(txn, dbi, &key, nullptr); rc != 0) return rc;
  }
}

}  // namespace kith::store::lmdb
