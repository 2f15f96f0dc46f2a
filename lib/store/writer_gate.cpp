#include "store/writer_gate.hpp"

#include <unistd.h>

#include <sstream>
#include <string>

namespace kith::store {
namespace {

constexpr std::chrono::hours kLongestWait{24 * 365};

}  // namespace

Deadline deadline_in(std::chrono::milliseconds timeout) {
  if (timeout > kLongestWait) timeout = kLongestWait;
  return std::chrono::steady_clock::now() + timeout;
}

Status WriterGate::enter(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (held_ && holder_ == std::this_thread::get_id()) {
    return Status(Code::kBusy, "this thread already has a write transaction open in process " +
                                   std::to_string(::getpid()) + "; commit or abort it first");
  }
  if (!free_.wait_until(lock, deadline, [this] { return !held_; })) {
    return Status(Code::kBusy, "another thread of this process (pid " + std::to_string(::getpid()) +
                                   ") has a write transaction open; try again, or wait longer");
  }
  held_ = true;
  holder_ = std::this_thread::get_id();
  return {};
}

void WriterGate::leave() {
  {
    std::lock_guard lock(mutex_);
    held_ = false;
    holder_ = {};
  }
  free_.notify_one();
}

Status check_thread(std::thread::id owner) {
  if (owner == std::this_thread::get_id()) return {};
  std::ostringstream text;
  text << "a write transaction belongs to the thread that began it (" << owner
       << "); this is thread " << std::this_thread::get_id();
  return Status(Code::kWrongThread, text.str());
}

}  // namespace kith::store
