// store/lmdb/joined_writers.hpp: threads that write at the same time, and share a commit.
//
//   JoinedWriters writers(store);
//   Status status = writers.write(options, [](WriteTxn& txn) { return txn.put(...); });
//
// The first comer leads: it takes the gates, runs its body on LMDB's own transaction and, when that
// has succeeded, gives the turn to whoever came meanwhile, one after the other, each on its own
// thread in a nested transaction. When nobody waits any more, or the group is as large as it may
// be, it commits for all and tells them. Those who are left, and who come during the commit, are
// the next group; its leader waits for the gate in turn with the exclusive writers.
//
// A body that fails, or throws, leaves nothing and stops nobody; its exception goes on to its own
// caller. A leader whose body fails dissolves the group: the next in line leads. Who waits longer
// than its timeout for its turn leaves the line with kBusy; who has had its turn waits for the
// outcome, however long.
//
// Threads: any. Not to be entered by a thread that has a write transaction of this store open.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "store/store.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

class LmdbStore;
class SharedTxn;

class JoinedWriters {
 public:
  using Body = std::function<Status(WriteTxn&)>;

  explicit JoinedWriters(LmdbStore& store) : store_(store) {}
  Status write(const WriteOptions& options, const Body& body);

  // The calling thread runs a body.
  bool is_inside() const {
    return inside_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }

  // For the transaction whose turn it is and which the map has no room for: the leader makes some
  // (SharedTxn::grow). Nothing of the caller's is in the shared transaction then.
  Status ask_for_room(Deadline deadline, bool erasing);

 private:
  enum class State { kQueued, kLeads, kHasTurn, kKept, kOver };
  struct Member {
    Member(const WriteOptions& how, const Body& what)
        : options(how), body(what), deadline(deadline_in(how.timeout)) {}
    const WriteOptions& options;
    const Body& body;
    const Deadline deadline;
    State state = State::kQueued;
    std::uint64_t ticket = 0;  // of a leader: its place at the gate
    Status outcome;
    std::condition_variable woken;
    Member* next = nullptr;
  };
  class Line {  // first in, first out, of members that live on their threads' stacks
   public:
    bool empty() const { return first_ == nullptr; }
    void push(Member& member);
    Member& pop();
    void remove(Member& member);

   private:
    Member* first_ = nullptr;
    Member* last_ = nullptr;
  };
  struct Question {
    Deadline deadline;
    bool erasing;
    std::optional<Status> answer;
  };
  class Succession;
  class Outcome;
  class Turn;

  Status lead(Member& self);
  void let_others_write(Member& self, SharedTxn& shared);
  Status take_part(Member& self);
  Status run(Member& self, SharedTxn& shared, bool nested);
  bool pass_turn();                                   // mutex_ held
  void appoint(std::optional<std::uint64_t> ticket);  // mutex_ held

  LmdbStore& store_;
  std::atomic<std::thread::id> inside_{};

  std::mutex mutex_;             // of everything below, and of the members
  Member* leader_ = nullptr;     // of the group that may be joined
  Line line_;                    // who waits to join it
  SharedTxn* shared_ = nullptr;  // while others than the leader may write
  Member* turn_ = nullptr;       // whose turn it is among them; null: the leader's
  Line kept_;                    // who waits for the commit of shared_
  Question* question_ = nullptr;
};

}  // namespace kith::store::lmdb
