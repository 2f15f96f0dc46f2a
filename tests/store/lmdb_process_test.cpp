// Several processes, copies and children of one process in one directory.
#include <fcntl.h>

#include <atomic>

#include <fstream>
#include <thread>

#include "tests/store/backends.hpp"
#include "tests/store/processes.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::testing::Child;
using kith::testing::Signal;
using kith::testing::TempDir;

constexpr Table kT = Table::kQueue;

WriteOptions soon() {
  WriteOptions options;
  options.timeout = std::chrono::milliseconds(50);
  return options;
}

kith::Status put(Store& store, std::string_view key, std::string_view value) {
  auto txn = store.begin_write(soon());
  if (!txn.ok()) return txn.status();
  kith::Status status = (*txn)->put(kT, key, value);
  return status.ok() ? (*txn)->commit() : status;
}

bool has(const kith::Status& status, const std::string& part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_process)

BOOST_AUTO_TEST_CASE(a_busy_gate_names_the_process_that_holds_it) {
  TempDir dir;
  Signal holds;
  Signal release;
  Child child([&] {
    auto store = open_lmdb(dir.path(), {});
    if (!store.ok()) return 1;
    auto txn = (*store)->begin_write({});
    return txn.ok() && holds.raise() && release.wait() && (*txn)->commit().ok() ? 0 : 2;
  });
  BOOST_TEST(holds.wait());
  auto store = must(open_lmdb(dir.path(), {}));
  const kith::Status status = store->begin_write(soon()).status();
  BOOST_TEST((status.code() == Code::kBusy));
  BOOST_TEST(has(status, "process " + std::to_string(child.pid()) + " "));
  must(must(store->begin_read())->get(kT, "k"));  // readers do not care
  BOOST_TEST(release.raise());
  BOOST_TEST(child.wait() == 0);
  must(put(*store, "k", "v"));
}

BOOST_AUTO_TEST_CASE(a_waiting_writer_gets_the_gate_when_the_other_process_leaves_it) {
  TempDir dir;
  Signal holds;
  Child child([&] {
    auto store = open_lmdb(dir.path(), {});
    auto txn = (*store)->begin_write({});
    if (!txn.ok() || !holds.raise()) return 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return (*txn)->put(kT, "child", "was here").ok() && (*txn)->commit().ok() ? 0 : 2;
  });
  BOOST_TEST(holds.wait());
  auto store = must(open_lmdb(dir.path(), {}));
  auto txn = must(store->begin_write({}));
  BOOST_TEST(get(*txn, kT, "child") == "was here");
  BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(two_processes_count_together) {
  TempDir dir;
  auto count_to = [&](int n) {
    auto store = open_lmdb(dir.path(), {});
    for (int i = 0; store.ok() && i < n; ++i) {
      auto txn = (*store)->begin_write({});
      if (!txn.ok()) return 1;
      auto old = (*txn)->get(kT, "n");
      const int next = old.ok() && *old ? std::stoi(std::string(**old)) + 1 : 1;
      if (!(*txn)->put(kT, "n", std::to_string(next)).ok() || !(*txn)->commit().ok()) return 2;
    }
    return store.ok() ? 0 : 3;
  };
  Child child([&] { return count_to(50); });  // both create the database, too
  BOOST_TEST(count_to(50) == 0);
  BOOST_TEST(child.wait() == 0);
  BOOST_TEST(get(*must(must(open_lmdb(dir.path(), {}))->begin_read()), kT, "n") == "100");
}

BOOST_AUTO_TEST_CASE(every_alias_of_a_directory_is_the_same_store) {
  TempDir dir;
  const std::string real = dir.sub("real");
  auto store = must(open_lmdb(real, {}));
  std::filesystem::create_symlink(real, dir.sub("link"));
  auto alias = must(open_lmdb(dir.sub("link"), {}));
  BOOST_TEST(alias == store);
  BOOST_TEST(must(open_lmdb(dir.path() + "/./real/../real/", {})) == store);
  auto txn = must(store->begin_write({}));
  store.reset();
  alias.reset();
  alias = must(open_lmdb(real, {}));  // the transaction keeps it open
  BOOST_TEST((alias->begin_write(soon()).status().code() == Code::kBusy));
  txn.reset();
  alias.reset();
  must(put(*must(open_lmdb(real, {})), "k", "closed and opened again"));
}

BOOST_AUTO_TEST_CASE(opening_and_closing_from_many_threads_is_one_store_at_a_time,
                     *boost::unit_test::label("concurrent")) {
  TempDir dir;
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto store = open_lmdb(dir.path(), {});
        if (!store.ok() || !(*store)->begin_read().ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(failures == 0);
}

BOOST_AUTO_TEST_CASE(a_read_only_handle_of_a_shared_store_cannot_write) {
  TempDir dir;
  OpenOptions read_only;
  read_only.read_only = true;
  auto store = must(open_lmdb(dir.path(), {}));
  auto reader = must(open_lmdb(dir.path(), read_only));
  must(put(*store, "k", "v"));
  BOOST_TEST(get(*must(reader->begin_read()), kT, "k") == "v");
  BOOST_TEST((reader->begin_write({}).status().code() == Code::kReadOnly));
  BOOST_TEST(must(reader->info()).read_only);
  BOOST_TEST(!must(store->info()).read_only);
  store.reset();
  reader.reset();
  reader = must(open_lmdb(dir.path(), read_only));
  BOOST_TEST((open_lmdb(dir.path(), {}).status().code() == Code::kAlreadyOpen));
  BOOST_TEST((reader->begin_write({}).status().code() == Code::kReadOnly));
}

BOOST_AUTO_TEST_CASE(a_second_copy_of_the_library_in_a_process_is_refused) {
  TempDir dir;
  must(put(*must(open_lmdb(dir.path(), {})), "k", "v"));
  // What the other copy would hold: a lock of its own open file on this process's byte.
  const int other = ::open(dir.sub("kith.lock").c_str(), O_RDWR | O_CLOEXEC);
  BOOST_TEST_REQUIRE(other >= 0);
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = (off_t{1} << 20) + ::getpid();
  lock.l_len = 1;
  BOOST_TEST(::fcntl(other, F_OFD_SETLK, &lock) == 0);
  const kith::Status status = open_lmdb(dir.path(), {}).status();
  BOOST_TEST((status.code() == Code::kAlreadyOpen));
  BOOST_TEST(has(status, std::to_string(::getpid())));
  ::close(other);
  must(open_lmdb(dir.path(), {}));
}

BOOST_AUTO_TEST_CASE(the_lock_file_says_who_wrote_last) {
  TempDir dir;
  must(put(*must(open_lmdb(dir.path(), {})), "k", "v"));
  std::ifstream file(dir.sub("kith.lock"));
  long pid = 0;
  unsigned long long start = 0;
  file >> pid >> start;
  BOOST_TEST(pid == ::getpid());
  BOOST_TEST(start > 0u);
}

BOOST_AUTO_TEST_CASE(a_forked_child_is_refused_by_handles_and_may_open_its_own) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), {}));
  must(put(*store, "k", "v"));
  auto snapshot = must(store->begin_read());
  auto writer = must(store->begin_write({}));
  must(writer->put(kT, "parent", "writes"));
  Child child([&] {
    if (store->begin_read().status().code() != Code::kForked) return 1;
    if (store->begin_write({}).status().code() != Code::kForked) return 2;
    if (store->info().status().code() != Code::kForked) return 3;
    if (snapshot->get(kT, "k").status().code() != Code::kForked) return 4;
    if (writer->put(kT, "k", "w").code() != Code::kForked) return 5;
    if (writer->commit().code() != Code::kForked) return 6;
    snapshot.reset();  // only forgets
    writer.reset();
    store.reset();
    auto own = open_lmdb(dir.path(), {});
    if (!own.ok()) return 7;
    if (text(*(*(*own)->begin_read())->get(kT, "k")) != "v") return 8;
    // The parent's transaction is still there, and the child's death of it changed nothing.
    return (*own)->begin_write(soon()).status().code() == Code::kBusy ? 0 : 9;
  });
  BOOST_TEST(child.wait() == 0);
  BOOST_TEST(get(*snapshot, kT, "k") == "v");
  must(writer->commit());
  BOOST_TEST(get(*must(store->begin_read()), kT, "parent") == "writes");
  must(put(*store, "k", "still ours"));
}

BOOST_AUTO_TEST_CASE(a_child_of_a_fork_within_a_body_has_no_part_in_it) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), {}));
  bool in_child = false;
  int answer = 0;
  const kith::Status status = store->write({}, [&](WriteTxn& txn) {
    const kith::Status put = txn.put(kT, "k", "v");
    const ::pid_t pid = ::fork();
    in_child = pid == 0;
    if (in_child) return kith::Status();
    int raw = 0;
    ::waitpid(pid, &raw, 0);
    answer = WIFEXITED(raw) ? WEXITSTATUS(raw) : -1;
    return put;
  });
  if (in_child) {
    const bool told = status.code() == Code::kForked;
    const bool others =
        store->write({}, [](WriteTxn&) { return kith::Status(); }).code() == Code::kForked;
    store.reset();
    ::_exit(told && others ? 7 : 1);
  }
  must(status);
  BOOST_TEST(answer == 7);
  BOOST_TEST(get(*must(store->begin_read()), kT, "k") == "v");
}

BOOST_AUTO_TEST_CASE(a_killed_writer_leaves_the_last_commit_and_no_lock) {
  TempDir dir;
  int committed = 0;
  for (int round = 0; round < 6; ++round) {
    Signal writing;
    Child child([&] {
      auto store = open_lmdb(dir.path(), {});
      if (!store.ok()) return 1;
      for (int i = 0;; ++i) {
        auto txn = (*store)->begin_write({});
        if (!txn.ok()) return 2;
        // Always two keys together.
        const std::string value = std::to_string(round * 1000000 + i);
        if (!(*txn)->put(kT, "a", value).ok() || !(*txn)->put(kT, "b", value).ok()) return 3;
        for (int k = 0; k < 50; ++k) {
          const std::string key = "fill" + std::to_string((i * 50 + k) % 5000);
          if (!(*txn)->put(kT, key, value).ok()) return 4;
        }
        if (i == 5 + round && !writing.raise()) return 5;
        if (i == 5 + round && round % 2 == 0) ::pause();  // killed in mid-transaction
        if (!(*txn)->commit().ok()) return 6;
      }
    });
    BOOST_TEST(writing.wait());
    child.kill();
    BOOST_TEST(child.wait() == -SIGKILL);
    auto store = must(open_lmdb(dir.path(), {}));
    auto txn = must(store->begin_write(soon()));  // the gate died with its process
    const std::string a = get(*txn, kT, "a");
    BOOST_TEST(a == get(*txn, kT, "b"));
    BOOST_TEST(std::stoi(a) >= round * 1000000 + 4 + round);  // every acknowledged commit
    BOOST_TEST(std::stoi(a) > committed);
    committed = std::stoi(a);
    must(txn->put(kT, "after", a));
    must(txn->commit());
  }
}

BOOST_AUTO_TEST_CASE(too_many_readers_are_told_and_dead_ones_are_cleared) {
  TempDir dir;
  OpenOptions few;
  few.max_readers = 4;
  { must(open_lmdb(dir.path(), few)); }
  auto store = must(open_lmdb(dir.path(), few));
  Signal reading;
  Child child([&] {
    auto own = open_lmdb(dir.path(), few);
    if (!own.ok()) return 1;
    auto one = (*own)->begin_read();
    auto two = (*own)->begin_read();
    if (!one.ok() || !two.ok() || !reading.raise()) return 2;
    return ::pause();
  });
  BOOST_TEST(reading.wait());
  std::vector<std::unique_ptr<ReadTxn>> readers;
  kith::Status status;
  while (readers.size() < 10) {
    auto txn = store->begin_read();
    if (!txn.ok()) {
      status = txn.status();
      break;
    }
    readers.push_back(*std::move(txn));
  }
  BOOST_TEST((status.code() == Code::kReadersFull));
  BOOST_TEST(has(status, "max_readers"));
  const std::size_t before = readers.size();
  child.kill();
  child.wait();
  readers.push_back(must(store->begin_read()));  // in a slot of the dead process
  BOOST_TEST(readers.size() == before + 1);
}

BOOST_AUTO_TEST_SUITE_END()
