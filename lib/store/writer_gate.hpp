// store/writer_gate.hpp: one write transaction at a time among the threads of this process.
//
//   WriterGate gate;
//   KITH_TRY(gate.enter(deadline));   // kBusy when another thread keeps it past the deadline
//   ...
//   gate.leave();
//
// Unlike a mutex it may be left by another thread than the one that entered, and a thread that
// already holds it is told so at once instead of waiting for itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "kith/status.hpp"

namespace kith::store {

using Deadline = std::chrono::steady_clock::time_point;

// Now plus `timeout`, without overflow for "for ever".
Deadline deadline_in(std::chrono::milliseconds timeout);

class WriterGate {
 public:
  Status enter(Deadline deadline);
  void leave();

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool held_ = false;
  std::thread::id holder_;
};

// kWrongThread when the caller is not `owner`.
Status check_thread(std::thread::id owner);

}  // namespace kith::store
