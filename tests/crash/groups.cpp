// Durable and deferred writers in one commit: it is durable as soon as one of them has asked for
// it.
//
// Five threads write to a store in one group, the first of them its leader, with each choice of who
// asks for full durability, and again with the same ones giving up. LMDB writes its meta page
// through a descriptor opened with O_DSYNC when a commit is to be durable, and through the ordinary
// one when it is not: the interposer tells which.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "store/store.hpp"
#include "tests/crash/interposer.hpp"
#include "tests/crash/log.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::crash {

namespace {

constexpr unsigned kWriters = 5;
constexpr unsigned kMostTries = 20;  // a thread may come late, to a group of its own
constexpr std::uint64_t kMetaBytes = 2 * 4096;
constexpr store::Table kTable = store::Table::kQueue;

struct Commits {
  unsigned durable = 0;
  unsigned deferred = 0;
  unsigned syncs = 0;
};

// What was written to the meta pages while `body` ran.
template <typename Body>
bool observe(const std::string& path, Body&& body, Commits* seen) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  interposer_log(fd);
  body();
  interposer_log(-1);
  if (::close(fd) != 0) return false;
  Log log;
  if (!read_log(path, &log).empty()) return false;
  *seen = {};
  for (const LoggedEvent& event : log.events) {
    if (event.event == Event::kSync) ++seen->syncs;
    if (event.offset >= kMetaBytes) continue;
    if (event.event == Event::kDurableWrite) ++seen->durable;
    if (event.event == Event::kWrite) ++seen->deferred;
  }
  return true;
}

// A bit for each writer, the leader's first.
struct Group {
  unsigned full = 0;
  unsigned give_up = 0;

  bool is_durable() const { return (full & ~give_up) != 0; }
  std::string to_string() const {
    std::string text;
    for (unsigned i = 0; i < kWriters; ++i) {
      text += (full >> i & 1) != 0 ? " full" : " deferred";
      if ((give_up >> i & 1) != 0) text += " (gives up)";
    }
    return text;
  }
};

class Trial {
 public:
  Trial(store::Store& store, const Group& group) : store_(store), group_(group) {}

  // False when an answer was wrong.
  bool run() {
    std::vector<std::thread> threads;
    threads.emplace_back([this] { write(0); });
    while (!entered_) std::this_thread::sleep_for(std::chrono::microseconds(100));
    for (unsigned i = 1; i < kWriters; ++i) {
      threads.emplace_back([this, i] { write(i); });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // for them to be in line
    open_ = true;
    for (std::thread& thread : threads) thread.join();
    return !failed_;
  }

 private:
  void write(unsigned number) {
    store::WriteOptions how;
    const bool full = (group_.full >> number & 1) != 0;
    const bool gives_up = (group_.give_up >> number & 1) != 0;
    how.durability = full ? store::Durability::kFull : store::Durability::kDeferred;
    const Status status = store_.write(how, [&](store::WriteTxn& txn) -> Status {
      if (number == 0) {
        entered_ = true;
        while (!open_) std::this_thread::sleep_for(std::chrono::microseconds(100));
      }
      const auto old = txn.get(kTable, key(number));
      if (!old.ok()) return old.status();
      const std::string next = *old ? std::string(**old) + "." : ".";
      if (Status put = txn.put(kTable, key(number), next); !put.ok()) return put;
      return gives_up ? Status(Code::kConflict, "thought better of it") : Status();
    });
    if (gives_up ? status.code() != Code::kConflict : !status.ok()) failed_ = true;
  }
  static std::string key(unsigned number) { return "row" + std::to_string(number); }

  store::Store& store_;
  const Group group_;
  std::atomic<bool> entered_{false};
  std::atomic<bool> open_{false};
  std::atomic<bool> failed_{false};
};

// Empty, or what is wrong.
std::string judge(const Group& group, const Commits& seen) {
  const bool right = group.is_durable() ? seen.durable == 1 && seen.deferred == 0
                                        : seen.durable == 0 && seen.deferred == 1;
  // The pages themselves are synced either way: a lost commit must not tear an older one.
  if (right && seen.syncs >= 1) return {};
  return std::to_string(seen.durable) + " durable, " + std::to_string(seen.deferred) +
         " deferred commits, " + std::to_string(seen.syncs) + " syncs";
}

int run() {
  const testing::TempDir folder;
  const auto store = store::open_lmdb(folder.sub("crm"), {});
  if (!store.ok()) return 2;
  // Rows for all, so that the file need not grow in a group.
  const Status begun = (*store)->write({}, [](store::WriteTxn& txn) -> Status {
    for (int i = 0; i < 100; ++i) {
      const Status put = txn.put(kTable, "row" + std::to_string(i), std::string(500, '-'));
      if (!put.ok()) return put;
    }
    return {};
  });
  if (!begun.ok()) return 2;
  int groups = 0;
  int wrong = 0;
  const unsigned everybody = (1u << kWriters) - 1;
  for (unsigned full = 0; full <= everybody; ++full) {
    // All stay; or those who asked for it give up, but one.
    for (const unsigned give_up : {0u, full & (full - 1), full}) {
      if (give_up == everybody || (give_up & 1) != 0)
        continue;  // the leader's failure ends a group
      const Group group{full, give_up};
      Commits seen;
      for (unsigned tries = 0; tries < kMostTries; ++tries) {
        Trial trial(**store, group);
        bool answered = false;
        if (!observe(
                folder.sub("log"), [&] { answered = trial.run(); }, &seen) ||
            !answered) {
          std::fprintf(stderr, "group of%s: a wrong answer\n", group.to_string().c_str());
          return 1;
        }
        if (seen.durable + seen.deferred == 1) break;
      }
      ++groups;
      const std::string why = judge(group, seen);
      if (why.empty()) continue;
      std::fprintf(stderr, "group of%s: %s\n", group.to_string().c_str(), why.c_str());
      ++wrong;
    }
  }
  std::printf("%d groups of %u writers, %d wrong\n", groups, kWriters, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace

}  // namespace kith::crash

int main() { return kith::crash::run(); }
