// store/lmdb/lmdb_store.hpp: a Store over LMDB: the gate, the pool of readers, the growing map.
//
// Made by open_lmdb() only (registry.cpp), which sees to it that a process has one per directory.
//
// How the map grows. LMDB maps the file at a fixed size and can change that only while no
// transaction of this process is live. So begin_write looks before it starts: when the map holds
// less than twice what is used plus some headroom, it grows to the next power of two >= 4 x used,
// if no snapshot of this process is open. If one is, it waits only when room is really short, and
// not for long, and then goes on with the room there is. A write that does run into the end of the
// map is not lost: its operations are in a log; the transaction is aborted inside, the map grown
// as soon as the snapshots are done (WriteOptions::timeout at most, then kBusy), and the log done
// again. The caller sees kStoreFull only when the disk, max_map_bytes or the address space is used
// up. Snapshots that begin while a writer waits to grow give way for a moment.
//
// Another process may have grown the file beyond our map (MDB_MAP_RESIZED): the next begin adopts
// the new size, waiting for this process's snapshots if need be. A map that is found half full
// while nothing is live is enlarged at once, so that this stays rare.
//
// Locks are taken in the order gate_, lock file, LMDB's own; mutex_ is never held across a wait
// for any of them. An exclusive transaction (write_txn.hpp) has the gates to itself; joined writers
// (joined_writers.hpp) take them once for all.
#pragma once

#include <lmdb.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/lmdb/env.hpp"
#include "store/lmdb/fork.hpp"
#include "store/lmdb/joined_writers.hpp"
#include "store/lmdb/lock_file.hpp"
#include "store/lmdb/operation_log.hpp"
#include "store/store.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

class LmdbStore final : public Store, public std::enable_shared_from_this<LmdbStore> {
 public:
  LmdbStore(std::string directory, const OpenOptions& options, std::unique_ptr<Env> env,
            LockFile lock);
  ~LmdbStore() override;

  Result<std::unique_ptr<ReadTxn>> begin_read() override;
  Result<std::unique_ptr<WriteTxn>> begin_write(const WriteOptions& options) override;
  Status write(const WriteOptions& options, const std::function<Status(WriteTxn&)>& body) override;
  Result<StoreInfo> info() override;
  Status copy_to(const std::string& directory) override;
  void announce(std::uint64_t sequence) override;
  Status wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) override;

  // For its transactions.
  const Env& env() const { return *env_; }
  const OpenOptions& options() const { return options_; }
  bool is_forked() const { return fork_generation() != born_; }
  Status usable() const;                 // forked, or broken by an earlier failure
  Status break_down(const Status& why);  // nothing works from now on; gives `why` back
  void end_read(MDB_txn* txn);           // back to the pool
  std::uint64_t draw_ticket() { return gate_.draw_ticket(); }
  Status enter_gates(Deadline deadline, std::uint64_t ticket);
  Status grow_ahead(Deadline deadline);             // the gates are held, nothing has begun
  Result<MDB_txn*> begin_inner(Deadline deadline);  // LMDB's write transaction; the gate is held
  void end_inner();                                 // it is over, committed or not
  // After MDB_MAP_FULL; no inner transaction is live. Erasing may pass max_map_bytes, as otherwise
  // a full database could never be emptied.
  Status make_room(Deadline deadline, bool erasing);
  // Before commit_inner: kStoreFull when the disk has no room for it.
  Status check_disk(MDB_txn* txn, const Demand& demand);
  Status commit_inner(MDB_txn* txn, Durability durability, bool* map_full);
  void leave_gates();
  // After a failed assertion in a write transaction nothing of it can be undone: LMDB keeps
  // pointers into stack frames that are gone. It is left as it is, with the gate closed, so that
  // writers of other processes get kBusy instead of hanging in LMDB's lock; the end of the process
  // frees both.
  void abandon(const Status& why);
  // A write transaction destroyed on a foreign thread: its own thread will abort it.
  void adopt_orphan(MDB_txn* txn, std::thread::id owner);

 private:
  struct Orphan {
    MDB_txn* txn;
    std::thread::id owner;
  };

  Result<MDB_txn*> begin_snapshot(MDB_txn* pooled, bool* resized);
  Status adopt_size(Deadline deadline);
  // For a thread that wants to write: forked, broken, read-only, or writing already?
  Status may_write();
  Status grow_to(std::uint64_t bytes);  // mutex_ held, nothing live
  void enlarge_idle_map();              // mutex_ held
  bool wait_until_idle(std::unique_lock<std::mutex>& lock, Deadline deadline);
  void bury_orphans();
  std::uint64_t headroom() const;

  const std::string directory_;
  const OpenOptions options_;
  const std::uint64_t born_ = fork_generation();
  LockFile lock_file_;  // outlives env_: nobody may open the directory before it is closed
  std::unique_ptr<Env> env_;
  WriterGate gate_;
  JoinedWriters joined_{*this};

  mutable std::mutex mutex_;  // of everything below
  std::condition_variable changed_;
  std::uint32_t readers_ = 0;     // live snapshots
  bool writing_ = false;          // an inner write transaction is live
  std::uint32_t wants_idle_ = 0;  // threads that wait to change the map
  std::vector<MDB_txn*> pool_;    // reset read transactions
  std::vector<Orphan> orphans_;
  Status broken_;
  bool abandoned_ = false;
  std::atomic<bool> is_broken_{false};
  std::atomic<bool> has_orphans_{false};
};

}  // namespace kith::store::lmdb
