// What must not go wrong: files that were cut short, disks that fail, aliases, other processes that
// live and die.
#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/store/backends.hpp"
#include "tests/store/meta_pages.hpp"
#include "tests/store/processes.hpp"
#include "tests/store/rows.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;
using kith::testing::Child;
using kith::testing::Signal;
using kith::testing::TempDir;

constexpr Table kT = Table::kIndex;

Status put(Store& store, const std::string& key, const std::string& value) {
  return store.write({}, [&](WriteTxn& txn) { return txn.put(kT, key, value); });
}

// The descriptor that LMDB writes its meta pages through: of data.mdb, with O_DSYNC.
int meta_descriptor(const std::string& directory) {
  struct stat data = {};
  if (::stat((directory + "/data.mdb").c_str(), &data) != 0) return -1;
  for (int fd = 0; fd < 1024; ++fd) {
    struct stat info = {};
    if (::fstat(fd, &info) != 0 || info.st_ino != data.st_ino || info.st_dev != data.st_dev)
      continue;
    if ((::fcntl(fd, F_GETFL) & O_DSYNC) != 0) return fd;
  }
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_trust)

BOOST_AUTO_TEST_CASE(a_file_that_was_cut_short_is_refused) {
  TempDir dir;
  fill(dir.sub("db"), 20000);
  const std::string data = dir.sub("db") + "/data.mdb";
  const auto whole = std::filesystem::file_size(data);
  BOOST_TEST(whole >= MetaPage::newest(data).pages * 4096);
  for (const std::uint64_t bytes : {whole - 4096, whole - 1, whole / 2, std::uint64_t{8192}}) {
    std::filesystem::resize_file(data, bytes);
    const Status status = open_lmdb(dir.sub("db"), {}).status();
    BOOST_TEST((status.code() == Code::kCorrupt), status.to_string());
    BOOST_TEST(std::string(status.message()).find("cut short") != std::string::npos);
    BOOST_TEST(std::filesystem::file_size(data) == bytes);
  }
}

BOOST_AUTO_TEST_CASE(a_file_may_end_before_pages_that_were_never_written) {
  TempDir dir;
  const std::string data = dir.sub("db") + "/data.mdb";
  std::string value(90000, 'b');
  bool shorter = false;
  for (int round = 0; round < 12; ++round) {
    {
      auto store = must(open_lmdb(dir.sub("db"), {}));
      auto txn = must(store->begin_write({}));
      must(txn->put(kT, "stays", std::to_string(round)));
      for (int i = 0; i < 2000; ++i)
        must(txn->put(Table::kQueue, number(i), std::string(200, 'q')));
      for (int i = 0; i < 40; ++i) must(txn->put(Table::kBlobs, number(i), value));
      must(txn->erase_range(Table::kBlobs, {}));
      must(txn->erase_range(Table::kQueue, {}));
      must(txn->commit());
    }
    shorter = shorter || std::filesystem::file_size(data) < MetaPage::newest(data).pages * 4096;
    auto store = must(open_lmdb(dir.sub("db"), {}));
    BOOST_TEST(get(*must(store->begin_read()), kT, "stays") == std::to_string(round));
  }
  BOOST_TEST(shorter, "LMDB has written every page, so this test shows nothing");
  { must(must(open_lmdb(dir.sub("db"), {}))->copy_to(dir.sub("copy"))); }
  auto copy = must(open_lmdb(dir.sub("copy"), {}));
  BOOST_TEST(get(*must(copy->begin_read()), kT, "stays") == "11");
  must(put(*copy, "more", std::string(50000, 'm')));
}

BOOST_AUTO_TEST_CASE(a_map_of_tens_of_gigabytes_is_followed_with_readers_open) {
  TempDir dir;
  const std::string data = dir.sub("data.mdb");
  OpenOptions tiny;
  tiny.initial_map_bytes = 1 << 20;
  { must(put(*must(open_lmdb(dir.path(), tiny)), "k", "v")); }
  Signal go;
  Child child([&] {
    if (!go.wait()) return 1;
    // As if the file had grown to 10 GiB: the length is there, and on no disk.
    const std::uint64_t last = (std::uint64_t{10} << 30) / 4096 - 1;
    {
      std::fstream file(data, std::ios::binary | std::ios::in | std::ios::out);
      for (const std::streamoff page : {0, 4096}) {
        file.seekp(page + MetaPage::kLastPage);
        file.write(reinterpret_cast<const char*>(&last), sizeof last);
      }
    }
    if (::truncate(data.c_str(), off_t{10} << 30) != 0) return 2;
    auto store = open_lmdb(dir.path(), tiny);
    if (!store.ok() || (*store)->info()->map_bytes < std::uint64_t{40} << 30) return 3;
    return put(**store, "child", "c").ok() ? 0 : 4;
  });
  auto store = must(open_lmdb(dir.path(), tiny));
  auto snapshot = must(store->begin_read());
  const std::string_view view = *must(snapshot->get(kT, "k"));
  BOOST_TEST(go.raise());
  BOOST_TEST(child.wait() == 0);
  WriteOptions soon;
  soon.timeout = std::chrono::milliseconds(30);
  BOOST_TEST((store->write(soon, [](WriteTxn&) { return Status(); }).code() == Code::kBusy));
  BOOST_TEST(view == "v");  // what is open stays as it is
  snapshot.reset();
  BOOST_TEST(get(*must(store->begin_read()), kT, "child") == "c");
  must(put(*store, "parent", std::string(80000, 'p')));
  BOOST_TEST(must(store->info()).map_bytes >= std::uint64_t{40} << 30);
  BOOST_TEST(get(*must(store->begin_read()), kT, "k") == "v");
}

BOOST_AUTO_TEST_CASE(the_dead_are_cleared_away_while_others_live) {
  TempDir dir;
  OpenOptions few;
  few.max_readers = 4;
  { must(put(*must(open_lmdb(dir.path(), few)), "k", "v")); }
  Signal lives;
  Signal reads;
  Signal may_end;
  Child living([&] {
    auto own = open_lmdb(dir.path(), few);
    if (!own.ok()) return 1;
    auto snapshot = (*own)->begin_read();
    if (!snapshot.ok() || !lives.raise() || !may_end.wait()) return 2;
    const auto value = (*snapshot)->get(kT, "k");
    return value.ok() && **value == "v" ? 0 : 3;  // its slot was not taken from it
  });
  Signal go;
  Child dying([&] {
    if (!go.wait()) return 4;
    auto own = open_lmdb(dir.path(), few);
    if (!own.ok()) return 1;
    std::vector<std::unique_ptr<ReadTxn>> snapshots;
    for (int i = 0; i < 3; ++i) {
      auto txn = (*own)->begin_read();
      if (!txn.ok()) return 2;
      snapshots.push_back(*std::move(txn));
    }
    return reads.raise() ? ::pause() : 3;
  });
  BOOST_TEST(lives.wait());
  auto store = must(open_lmdb(dir.path(), few));
  BOOST_TEST(go.raise());
  BOOST_TEST(reads.wait());
  BOOST_TEST((store->begin_read().status().code() == Code::kReadersFull));
  dying.kill();
  dying.wait();
  std::vector<std::unique_ptr<ReadTxn>> snapshots;
  for (int i = 0; i < 3; ++i) snapshots.push_back(must(store->begin_read()));
  BOOST_TEST((store->begin_read().status().code() == Code::kReadersFull));
  must(put(*store, "k", "w"));
  BOOST_TEST(may_end.raise());
  BOOST_TEST(living.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_killed_readers_pages_are_used_again) {
  TempDir dir;
  fill(dir.path(), 1000);
  Signal reads;
  Child dying([&] {
    auto own = open_lmdb(dir.path(), {});
    auto snapshot = (*own)->begin_read();
    return snapshot.ok() && reads.raise() ? ::pause() : 1;
  });
  BOOST_TEST(reads.wait());
  dying.kill();
  dying.wait();
  fill(dir.path(), 1000);  // an open clears its slot
  const auto before = std::filesystem::file_size(dir.sub("data.mdb"));
  for (int i = 0; i < 30; ++i) fill(dir.path(), 1000);
  BOOST_TEST(std::filesystem::file_size(dir.sub("data.mdb")) < 3 * before);
}

BOOST_AUTO_TEST_CASE(a_directory_is_known_by_what_it_is) {
  TempDir dir;
  const std::string path = dir.sub("db");
  auto store = must(open_lmdb(path, {}));
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  BOOST_TEST(must(open_lmdb("db", {})) == store);
  BOOST_TEST(must(open_lmdb("/proc/self/cwd/db", {})) == store);  // an alias no path shows
  std::filesystem::current_path(before);
  // Renamed while it is open, it is still the same, and its old name is free for another.
  std::filesystem::rename(path, dir.sub("new"));
  BOOST_TEST(must(open_lmdb(dir.sub("new"), {})) == store);
  auto other = must(open_lmdb(path, {}));
  BOOST_TEST(other != store);
  must(put(*store, "k", "renamed"));
  must(put(*other, "k", "other"));
  store.reset();
  other.reset();
  BOOST_TEST(get(*must(must(open_lmdb(dir.sub("new"), {}))->begin_read()), kT, "k") == "renamed");
  BOOST_TEST(get(*must(must(open_lmdb(path, {}))->begin_read()), kT, "k") == "other");
}

BOOST_AUTO_TEST_CASE(a_failed_write_of_the_meta_page_poisons_until_reopened) {
  for (const bool joined : {false, true}) {
    TempDir dir;
    { must(put(*must(open_lmdb(dir.path(), {})), "before", "b")); }
    Child child([&] {
      auto store = open_lmdb(dir.path(), {});
      if (!store.ok()) return 1;
      const int full = ::open("/dev/full", O_WRONLY);
      const int meta = meta_descriptor(dir.path());
      if (full < 0 || meta < 0 || ::dup2(full, meta) != meta) return 2;
      Status status;
      if (joined) {
        std::atomic<int> unknown{0};
        std::atomic<bool> entered{false};
        std::vector<std::thread> threads;
        for (int t = 0; t < 3; ++t) {
          threads.emplace_back([&, t] {
            const Status own = (*store)->write({}, [&](WriteTxn& txn) {
              entered = true;
              if (t == 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
              return txn.put(kT, "lost?", "x");
            });
            if (own.code() == Code::kUnknownOutcome) ++unknown;
          });
          while (!entered) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        for (std::thread& thread : threads) thread.join();
        if (unknown != 3) return 3;  // everybody's
      } else {
        auto txn = (*store)->begin_write({});
        if (!txn.ok() || !(*txn)->put(kT, "lost?", "x").ok()) return 4;
        if ((*txn)->commit().code() != Code::kUnknownOutcome) return 5;
      }
      if ((*store)->begin_read().ok() || put(**store, "k", "v").ok()) return 6;
      if (open_lmdb(dir.path(), {}).ok()) return 7;  // while somebody has it open
      store = Status(Code::kClosed, "done");
      auto again = open_lmdb(dir.path(), {});
      if (!again.ok() || text(*(*(*again)->begin_read())->get(kT, "before")) != "b") return 8;
      return put(**again, "after", "a").ok() ? 0 : 9;
    });
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(get(*must(must(open_lmdb(dir.path(), {}))->begin_read()), kT, "after") == "a");
  }
}

BOOST_AUTO_TEST_CASE(two_processes_take_turns_at_the_gate) {
  TempDir dir;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(600);
  // Each writes without a pause; neither may be kept out.
  const auto work = [&](const std::string& name) {
    auto store = open_lmdb(dir.path(), {});
    WriteOptions how;
    how.durability = Durability::kDeferred;
    int written = 0;
    while (store.ok() && std::chrono::steady_clock::now() < until) {
      const Status status = (*store)->write(
          how, [&](WriteTxn& txn) { return txn.put(kT, name, std::to_string(written + 1)); });
      if (!status.ok()) return 1;
      ++written;
    }
    return written > 20 ? 0 : 2;
  };
  Child one([&] { return work("one"); });
  Child two([&] { return work("two"); });
  BOOST_TEST(one.wait() == 0);
  BOOST_TEST(two.wait() == 0);
  auto txn = must(must(open_lmdb(dir.path(), {}))->begin_read());
  const int a = std::stoi(get(*txn, kT, "one"));
  const int b = std::stoi(get(*txn, kT, "two"));
  BOOST_TEST(std::min(a, b) * 10 > std::max(a, b), "one " << a << ", two " << b);
}

BOOST_AUTO_TEST_SUITE_END()
