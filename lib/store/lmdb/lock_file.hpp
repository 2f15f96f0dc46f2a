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
//   byte 1           the one who is next at the gate: who left it must queue up behind him
//   byte 2^20 + pid  this process has the directory open; processes share a pid namespace
// The first 64 bytes of content are the last holder of the gate: "pid start-time\n", start time in
// clock ticks since boot, which tells a reused pid from the old one. The next 64 are words that the
// processes share in memory, to wake each other (SharedWords). They are hints: what they say may be
// out of date after a crash, and nobody waits for them without looking for himself now and then.
//
// Threads: announce and wait_for any; the others one at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "kith/result.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

// Bytes 64-127 of kith.lock. Whoever is about to wait reads the word, sets its flag, looks once
// more and sleeps while the word is what he read; whoever finds the flag set when something has
// happened clears it, changes the word and wakes the sleepers.
struct SharedWords {
  std::atomic<std::uint64_t> sequence;       // the highest that was announced
  std::atomic<std::uint32_t> announcements;  // changes with it
  std::atomic<std::uint32_t> awaits_sequence;
  std::atomic<std::uint32_t> gate_moves;  // changes when bytes 0 or 1 are let go
  std::atomic<std::uint32_t> awaits_gate;
};

class LockFile {
 public:
  // A read-only open without permission to write gives a file that is not there(): it claims
  // nothing, as nothing can be written from this process.
  static Result<LockFile> open(const std::string& directory, bool read_only);

  LockFile() = default;
  LockFile(LockFile&& other) noexcept { *this = std::move(other); }
  LockFile& operator=(LockFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(words_, other.words_);
    std::swap(path_, other.path_);
    return *this;
  }
  ~LockFile();  // drops every lock

  bool there() const { return fd_ >= 0; }
  int descriptor() const { return fd_; }

  Status claim_process();
  // Nobody else has the directory open, and nobody opens it while this is there: kBusy.
  Status claim_alone();
  Status lock_gate(Deadline deadline);
  void unlock_gate();

  // As Store::announce and Store::wait_for. Where there are no shared words, who waits sleeps.
  void announce(std::uint64_t sequence);
  void wait_for(std::uint64_t sequence, Deadline deadline);

  // For the child of a fork, whose descriptors are closed already: forgets without closing.
  void forget();

 private:
  void share_words();
  Status lock_byte(off_t byte, Deadline deadline);
  void unlock_byte(off_t byte);
  Status note_holder();
  std::string holder() const;

  int fd_ = -1;
  SharedWords* words_ = nullptr;  // null where they cannot be shared
  std::string path_;
};

}  // namespace kith::store::lmdb
