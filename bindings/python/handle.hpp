// handle.hpp: what a Python object holds of kith, and when it may still be used.
//
//   Handle<Database> database_{std::move(database)};
//   Database copy = database_.get();   // StatusError kClosed or kForked
//   database_.close();                 // again is harmless
//
// A handle made before a fork() is dead in the child: it answers kForked, and neither closing nor
// collecting it touches the parent's files. Objects are let go without the GIL, because closing
// may take a lock of the engine; while the interpreter shuts down, with it.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

#include "errors.hpp"

namespace kith::python {

// Counts the forks that made this process; os.register_at_fork adds one in the child.
std::uint64_t fork_count();
void after_fork_in_child();
bool interpreter_is_ending();

Status forked_status();
Status closed_status(const char* what);

template <typename T>
class Handle {
 public:
  Handle(T value, const char* what) : value_(std::move(value)), what_(what) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (!value_) return;
    if (is_forked()) {
      new T(std::move(*value_));  // left alone on purpose: it is the parent's
    } else if (!interpreter_is_ending()) {
      without_gil([&] { value_.reset(); });
    }
  }

  bool is_open() const { return open_.load(std::memory_order_acquire); }
  bool is_forked() const { return forks_ != fork_count(); }

  // The value, for a call that is about to begin.
  T& get() {
    check_usable();
    return *value_;
  }
  void check_usable() const {
    if (is_forked()) throw StatusError(forked_status());
    if (!is_open()) throw StatusError(closed());
  }

  // The value, or null once closed.
  T* peek() { return value_ ? &*value_ : nullptr; }
  const T* peek() const { return value_ ? &*value_ : nullptr; }

  // Closes a handle that is used only with the GIL held, which this gives up meanwhile.
  void close() {
    if (is_forked() || !value_) return;
    open_.store(false, std::memory_order_release);
    std::optional<T> last = std::exchange(value_, std::nullopt);
    without_gil([&] { last.reset(); });
  }

  // Closes a handle that is used without the GIL, under the lock of its owner.
  void reset() {
    open_.store(false, std::memory_order_release);
    value_.reset();
  }

  // The value goes back to where it came from.
  T give_up() {
    open_.store(false, std::memory_order_release);
    T last = std::move(*value_);
    value_.reset();
    return last;
  }

  Status closed() const { return closed_status(what_); }

 private:
  std::optional<T> value_;
  const char* what_;
  std::atomic<bool> open_{true};
  std::uint64_t forks_ = fork_count();
};

}  // namespace kith::python
