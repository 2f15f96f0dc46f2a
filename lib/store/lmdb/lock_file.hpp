// store/lmdb/lock_file.hpp: kith.lock, where processes that share a directory meet.
//
//   KITH_ASSIGN(LockFile lock, LockFile::open(directory, read_only));
//   KITH_TRY(lock.claim_process());         // kAlreadyOpen: a second copy of kith in this process
//   KITH_TRY(lock.lock_gate(deadline));     // kBusy: names the process that is writing
//   lock.unlock_gate();
//
// All locks are open-file-description locks: they belong to the open file, not to the process, so
// closing some other descriptor of it does not lose them, and they vanish with their process.
//   byte 0           the writers' gate
//   byte 2^20 + pid  this process has the directory open; processes share a pid namespace
// The first 64 bytes of content are the last holder of the gate: "pid start-time\n", start time in
// clock ticks since boot, which tells a reused pid from the old one. The next 64 are reserved.
#pragma once

#include <string>
#include <utility>

#include "kith/result.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

class LockFile {
 public:
  // A read-only open without permission to write gives a file that is not there(): it claims
  // nothing, as nothing can be written from this process.
  static Result<LockFile> open(const std::string& directory, bool read_only);

  LockFile() = default;
  LockFile(LockFile&& other) noexcept { *this = std::move(other); }
  LockFile& operator=(LockFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    return *this;
  }
  ~LockFile();  // drops every lock

  bool there() const { return fd_ >= 0; }
  int descriptor() const { return fd_; }

  Status claim_process();
  Status lock_gate(Deadline deadline);
  void unlock_gate();

  // For the child of a fork, whose descriptors are closed already: forgets without closing.
  void forget() { fd_ = -1; }

 private:
  Status note_holder();
  std::string holder() const;

  int fd_ = -1;
  std::string path_;
};

}  // namespace kith::store::lmdb
