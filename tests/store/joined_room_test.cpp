// Threads that share a commit when there is little room for it, or none.
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>
#include <thread>

#include "store/memory/memory_store.hpp"
#include "tests/store/backends.hpp"
#include "tests/store/joined.hpp"
#include "tests/store/processes.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;
using kith::testing::Child;

constexpr Table kT = Table::kQueue;

}  // namespace

BOOST_AUTO_TEST_SUITE(store_joined_room, *boost::unit_test::label("concurrent"))

BOOST_AUTO_TEST_CASE(the_map_grows_under_a_group_and_nobody_loses_anything) {
  kith::testing::TempDir dir;
  OpenOptions tiny;
  tiny.initial_map_bytes = 64 << 10;
  auto store = must(open_lmdb(dir.path(), tiny));
  std::atomic<int> bodies{0};
  on_threads(8, [&](int t) {
    for (int i = 0; i < 20; ++i) {
      const Status status = store->write(deferred(), [&](WriteTxn& txn) {
        ++bodies;
        for (int k = 0; k < 20; ++k) {
          const Status put =
              txn.put(kT, number(t * 1000 + i * 20 + k), std::string(std::size_t(k) * 200, 'v'));
          if (!put.ok()) return put;
        }
        if (i % 7 == 6) return Status(Code::kConflict, "never mind");
        return add_one(txn, "n");
      });
      if (status.code() != (i % 7 == 6 ? Code::kConflict : Code::kOk)) must_ok(status);
    }
  });
  auto txn = must(store->begin_read());
  BOOST_TEST(bodies == 160);  // their logs are done again, not they
  BOOST_TEST(get(*txn, kT, "n") == std::to_string(8 * 18));
  for (int t = 0; t < 8; ++t) {
    for (int i = 0; i < 20; ++i) {
      const std::string key = number(t * 1000 + i * 20 + 19);
      BOOST_TEST(must(txn->get(kT, key)).has_value() == (i % 7 != 6));
    }
  }
  BOOST_TEST(must(store->info()).map_bytes > 1u << 20);
}

BOOST_AUTO_TEST_CASE(who_finds_no_room_fails_alone) {
  kith::testing::TempDir dir;
  OpenOptions small;
  small.initial_map_bytes = 1 << 20;
  small.max_map_bytes = 1 << 20;
  auto store = must(open_lmdb(dir.path(), small));
  Doorman door;
  std::thread first([&] {
    must_ok(store->write({}, [&](WriteTxn& txn) {
      door.hold();
      return txn.put(kT, "first", std::string(5000, 'f'));
    }));
  });
  door.await_entry();
  std::atomic<Code> code{Code::kOk};
  std::thread greedy([&] {
    const Status status = store->write({}, [&](WriteTxn& txn) {
      for (int i = 0; i < 100; ++i) {
        const Status put = txn.put(kT, number(i), std::string(50000, 'g'));
        if (!put.ok()) return put;
      }
      return Status();
    });
    code = status.code();
  });
  settle();
  std::thread last(
      [&] { must_ok(store->write({}, [&](WriteTxn& txn) { return txn.put(kT, "last", "l"); })); });
  settle();
  door.open();
  first.join();
  greedy.join();
  last.join();
  BOOST_TEST((code == Code::kStoreFull));
  auto txn = must(store->begin_read());
  BOOST_TEST(get(*txn, kT, "first") == std::string(5000, 'f'));
  BOOST_TEST(get(*txn, kT, "last") == "l");
  BOOST_TEST(get(*txn, kT, number(0)) == "(absent)");
}

BOOST_AUTO_TEST_CASE(a_group_has_a_bound) {
  Opened db(Backend::kLmdb);
  Doorman door;
  std::thread first([&] {
    must_ok(db->write(deferred(), [&](WriteTxn& txn) {
      door.hold();
      return txn.put(kT, "first", "f");
    }));
  });
  door.await_entry();
  std::vector<std::thread> others;
  for (int t = 0; t < 5; ++t) {
    others.emplace_back([&, t] {
      must_ok(db->write(deferred(), [&](WriteTxn& txn) {
        for (int i = 0; i < 10; ++i) {
          const Status put = txn.put(kT, number(t * 100 + i), std::string(60000, 'v'));
          if (!put.ok()) return put;
        }
        return Status();
      }));
    });
  }
  settle();
  door.open();
  first.join();
  for (std::thread& thread : others) thread.join();
  ScanOptions keys;
  keys.keys_only = true;
  BOOST_TEST(must(db.read()->scan(kT, {}, keys)).rows.size() == 51u);
}

BOOST_AUTO_TEST_CASE(a_failed_commit_is_everybodys) {
  auto faults = std::make_shared<FaultPlan>();
  auto store = must(open_memory({.max_txn_bytes = kMaxTxnBytes, .faults = faults}));
  faults->fail(FaultPoint::kCommit, 1, Status(Code::kIo, "gone"));
  BOOST_TEST(
      (store->write({}, [](WriteTxn& txn) { return txn.put(kT, "k", "v"); }).code() == Code::kIo));
  BOOST_TEST(get(*must(store->begin_read()), kT, "k") == "(absent)");
  faults->fail(FaultPoint::kCommitAfter, 1, Status(Code::kUnknownOutcome, "who knows"));
  BOOST_TEST((store->write({}, [](WriteTxn& txn) { return txn.put(kT, "k", "v"); }).code() ==
              Code::kUnknownOutcome));
  BOOST_TEST(get(*must(store->begin_read()), kT, "k") == "v");
}

// LMDB cannot be told to fail, but its file can be kept from growing.
BOOST_AUTO_TEST_CASE(a_full_disk_fails_the_group_and_loses_nothing) {
  kith::testing::TempDir dir;
  {
    auto store = must(open_lmdb(dir.path(), {}));
    must(store->write({}, [](WriteTxn& txn) { return txn.put(kT, "before", "b"); }));
  }
  Child child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = open_lmdb(dir.path(), {});
    if (!store.ok()) return 1;
    const rlimit limit{256 << 10, 256 << 10};  // no file of this process grows beyond
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    Doorman door;
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        const Code code = (*store)
                              ->write({},
                                      [&](WriteTxn& txn) {
                                        if (t == 0) door.hold();
                                        return txn.put(kT, number(t), std::string(90000, 'v'));
                                      })
                              .code();
        if (code == Code::kStoreFull || code == Code::kIo) ++failed;
      });
      if (t == 0) door.await_entry();
    }
    settle();
    door.open();
    for (std::thread& thread : threads) thread.join();
    if (failed != 4) return 3;
    return (*store)->write({}, [](WriteTxn& txn) { return txn.put(kT, "after", "a"); }).ok() ? 0
                                                                                             : 4;
  });
  BOOST_TEST(child.wait() == 0);
  auto store = must(open_lmdb(dir.path(), {}));
  BOOST_TEST(scan(*must(store->begin_read()), kT, {}) == "after=a before=b");
}

BOOST_AUTO_TEST_SUITE_END()
