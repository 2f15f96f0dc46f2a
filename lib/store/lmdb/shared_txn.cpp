#include "store/lmdb/shared_txn.hpp"

#include <new>
#include <utility>

#include "base/out_of_memory.hpp"
#include "base/try.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/lmdb_store.hpp"
#include "store/lmdb/operations.hpp"

namespace kith::store::lmdb {
namespace {

// Nobody begins in a group of this many, or one that has written this much. The last to begin may
// write its kMaxTxnBytes on top.
constexpr std::size_t kMostWriters = 256;
constexpr std::uint64_t kMostBytes = kTargetTxnBytes;

}  // namespace

SharedTxn::~SharedTxn() {
  if (!holds_gates_ || store_.is_forked()) return;
  roll_back();
  store_.leave_gates();
}

Status SharedTxn::open(Deadline deadline, std::uint64_t ticket, const WriteOptions& options) {
  KITH_TRY(store_.enter_gates(deadline, ticket));
  holds_gates_ = true;
  patience_ = options.timeout;
  KITH_TRY(store_.grow_ahead(deadline));
  KITH_ASSIGN(txn_, store_.begin_inner(deadline));
  return {};
}

bool SharedTxn::takes_more() const {
  return failed_.ok() && kept_.size() < kMostWriters && bytes_ < kMostBytes;
}

void SharedTxn::keep(OperationLog log, Durability durability) {
  kept_.push_back(std::move(log));
  bytes_ += kept_.back().bytes();
  last_was_full_ = durability == Durability::kFull;
  if (last_was_full_) ++full_;
}

void SharedTxn::discard_last() {
  bytes_ -= kept_.back().bytes();
  kept_.pop_back();
  if (last_was_full_) --full_;
}

void SharedTxn::roll_back() {
  if (txn_ == nullptr) return;
  MDB_txn* txn = std::exchange(txn_, nullptr);
  mdb_txn_abort(txn);
  store_.end_inner();
}

void SharedTxn::abandon(const Status& why) {
  store_.abandon(why);
  txn_ = nullptr;
  holds_gates_ = false;
  failed_ = why;
}

Status SharedTxn::build(Deadline deadline) {
  while (true) {
    KITH_ASSIGN(txn_, store_.begin_inner(deadline));
    int rc = 0;
    for (const OperationLog& log : kept_) {
      Operations operations(store_.env());
      if (rc = operations.replay(txn_, log); rc != 0) break;
    }
    if (rc == 0) return {};
    roll_back();
    if (rc != MDB_MAP_FULL) return lmdb_error(rc, "write again in a larger map");
    KITH_TRY(store_.make_room(deadline, false));
  }
}

Status SharedTxn::grow(Deadline deadline, bool erasing) {
  return unless_assertion(
      [&]() -> Status {
        roll_back();
        Status roomy;
        try {
          roomy = store_.make_room(deadline, erasing);
          failed_ = build(deadline);
        } catch (const std::bad_alloc&) {  // somebody waits for an answer
          failed_ = base::out_of_memory();
        }
        return failed_.ok() ? roomy : failed_;
      },
      [&](const Status& why) {
        abandon(why);
        return why;
      });
}

Status SharedTxn::commit() {
  KITH_TRY(failed_);
  return unless_assertion([&] { return try_commit(); },
                          [&](const Status& why) {
                            abandon(why);
                            return why;
                          });
}

Status SharedTxn::try_commit() {
  const Deadline deadline = deadline_in(patience_);
  Demand demand;
  for (const OperationLog& log : kept_) demand.add(log.demand());
  while (true) {
    KITH_TRY(store_.check_disk(txn_, demand));
    bool map_full = false;
    const Durability durability = full_ > 0 ? Durability::kFull : Durability::kDeferred;
    Status status = store_.commit_inner(std::exchange(txn_, nullptr), durability, &map_full);
    if (!map_full) return status;
    KITH_TRY(store_.make_room(deadline, demand.only_erases));
    KITH_TRY(build(deadline));
  }
}

}  // namespace kith::store::lmdb
