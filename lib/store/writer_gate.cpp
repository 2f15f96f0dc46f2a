#include "store/writer_gate.hpp"

#include <unistd.h>

#include <sstream>
#include <string>

#include "base/try.hpp"

namespace kith::store {
namespace {

constexpr std::chrono::hours kLongestWait{24 * 365};

}  // namespace

Deadline deadline_in(std::chrono::milliseconds timeout) {
  if (timeout > kLongestWait) timeout = kLongestWait;
  return std::chrono::steady_clock::now() + timeout;
}

Status busy_with_itself() {
  return Status(Code::kBusy, "this thread already has a write transaction open in process " +
                                 std::to_string(::getpid()) + "; commit or abort it first");
}

std::uint64_t WriterGate::draw_ticket() {
  const std::lock_guard lock(mutex_);
  return ++last_ticket_;
}

void WriterGate::line_up(Waiting& waiting) {
  Waiting** at = &first_;
  while (*at != nullptr && (*at)->ticket < waiting.ticket) at = &(*at)->next;
  waiting.next = *at;
  *at = &waiting;
}

void WriterGate::step_out(Waiting& waiting) {
  Waiting** at = &first_;
  while (*at != &waiting) at = &(*at)->next;
  *at = waiting.next;
}

Status WriterGate::enter(Deadline deadline, std::uint64_t ticket) {
  KITH_TRY(check_not_mine());
  std::unique_lock lock(mutex_);
  if (held_ || first_ != nullptr) {
    Waiting self{ticket, {}, nullptr};
    line_up(self);
    const bool entered =
        self.turn.wait_until(lock, deadline, [&] { return !held_ && first_ == &self; });
    step_out(self);
    if (!entered) {
      if (!held_ && first_ != nullptr) first_->turn.notify_one();
      return Status(Code::kBusy, "another thread of this process (pid " +
                                     std::to_string(::getpid()) +
                                     ") has a write transaction open; try again, or wait longer");
    }
  }
  held_ = true;
  holder_ = std::this_thread::get_id();
  return {};
}

void WriterGate::leave() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  holder_ = {};
  // Under the lock, as who waits may give up and be gone.
  if (first_ != nullptr) first_->turn.notify_one();
}

Status WriterGate::check_not_mine() const {
  const std::lock_guard lock(mutex_);
  if (held_ && holder_ == std::this_thread::get_id()) return busy_with_itself();
  return {};
}

Status check_thread(std::thread::id owner) {
  if (owner == std::this_thread::get_id()) return {};
  std::ostringstream text;
  text << "a write transaction belongs to the thread that began it (" << owner
       << "); this is thread " << std::this_thread::get_id();
  return Status(Code::kWrongThread, text.str());
}

}  // namespace kith::store
