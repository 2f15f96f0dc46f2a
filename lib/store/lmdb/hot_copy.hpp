// store/lmdb/hot_copy.hpp: a copy of data.mdb while it is in use.
//
//   HotCopy copy(env, from, to);
//   KITH_TRY(copy.prepare());            // is the target fit to take it
//   KITH_TRY(copy.read_meta_pages());    // nobody commits, and a snapshot is open
//   KITH_TRY(copy.carry_out());          // the snapshot is still open
//
// As mdb_env_copy does it, with kith's gate in place of LMDB's lock, so that a writer who is long
// at it makes the copy fail with kBusy and not hang. Pages that the snapshot sees are not written
// to while it is open; others may be torn, and nobody will look at them.
//
// The copy grows under another name, is synced and then renamed. Destroyed unfinished, it removes
// what it has made.
#pragma once

#include <cstdint>
#include <string>

#include "store/copy_target.hpp"
#include "store/lmdb/env.hpp"

namespace kith::store::lmdb {

class HotCopy {
 public:
  HotCopy(const Env& env, std::string from, const std::string& to);
  ~HotCopy();
  HotCopy(const HotCopy&) = delete;
  HotCopy& operator=(const HotCopy&) = delete;

  Status prepare();
  Status read_meta_pages();
  Status carry_out();

 private:
  Status copy_pages();
  Status write_out(const char* bytes, std::size_t count);

  const Env& env_;
  const std::string from_;
  CopyTarget target_;
  int fd_ = -1;
  std::string meta_pages_;
  std::uint64_t end_ = 0;  // of the pages that the snapshot knows
};

}  // namespace kith::store::lmdb
