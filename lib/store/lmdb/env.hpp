// store/lmdb/env.hpp: one LMDB environment with kith's tables open in it.
//
//   KITH_ASSIGN(std::unique_ptr<Env> env, Env::open(directory, options));
//   KITH_TRY(env->open_tables());
//   mdb_get(txn, env->dbi(Table::kMeta), ...);
//
// It knows sizes and flags and nothing of threads: whoever resizes the map makes sure that no
// transaction of this process is live. Opened with NOTLS; never WRITEMAP, never NOSYNC.
#pragma once

#include <lmdb.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "store/store.hpp"

namespace kith::store::lmdb {

struct EnvSize {
  std::uint64_t used_bytes = 0;  // pages that the last commit knows, free ones among them
  std::uint64_t map_bytes = 0;
};

class Env {
 public:
  static Result<std::unique_ptr<Env>> open(const std::string& directory,
                                           const OpenOptions& options);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // Opens the eight tables, or makes them in an empty file when `may_create`. kNotFound when there
  // are none and none may be made, kCorrupt when the file is LMDB's but not kith's.
  Status open_tables(bool may_create);
  bool has_tables() const { return has_tables_; }

  MDB_env* get() const { return env_; }
  MDB_dbi dbi(Table table) const { return dbis_[static_cast<std::size_t>(table)]; }
  EnvSize size() const;
  std::uint64_t file_bytes() const;

  // No transaction of this process may be live. kStoreFull when the address space has no room.
  Status resize(std::uint64_t bytes);
  Status adopt_size();  // what another process has made of the map

  void forget() { env_ = nullptr; }  // in a forked child: closing would end the parent's readers

 private:
  Env() = default;
  Status create(const std::string& directory, const OpenOptions& options, unsigned flags);
  Status open_existing(MDB_txn* txn);
  Status make_tables();

  MDB_env* env_ = nullptr;
  std::string path_;
  std::uint64_t page_bytes_ = 4096;
  std::array<MDB_dbi, kTableCount> dbis_{};
  bool has_tables_ = false;
};

// The size for a map that holds `used` bytes: the next power of two >= 4 x used, at least the
// option's initial size, at most its maximum.
std::uint64_t map_bytes_for(std::uint64_t used, const OpenOptions& options);

}  // namespace kith::store::lmdb
