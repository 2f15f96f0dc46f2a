// store/lmdb/fork.hpp: notices that this process is the child of a fork.
//
//   const std::uint64_t born = fork_generation();     // when a handle is made
//   if (fork_generation() != born) return forked();   // in whatever the handle is asked
//
// A child shares its parent's files and locks but not its threads: a handle of the parent must not
// touch them there. The generation changes in the child of every fork() made after watch_forks().
#pragma once

#include <atomic>
#include <cstdint>

#include "kith/status.hpp"

namespace kith::store::lmdb {

inline std::atomic<std::uint64_t>& fork_counter() {
  static std::atomic<std::uint64_t> counter{0};
  return counter;
}

inline std::uint64_t fork_generation() { return fork_counter().load(std::memory_order_relaxed); }

inline Status forked() {
  return Status(Code::kForked,
                "this handle was opened before fork() and belongs to the parent process; open the "
                "database again in the child");
}

}  // namespace kith::store::lmdb
