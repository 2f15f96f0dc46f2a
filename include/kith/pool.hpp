// kith/pool.hpp: thousands of databases in one program, few of them open at a time.
//
//   kith::DatabasePool pool({.max_open = 200});
//   kith::Result<kith::Database> db = pool.open("tenants/acme");   // opened, or found open
//
// The pool keeps what it has opened open, so that the next call is quick, until more than max_open
// would be: then the one that has been out of use longest is closed. A database is in use while a
// Database, Session, Snapshot or Transaction of it is held outside of the pool. A handle that was
// given out stays good. In the child of a fork() open() gives kForked, there is nothing to close
// and stats() is all zero: make a pool there. Threads: any. Databases with equal models share one
// compiled model, pooled or not.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "kith/database.hpp"

namespace kith {

struct PoolOptions {
  std::uint32_t max_open = 256;  // each takes five file descriptors
  OpenOptions open{};            // of every database
  // LMDB keeps two lists of 3 MB for each open database and hardly touches them; but once a process
  // has closed one, glibc hands out such blocks from its heap and clears them, which makes all of
  // it resident. So the pool asks glibc, for the whole process, to take blocks over 512 kB from the
  // system (M_MMAP_THRESHOLD). Turn it off when your program sets that itself.
  bool tune_allocator = true;
};

struct PoolStats {
  std::uint32_t open = 0;
  std::uint32_t in_use = 0;
  std::uint64_t opened = 0;  // since the pool was made
  std::uint64_t closed = 0;
};

class DatabasePool {
 public:
  explicit DatabasePool(const PoolOptions& options = {});
  ~DatabasePool();
  DatabasePool(DatabasePool&&) noexcept;
  DatabasePool& operator=(DatabasePool&&) noexcept;

  // kBusy when max_open databases are in use. Other errors as Database::open.
  Result<Database> open(std::string_view path);
  // Closes those that are not in use; their number.
  std::uint32_t close_idle();
  PoolStats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kith
