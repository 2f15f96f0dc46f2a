// store/memory/faults.hpp: makes a memory store fail on purpose, for tests.
//
//   auto faults = std::make_shared<FaultPlan>();
//   faults->fail(FaultPoint::kCommit, 3, Status(Code::kIo, "disk on fire"));
//   KITH_ASSIGN(auto store, open_memory({.faults = faults}));   // the third commit fails
//
// A rule strikes once, at the nth call of its point after the rule was made, and is gone. May be
// used from any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "kith/status.hpp"

namespace kith::store {

enum class FaultPoint : std::uint8_t {
  kBeginRead,
  kBeginWrite,
  kRead,         // get, multi_get, scan, scan_postings, count_postings
  kWrite,        // put, erase, erase_range, add_posting, remove_posting: the transaction is over
  kCommit,       // nothing is kept
  kCommitAfter,  // everything is kept, yet the caller is told this: an unknown outcome
};

class FaultPlan {
 public:
  void fail(FaultPoint point, std::uint64_t nth, Status status);
  // For the store: the status of a rule that strikes now, else ok.
  Status strike(FaultPoint point);

 private:
  struct Rule {
    FaultPoint point;
    std::uint64_t calls_left;
    Status status;
  };
  std::mutex mutex_;
  std::vector<Rule> rules_;
};

}  // namespace kith::store
