// store/writer_gate.hpp: one write transaction at a time among the threads of this process.
//
//   WriterGate gate;
//   KITH_TRY(gate.enter(deadline));   // kBusy when another thread keeps it past the deadline
//   ...
//   gate.leave();
//
// Threads enter in the order in which they came. Unlike a mutex it may be left by another thread
// than the one that entered, and a thread that already holds it is told so at once instead of
// waiting for itself.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "kith/status.hpp"

namespace kith::store {

using Deadline = std::chrono::steady_clock::time_point;

// Now plus `timeout`, without overflow for "for ever".
Deadline deadline_in(std::chrono::milliseconds timeout);

class WriterGate {
 public:
  // A place among those who wait, to be kept until one enters with it. Others do not wait for a
  // place that nobody is at; it may be handed on.
  std::uint64_t draw_ticket();
  Status enter(Deadline deadline, std::uint64_t ticket);
  Status enter(Deadline deadline) { return enter(deadline, draw_ticket()); }
  void leave();
  // kBusy when the calling thread holds the gate.
  Status check_not_mine() const;

 private:
  struct Waiting {  // on its thread's stack
    std::uint64_t ticket;
    std::condition_variable turn;
    Waiting* next = nullptr;
  };
  void line_up(Waiting& waiting);
  void step_out(Waiting& waiting);

  mutable std::mutex mutex_;
  Waiting* first_ = nullptr;  // by ascending ticket
  std::uint64_t last_ticket_ = 0;
  bool held_ = false;
  std::thread::id holder_;
};

// This thread has a write transaction open: kBusy, as it would wait for itself.
Status busy_with_itself();

// kWrongThread when the caller is not `owner`.
Status check_thread(std::thread::id owner);

}  // namespace kith::store
