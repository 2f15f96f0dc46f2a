#include "store/lmdb/joined_txn.hpp"

#include <utility>

#include "base/try.hpp"
#include "store/lmdb/joined_writers.hpp"

namespace kith::store::lmdb {

JoinedTxn::JoinedTxn(std::shared_ptr<LmdbStore> store, JoinedWriters& writers, SharedTxn& shared,
                     const WriteOptions& options, bool nested)
    : WritingTxn(std::move(store), options), writers_(writers), shared_(shared), nested_(nested) {}

JoinedTxn::~JoinedTxn() {
  if (!store_->is_forked()) abort_nested();
}

Status JoinedTxn::begin() {
  if (!nested_) {
    reader_.attach(shared_.txn());
    return {};
  }
  MDB_txn* txn = nullptr;
  const int rc = mdb_txn_begin(store_->env().get(), shared_.txn(), 0, &txn);
  if (rc != 0) return lmdb_error(rc, "join a write transaction");
  reader_.attach(txn);
  return {};
}

Status JoinedTxn::commit() {
  KITH_TRY(usable());
  return Status(Code::kInvalidArgument,
                "this transaction shares its commit with others: return from the body, and it is "
                "committed");
}

Status JoinedTxn::finish() {
  return guarded([&]() -> Status {
    shared_.keep(std::move(log_), options_.durability);
    if (!nested_) return {};
    const int rc = mdb_txn_commit(reader_.txn());
    reader_.attach(nullptr);
    if (rc == 0) return {};
    shared_.discard_last();
    return end(lmdb_error(rc, "join a write transaction"));
  });
}

Status JoinedTxn::start_over() {
  const Deadline deadline = deadline_in(options_.timeout);
  while (true) {
    abort_nested();
    reader_.attach(nullptr);
    const bool erasing = log_.only_erases();
    Status status =
        nested_ ? writers_.ask_for_room(deadline, erasing) : shared_.grow(deadline, erasing);
    if (status.ok()) status = begin();
    if (!status.ok()) return end(std::move(status));
    const int rc = replay();
    if (rc == 0) return {};
    if (rc != MDB_MAP_FULL) return end(lmdb_error(rc, "write again in a larger map"));
  }
}

void JoinedTxn::abort_nested() {
  if (!nested_ || reader_.txn() == nullptr) return;
  MDB_txn* txn = reader_.txn();
  reader_.attach(nullptr);
  mdb_txn_abort(txn);
}

Status JoinedTxn::abandon(const Status& why) {
  reader_.attach(nullptr);
  shared_.abandon(why);
  ended_ = why;
  return why;
}

Status JoinedTxn::end(Status why) {
  ended_ = why;
  return why;
}

}  // namespace kith::store::lmdb
