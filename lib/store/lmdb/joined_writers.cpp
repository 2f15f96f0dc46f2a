#include "store/lmdb/joined_writers.hpp"

#include <unistd.h>

#include <string>
#include <utility>

#include "base/try.hpp"
#include "store/lmdb/joined_txn.hpp"
#include "store/lmdb/lmdb_store.hpp"
#include "store/lmdb/shared_txn.hpp"

namespace kith::store::lmdb {

void JoinedWriters::Line::push(Member& member) {
  member.next = nullptr;
  (last_ != nullptr ? last_->next : first_) = &member;
  last_ = &member;
}

JoinedWriters::Member& JoinedWriters::Line::pop() {
  Member& member = *first_;
  first_ = member.next;
  if (first_ == nullptr) last_ = nullptr;
  return member;
}

void JoinedWriters::Line::remove(Member& member) {
  Member* before = nullptr;
  for (Member* at = first_; at != &member; at = at->next) before = at;
  (before != nullptr ? before->next : first_) = member.next;
  if (last_ == &member) last_ = before;
}

// Sees to it that a leader has a successor, whatever way it leaves. A leader that never got to the
// gate leaves its place there to the next.
class JoinedWriters::Succession {
 public:
  explicit Succession(JoinedWriters& writers, std::uint64_t ticket)
      : writers_(writers), ticket_(ticket) {}
  ~Succession() {
    if (done_ || writers_.store_.is_forked()) return;
    const std::lock_guard lock(writers_.mutex_);
    writers_.appoint(ticket_);
  }
  Succession(const Succession&) = delete;
  Succession& operator=(const Succession&) = delete;
  void through_the_gate() { ticket_.reset(); }
  void done() { done_ = true; }

 private:
  JoinedWriters& writers_;
  std::optional<std::uint64_t> ticket_;
  bool done_ = false;
};

// Tells the members what has become of their commit, if need be that their leader could not even
// try it.
class JoinedWriters::Outcome {
 public:
  explicit Outcome(JoinedWriters& writers)
      : writers_(writers),
        status_(Code::kUnknownOutcome,
                "the thread that was to commit for several ran out of memory; it may or may not "
                "have landed: look") {}
  ~Outcome() {
    if (writers_.store_.is_forked()) return;
    const std::lock_guard lock(writers_.mutex_);
    while (!line_.empty()) {
      Member& member = line_.pop();
      member.outcome = status_;
      member.state = State::kOver;
      member.woken.notify_one();  // under the lock: it is gone as soon as it sees its state
    }
  }
  Outcome(const Outcome&) = delete;
  Outcome& operator=(const Outcome&) = delete;
  void take(Line line) { line_ = line; }
  void is(Status status) { status_ = std::move(status); }

 private:
  JoinedWriters& writers_;
  Status status_;
  Line line_;
};

// A member's turn, which goes on to the next whatever way it ends.
class JoinedWriters::Turn {
 public:
  Turn(JoinedWriters& writers, Member& self) : writers_(writers), self_(self) {}
  ~Turn() {
    if (writers_.store_.is_forked()) return;
    const std::lock_guard lock(writers_.mutex_);
    if (kept_) {
      self_.state = State::kKept;
      writers_.kept_.push(self_);
    }
    writers_.pass_turn();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  void succeeded() { kept_ = true; }

 private:
  JoinedWriters& writers_;
  Member& self_;
  bool kept_ = false;
};

Status JoinedWriters::write(const WriteOptions& options, const Body& body) {
  Member self(options, body);
  {
    std::unique_lock lock(mutex_);
    if (leader_ == nullptr) {
      leader_ = &self;
      self.state = State::kLeads;
      self.ticket = store_.draw_ticket();
    } else {
      line_.push(self);
      self.woken.wait_until(lock, self.deadline, [&] { return self.state != State::kQueued; });
      if (self.state == State::kQueued) {
        line_.remove(self);
        return Status(Code::kBusy, "other threads of this process (pid " +
                                       std::to_string(::getpid()) +
                                       ") are writing to the database; try again, or wait longer");
      }
    }
  }
  return self.state == State::kLeads ? lead(self) : take_part(self);
}

Status JoinedWriters::lead(Member& self) {
  Succession succession(*this, self.ticket);
  Outcome outcome(*this);
  SharedTxn shared(store_);  // leaves the gates before the outcome is told
  KITH_TRY(shared.open(self.deadline, self.ticket, self.options));
  succession.through_the_gate();
  KITH_TRY(run(self, shared, false));
  let_others_write(self, shared);
  {
    const std::lock_guard lock(mutex_);
    outcome.take(std::exchange(kept_, Line()));
    appoint(std::nullopt);
    succession.done();
  }
  Status status = shared.commit();
  outcome.is(status);
  return status;
}

void JoinedWriters::let_others_write(Member& self, SharedTxn& shared) {
  std::unique_lock lock(mutex_);
  shared_ = &shared;
  while (pass_turn()) {
    while (true) {
      self.woken.wait(lock, [&] { return turn_ == nullptr || question_ != nullptr; });
      if (turn_ == nullptr) break;
      Question& question = *std::exchange(question_, nullptr);
      lock.unlock();
      Status answer = shared.grow(question.deadline, question.erasing);
      lock.lock();
      question.answer = std::move(answer);
      turn_->woken.notify_one();
    }
  }
  shared_ = nullptr;
}

bool JoinedWriters::pass_turn() {
  if (!line_.empty() && shared_->takes_more()) {
    turn_ = &line_.pop();
    turn_->state = State::kHasTurn;
    turn_->woken.notify_one();
    return true;
  }
  turn_ = nullptr;
  leader_->woken.notify_one();
  return false;
}

void JoinedWriters::appoint(std::optional<std::uint64_t> ticket) {
  leader_ = nullptr;
  if (line_.empty()) return;
  leader_ = &line_.pop();
  leader_->ticket = ticket ? *ticket : store_.draw_ticket();
  leader_->state = State::kLeads;
  leader_->woken.notify_one();
}

Status JoinedWriters::take_part(Member& self) {
  {
    Turn turn(*this, self);
    KITH_TRY(run(self, *shared_, true));
    turn.succeeded();
  }
  std::unique_lock lock(mutex_);
  self.woken.wait(lock, [&] { return self.state == State::kOver; });
  return self.outcome;
}

Status JoinedWriters::run(Member& self, SharedTxn& shared, bool nested) {
  JoinedTxn txn(store_.shared_from_this(), *this, shared, self.options, nested);
  KITH_TRY(txn.begin());
  struct Inside {
    explicit Inside(std::atomic<std::thread::id>& who) : thread(who) {
      thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }
    ~Inside() { thread.store(std::thread::id(), std::memory_order_relaxed); }
    std::atomic<std::thread::id>& thread;
  } const inside(inside_);
  KITH_TRY(self.body(txn));
  return txn.finish();  // kForked in the child of a fork made in the body
}

Status JoinedWriters::ask_for_room(Deadline deadline, bool erasing) {
  Question question{deadline, erasing, std::nullopt};
  std::unique_lock lock(mutex_);
  Member& self = *turn_;
  question_ = &question;
  leader_->woken.notify_one();
  self.woken.wait(lock, [&] { return question.answer.has_value(); });
  return *question.answer;
}

}  // namespace kith::store::lmdb
