// store/lmdb/shared_txn.hpp: the LMDB transaction that joined writers share, and its one commit.
//
//   SharedTxn shared(store);
//   KITH_TRY(shared.open(deadline, ticket, options));   // by the opener, who holds the gates now
//   ... each writer's own transaction is done in shared.txn() and, done, is kept ...
//   KITH_TRY(shared.commit());                           // by the opener
//
// When the map is full it grows under all of them: the shared transaction is aborted and what has
// been kept is done again from the writers' logs, so nobody's work is lost.
//
// Threads: open, grow, commit and the destructor are the opener's, as LMDB's lock is; keep and
// txn() are for whoever's turn it is. Not synchronised: the turns are (joined_writers.hpp).
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <deque>

#include "store/lmdb/operation_log.hpp"
#include "store/store.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

class LmdbStore;

class SharedTxn {
 public:
  explicit SharedTxn(LmdbStore& store) : store_(store) {}
  ~SharedTxn();  // aborts what is not committed and leaves the gates
  SharedTxn(const SharedTxn&) = delete;
  SharedTxn& operator=(const SharedTxn&) = delete;

  // Takes the gates, in the order of `ticket` among this process's writers.
  Status open(Deadline deadline, std::uint64_t ticket, const WriteOptions& options);
  MDB_txn* txn() const { return txn_; }

  // A further writer may begin: no failure so far, and neither too many nor too much.
  bool takes_more() const;
  // Of a writer who succeeded. `discard_last` when that came to nothing after all.
  void keep(OperationLog log, Durability durability);
  void discard_last();

  // A larger map with all that is kept in it again. When the map cannot grow, that is the answer
  // and all is as it was; when even that failed, it is the commit's answer too.
  Status grow(Deadline deadline, bool erasing);
  Status commit();
  void abandon(const Status& why);  // see LmdbStore::abandon

 private:
  void roll_back();
  Status build(Deadline deadline);  // a new transaction with what is kept
  Status try_commit();

  LmdbStore& store_;
  MDB_txn* txn_ = nullptr;
  bool holds_gates_ = false;
  std::chrono::milliseconds patience_{0};  // for what keeps the map from growing
  std::deque<OperationLog> kept_;
  std::uint64_t bytes_ = 0;
  std::uint64_t full_ = 0;  // how many of the kept want to be durable
  bool last_was_full_ = false;
  Status failed_;
};

}  // namespace kith::store::lmdb
