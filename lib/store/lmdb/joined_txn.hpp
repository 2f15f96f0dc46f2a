// store/lmdb/joined_txn.hpp: the write transaction of one of the writers that share a commit.
//
//   JoinedTxn txn(store, writers, shared, options, nested);
//   KITH_TRY(txn.begin());
//   KITH_TRY(body(txn));
//   KITH_TRY(txn.finish());   // part of the shared transaction, whatever becomes of that
//
// The opener's works on the shared LMDB transaction itself, the others' on one nested in it.
// Destroyed unfinished, a nested one leaves nothing; the opener aborts the shared one. On the
// thread that made it, while it has the turn.
#pragma once

#include "store/lmdb/shared_txn.hpp"
#include "store/lmdb/writing_txn.hpp"

namespace kith::store::lmdb {

class JoinedWriters;

class JoinedTxn final : public WritingTxn {
 public:
  JoinedTxn(std::shared_ptr<LmdbStore> store, JoinedWriters& writers, SharedTxn& shared,
            const WriteOptions& options, bool nested);
  ~JoinedTxn() override;

  Status begin();
  Status finish();
  Status commit() override;  // kInvalidArgument: the opener commits

 private:
  Status start_over() override;
  Status end(Status why) override;
  Status abandon(const Status& why) override;
  void abort_nested();

  JoinedWriters& writers_;
  SharedTxn& shared_;
  const bool nested_;
};

}  // namespace kith::store::lmdb
