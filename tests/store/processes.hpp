// tests/store/processes.hpp: runs a part of a test in a child process.
//
//   Child child([&] { return use(directory) ? 0 : 1; });   // before the parent opens anything
//   BOOST_TEST(child.wait() == 0);
//
// The child must not use Boost.Test: it answers by its exit status, and leaves through _exit so
// that nothing of the parent's is flushed or destroyed twice. A child is killed when its object is
// destroyed, so that a failing test leaves none behind.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace kith::testing {

// Lets two processes wait for each other.
class Signal {
 public:
  Signal() { failed_ = ::pipe(ends_.data()) != 0; }
  ~Signal() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  bool raise() const { return !failed_ && ::write(ends_[1], "!", 1) == 1; }
  bool wait() const {
    char byte;
    return !failed_ && ::read(ends_[0], &byte, 1) == 1;
  }

 private:
  std::array<int, 2> ends_{};
  bool failed_ = false;
};

class Child {
 public:
  template <typename F>
  explicit Child(F&& body) : pid_(::fork()) {
    if (pid_ == 0) ::_exit(std::forward<F>(body)());
  }
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  ::pid_t pid() const { return pid_; }
  void kill() const { ::kill(pid_, SIGKILL); }
  // The exit status, or minus the signal that ended it.
  int wait() {
    int status = 0;
    if (pid_ <= 0 || ::waitpid(pid_, &status, 0) != pid_) return -1000;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  ::pid_t pid_;
};

}  // namespace kith::testing
