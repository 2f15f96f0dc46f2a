#include "store/lmdb/write_txn.hpp"

#include <utility>

#include "base/try.hpp"

namespace kith::store::lmdb {

namespace {

// Made beforehand: once a commit has landed nothing may fail any more.
const Status kCommitted(Code::kClosed, "the write transaction was committed");

}  // namespace

LmdbWriteTxn::LmdbWriteTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn,
                           const WriteOptions& options)
    : WritingTxn(std::move(store), options) {
  reader_.attach(txn);
}

LmdbWriteTxn::~LmdbWriteTxn() {
  if (!open_ || store_->is_forked()) return;
  if (owner_ != std::this_thread::get_id()) {
    // LMDB's writer lock belongs to the thread that took it; released from here it would stay
    // locked for ever.
    store_->adopt_orphan(reader_.txn(), owner_);
    return;
  }
  abort_inner();
  store_->leave_gates();
}

Status LmdbWriteTxn::commit() {
  return guarded([&]() -> Status {
    while (true) {
      if (Status status = store_->check_disk(reader_.txn(), log_.demand()); !status.ok()) {
        return end(std::move(status));
      }
      bool map_full = false;
      Status status = store_->commit_inner(reader_.txn(), options_.durability, &map_full);
      reader_.attach(nullptr);
      if (!map_full) return end(std::move(status));
      KITH_TRY(start_over());
    }
  });
}

Status LmdbWriteTxn::start_over() {
  const Deadline deadline = deadline_in(options_.timeout);
  while (true) {
    abort_inner();
    if (Status status = store_->make_room(deadline, log_.only_erases()); !status.ok())
      return end(std::move(status));
    Result<MDB_txn*> txn = store_->begin_inner(deadline);
    if (!txn.ok()) return end(txn.status());
    reader_.attach(*txn);
    const int rc = replay();
    if (rc == 0) return {};
    if (rc != MDB_MAP_FULL) return end(lmdb_error(rc, "write again in a larger map"));
  }
}

void LmdbWriteTxn::abort_inner() {
  if (reader_.txn() == nullptr) return;
  MDB_txn* txn = reader_.txn();
  reader_.attach(nullptr);
  mdb_txn_abort(txn);
  store_->end_inner();
}

Status LmdbWriteTxn::abandon(const Status& why) {
  store_->abandon(why);
  reader_.attach(nullptr);
  open_ = false;
  ended_ = why;
  return why;
}

Status LmdbWriteTxn::end(Status why) {
  ended_ = why.ok() ? kCommitted : why;
  abort_inner();
  open_ = false;
  store_->leave_gates();
  return why;
}

}  // namespace kith::store::lmdb
