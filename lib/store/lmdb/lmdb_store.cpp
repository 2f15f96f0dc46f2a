#include "store/lmdb/lmdb_store.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/try.hpp"
#include "store/lmdb/disk_space.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/hot_copy.hpp"
#include "store/lmdb/read_txn.hpp"
#include "store/lmdb/write_txn.hpp"

namespace kith::store::lmdb {
namespace {

constexpr std::size_t kPooledReaders = 32;
// What begin_read waits for a growing map.
constexpr std::chrono::milliseconds kShortWait{100};
constexpr std::chrono::milliseconds kAdoptWait{5000};

// LMDB answers EIO to a write that ended early, which is how a full disk begins.
bool is_full_disk(int rc, const std::string& directory) {
  struct statvfs disk = {};
  if (rc != EIO || ::statvfs(directory.c_str(), &disk) != 0) return false;
  return disk.f_bavail * disk.f_frsize < (1u << 20);
}

}  // namespace

LmdbStore::LmdbStore(std::string directory, const OpenOptions& options, std::unique_ptr<Env> env,
                     LockFile lock)
    : directory_(std::move(directory)),
      options_(options),
      lock_file_(std::move(lock)),
      env_(std::move(env)) {
  pool_.reserve(kPooledReaders);  // giving a snapshot back must not need memory
}

LmdbStore::~LmdbStore() {
  for (MDB_txn* txn : pool_) mdb_txn_abort(txn);
  if (abandoned_) {
    env_->forget();
    lock_file_.forget();
  }
}

Status LmdbStore::usable() const {
  if (is_forked()) return forked();
  if (!is_broken_.load(std::memory_order_relaxed)) return {};
  std::lock_guard lock(mutex_);
  return broken_;
}

void LmdbStore::abandon(const Status& why) {
  static_cast<void>(break_down(why).ok());
  std::lock_guard lock(mutex_);
  abandoned_ = true;
}

Status LmdbStore::break_down(const Status& why) {
  std::lock_guard lock(mutex_);
  if (broken_.ok()) broken_ = why;
  is_broken_.store(true, std::memory_order_relaxed);
  return why;
}

// ---------------------------------------------------------------------------------- snapshots

Result<std::unique_ptr<ReadTxn>> LmdbStore::begin_read() {
  KITH_TRY(usable());
  bury_orphans();
  const Deadline deadline = deadline_in(kAdoptWait);
  while (true) {
    MDB_txn* pooled = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kShortWait, [this] { return wants_idle_ == 0; });
      if (readers_ == 0 && !writing_) enlarge_idle_map();
      if (!broken_.ok()) return broken_;
      if (!pool_.empty()) {
        pooled = pool_.back();
        pool_.pop_back();
      }
      ++readers_;
    }
    bool resized = false;
    Result<MDB_txn*> txn = begin_snapshot(pooled, &resized);
    if (txn.ok()) return std::unique_ptr<ReadTxn>(new LmdbReadTxn(shared_from_this(), *txn));
    end_read(nullptr);
    if (!resized) return txn.status();
    KITH_TRY(adopt_size(deadline));
  }
}

Result<MDB_txn*> LmdbStore::begin_snapshot(MDB_txn* pooled, bool* resized) {
  MDB_txn* txn = pooled;
  int rc = pooled != nullptr ? mdb_txn_renew(pooled)
                             : mdb_txn_begin(env_->get(), nullptr, MDB_RDONLY, &txn);
  if (rc == MDB_READERS_FULL) {
    int dead = 0;
    mdb_reader_check(env_->get(), &dead);
    rc = mdb_txn_begin(env_->get(), nullptr, MDB_RDONLY, &txn);
  }
  if (rc == 0) return txn;
  if (pooled != nullptr) mdb_txn_abort(pooled);
  *resized = rc == MDB_MAP_RESIZED;
  const Status error = lmdb_error(rc, "begin a snapshot of " + directory_);
  return rc == MDB_PANIC ? break_down(error) : error;
}

void LmdbStore::end_read(MDB_txn* txn) {
  std::lock_guard lock(mutex_);
  if (txn != nullptr && pool_.size() < kPooledReaders && broken_.ok()) {
    mdb_txn_reset(txn);
    pool_.push_back(txn);
  } else if (txn != nullptr) {
    mdb_txn_abort(txn);
  }
  --readers_;
  if (readers_ == 0) changed_.notify_all();
}

Result<StoreInfo> LmdbStore::info() {
  KITH_TRY(usable());
  std::lock_guard lock(mutex_);
  StoreInfo info;
  info.file_bytes = env_->file_bytes();
  info.map_bytes = env_->size().map_bytes;
  info.readers = readers_;
  info.read_only = options_.read_only;
  return info;
}

// ------------------------------------------------------------------------------------ writers

Status LmdbStore::may_write() {
  KITH_TRY(usable());
  if (options_.read_only) {
    return Status(Code::kReadOnly, directory_ + " was opened read-only; open it for writing");
  }
  bury_orphans();
  if (joined_.is_inside()) return busy_with_itself();
  return gate_.check_not_mine();
}

Status LmdbStore::enter_gates(Deadline deadline, std::uint64_t ticket) {
  KITH_TRY(gate_.enter(deadline, ticket));
  try {
    Status status = lock_file_.lock_gate(deadline);
    if (!status.ok()) gate_.leave();
    return status;
  } catch (...) {  // out of memory
    gate_.leave();
    throw;
  }
}

Result<std::unique_ptr<WriteTxn>> LmdbStore::begin_write(const WriteOptions& options) {
  KITH_TRY(may_write());
  const Deadline deadline = deadline_in(options.timeout);
  KITH_TRY(enter_gates(deadline, draw_ticket()));
  Status status = grow_ahead(deadline);
  if (status.ok()) {
    Result<MDB_txn*> txn = begin_inner(deadline);
    if (txn.ok()) {
      try {
        return std::unique_ptr<WriteTxn>(new LmdbWriteTxn(shared_from_this(), *txn, options));
      } catch (...) {  // out of memory
        mdb_txn_abort(*txn);
        end_inner();
        leave_gates();
        throw;
      }
    }
    status = txn.status();
  }
  leave_gates();
  return status;
}

Status LmdbStore::write(const WriteOptions& options, const std::function<Status(WriteTxn&)>& body) {
  const std::shared_ptr<LmdbStore> alive = shared_from_this();
  KITH_TRY(may_write());
  return joined_.write(options, body);
}

Status LmdbStore::copy_to(const std::string& directory) {
  KITH_TRY(usable());
  bury_orphans();
  if (joined_.is_inside()) return busy_with_itself();
  const Deadline deadline = deadline_in(WriteOptions().timeout);
  HotCopy copy(*env_, directory_, directory);
  KITH_TRY(copy.prepare());
  // Nobody commits while the two meta pages are read and a snapshot of the newer is taken. What it
  // sees stays as it is while it is open, and that it is open keeps the map from being resized.
  const bool shared = lock_file_.there();
  if (shared) KITH_TRY(enter_gates(deadline, draw_ticket()));
  std::unique_ptr<ReadTxn> snapshot;
  Status status;
  try {
    Result<std::unique_ptr<ReadTxn>> begun = begin_read();
    status = begun.ok() ? copy.read_meta_pages() : begun.status();
    if (begun.ok()) snapshot = *std::move(begun);
  } catch (...) {  // out of memory
    if (shared) leave_gates();
    throw;
  }
  if (shared) leave_gates();
  if (status.ok()) status = copy.carry_out();
  return status;
}

void LmdbStore::announce(std::uint64_t sequence) {
  if (!is_forked()) lock_file_.announce(sequence);
}

Status LmdbStore::wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) {
  KITH_TRY(usable());
  lock_file_.wait_for(sequence, deadline_in(timeout));
  return {};
}

Result<MDB_txn*> LmdbStore::begin_inner(Deadline deadline) {
  while (true) {
    {
      std::lock_guard lock(mutex_);
      if (!broken_.ok()) return broken_;
      writing_ = true;
    }
    MDB_txn* txn = nullptr;
    const int rc = mdb_txn_begin(env_->get(), nullptr, 0, &txn);
    if (rc == 0) return txn;
    end_inner();
    if (rc == MDB_MAP_RESIZED) {
      KITH_TRY(adopt_size(deadline));
      continue;
    }
    const Status error = lmdb_error(rc, "begin a write transaction in " + directory_);
    return rc == MDB_PANIC ? break_down(error) : error;
  }
}

void LmdbStore::end_inner() {
  std::lock_guard lock(mutex_);
  writing_ = false;
  changed_.notify_all();
}

Status LmdbStore::check_disk(MDB_txn* txn, const Demand& demand) {
  return check_disk_space(*env_, txn, demand, directory_);
}

Status LmdbStore::commit_inner(MDB_txn* txn, Durability durability, bool* map_full) {
  // 0.9.24 ignores NOMETASYNC as a flag of a transaction. As one of the environment it is safe to
  // change while we hold the gate: nobody else commits.
  const bool deferred = durability == Durability::kDeferred;
  if (deferred) mdb_env_set_flags(env_->get(), MDB_NOMETASYNC, 1);
  const int rc = mdb_txn_commit(txn);  // over, whatever it answers
  if (deferred) mdb_env_set_flags(env_->get(), MDB_NOMETASYNC, 0);
  end_inner();
  *map_full = rc == MDB_MAP_FULL;
  if (rc == 0) return {};
  const Status error =
      lmdb_error(is_full_disk(rc, directory_) ? ENOSPC : rc, "commit to " + directory_);
  if (*map_full) return error;
  // When the failure was in the very last write, of the meta page, LMDB gives up for good, and only
  // a new transaction tells us.
  MDB_txn* probe = nullptr;
  const int after = mdb_txn_begin(env_->get(), nullptr, MDB_RDONLY, &probe);
  if (after == 0) mdb_txn_abort(probe);
  if (after != MDB_PANIC) return error;
  const Status broken = break_down(lmdb_error(after, "go on with " + directory_));
  return Status(Code::kUnknownOutcome, std::string(error.message()) + "; " +
                                           std::string(broken.message()) +
                                           "; it may or may not have landed: close the database, "
                                           "reopen it and look");
}

void LmdbStore::leave_gates() {
  lock_file_.unlock_gate();
  gate_.leave();
}

void LmdbStore::adopt_orphan(MDB_txn* txn, std::thread::id owner) {
  std::lock_guard lock(mutex_);
  orphans_.push_back({txn, owner});
  has_orphans_.store(true, std::memory_order_relaxed);
}

void LmdbStore::bury_orphans() {
  if (!has_orphans_.load(std::memory_order_relaxed)) return;
  std::vector<Orphan> mine;
  {
    std::lock_guard lock(mutex_);
    std::erase_if(orphans_, [&](const Orphan& orphan) {
      if (orphan.owner != std::this_thread::get_id()) return false;
      mine.push_back(orphan);
      return true;
    });
    has_orphans_.store(!orphans_.empty(), std::memory_order_relaxed);
  }
  for (const Orphan& orphan : mine) {
    if (orphan.txn != nullptr) {
      mdb_txn_abort(orphan.txn);
      end_inner();
    }
    leave_gates();
  }
}

}  // namespace kith::store::lmdb
