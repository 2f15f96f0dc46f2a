// tests/crash/interposer.hpp: stands between kith and the operating system: notes what is written
// to a database's data.mdb, and makes calls fail.
//
//   interposer_log(fd);                                   // every write and sync goes there
//   interposer_arm(Call::kSync, 3, EIO, false);           // the third fdatasync or fsync fails
//   const std::uint64_t seen = interposer_disarm();       // how many there were
//
// A shared library of the tests alone, linked before the C library so that LMDB's calls and ours
// come here first. Calls on files whose name ends in .mdb or .lock count, and every mmap and every
// allocation. One fault at a time; counters are global; the log is written by one thread at a time.
// Where an AddressSanitizer is linked, malloc is its own and never comes here.
#pragma once

#include <cstdint>

namespace kith::crash {

enum class Call : std::uint8_t { kOpen, kWrite, kSync, kTruncate, kMap, kAllocate };
inline constexpr int kShortWrite = -1;  // in place of an errno: half is written, and that is told

// What is in the log: a head and, after a write, its bytes.
enum class Event : std::uint8_t {
  kWrite,         // durable with the next sync
  kDurableWrite,  // through the O_DSYNC descriptor: durable when it returns
  kSync,
  kTruncate,  // to `offset` bytes
  kMark,      // of the program: `offset` is its number
};
struct LogHead {
  Event event;
  std::uint64_t offset;
  std::uint64_t size;
};

#define KITH_INTERPOSER __attribute__((visibility("default")))

// Logs to this descriptor from now on; -1 ends it.
KITH_INTERPOSER void interposer_log(int fd);
KITH_INTERPOSER void interposer_mark(std::uint64_t number);
// The nth call from now on fails with this errno; with `persistent` all later ones do, too.
KITH_INTERPOSER void interposer_arm(Call call, std::uint64_t nth, int error, bool persistent);
// Ends that. The number of calls of the armed kind since then.
KITH_INTERPOSER std::uint64_t interposer_disarm();
// While paused nothing counts or fails: what a host does for itself. Answers what was before.
KITH_INTERPOSER bool interposer_pause(bool paused);
// Counts an allocation that comes to a program by another way; must it fail?
KITH_INTERPOSER bool interposer_refuses_allocation();

}  // namespace kith::crash
