// store/lmdb/write_txn.hpp: a write transaction that has an LMDB store to itself.
//
// Made by LmdbStore::begin_write, which has taken the gates; the transaction leaves them when it
// ends. The LMDB transaction inside may be replaced by another one in a larger map (see
// lmdb_store.hpp); the caller does not notice.
#pragma once

#include "store/lmdb/writing_txn.hpp"

namespace kith::store::lmdb {

class LmdbWriteTxn final : public WritingTxn {
 public:
  LmdbWriteTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn, const WriteOptions& options);
  ~LmdbWriteTxn() override;

  Status commit() override;

 private:
  Status start_over() override;
  Status end(Status why) override;  // aborts what is live and leaves the gates
  Status abandon(const Status& why) override;
  void abort_inner();

  bool open_ = true;  // holds the gates
};

}  // namespace kith::store::lmdb
