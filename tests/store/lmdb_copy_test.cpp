// Copies of a whole database while it is in use.
#include <sys/resource.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/store/backends.hpp"
#include "tests/store/processes.hpp"
#include "tests/store/rows.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;
using kith::testing::Child;
using kith::testing::TempDir;

constexpr Table kT = Table::kIndex;

std::size_t count(Store& store) {
  ScanOptions all;
  all.row_limit = 1 << 20;
  all.byte_limit = 1 << 30;
  return must(must(store.begin_read())->scan(kT, {}, all)).rows.size();
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_copy, *boost::unit_test::label("concurrent"))

BOOST_DATA_TEST_CASE(a_copy_is_a_store_of_its_own, kBackends) {
  Opened db(sample);
  TempDir dir;
  fill(*db.operator->(), 5000);
  must(db->copy_to(dir.sub("copy")));
  BOOST_TEST(names_in(dir.sub("copy")) == std::vector<std::string>{"data.mdb"});
  auto copy = must(open_lmdb(dir.sub("copy"), {}));
  BOOST_TEST(count(*copy) == 5000u);
  fill(*copy, 6000);
  BOOST_TEST(count(*copy) == 6000u);
  BOOST_TEST(count(*db.operator->()) == 5000u);
}

BOOST_DATA_TEST_CASE(a_copy_needs_a_place_without_a_database, kBackends) {
  Opened db(sample);
  TempDir dir;
  fill(*db.operator->(), 10);
  { fill(*must(open_lmdb(dir.sub("other"), {})), 3); }
  BOOST_TEST((db->copy_to(dir.sub("other")).code() == Code::kInvalidArgument));
  BOOST_TEST(count(*must(open_lmdb(dir.sub("other"), {}))) == 3u);
  BOOST_TEST((db->copy_to(dir.sub("a/b")).code() == Code::kIo));
  BOOST_TEST(!std::filesystem::exists(dir.sub("a")));
  // What a crash of an earlier copy left does not matter.
  std::filesystem::create_directory(dir.sub("again"));
  std::ofstream(dir.sub("again") + "/data.mdb.partial") << "half";
  must(db->copy_to(dir.sub("again")));
  BOOST_TEST(count(*must(open_lmdb(dir.sub("again"), {}))) == 10u);
}

BOOST_DATA_TEST_CASE(a_writer_cannot_copy_and_a_reader_can, kBackends) {
  Opened db(sample);
  TempDir dir;
  fill(*db.operator->(), 10);
  auto snapshot = db.read();
  must(db->copy_to(dir.sub("one")));
  if (sample == Backend::kMemory) return;
  must(db->write({}, [&](WriteTxn&) {
    return db->copy_to(dir.sub("two")).code() == Code::kBusy ? Status()
                                                             : Status(Code::kInternal, "copied");
  }));
  auto txn = db.write();
  BOOST_TEST((db->copy_to(dir.sub("three")).code() == Code::kBusy));
  BOOST_TEST(!std::filesystem::exists(dir.sub("three")));
}

BOOST_AUTO_TEST_CASE(copies_under_writers_that_grow_the_map_are_consistent) {
  TempDir dir;
  OpenOptions tiny;
  tiny.initial_map_bytes = 64 << 10;
  auto store = must(open_lmdb(dir.sub("db"), tiny));
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> writers;
  for (int t = 0; t < 2; ++t) {
    writers.emplace_back([&, t] {
      WriteOptions how;
      how.durability = Durability::kDeferred;
      for (int i = 0; !stop && i < 400; ++i) {
        // Two rows that belong together, and ballast.
        const Status status = store->write(how, [&](WriteTxn& txn) {
          const std::string value = std::to_string(i);
          Status put = txn.put(kT, "a" + std::to_string(t), value);
          if (put.ok()) put = txn.put(kT, "b" + std::to_string(t), value);
          if (put.ok())
            put = txn.put(Table::kHistory, number(t * 1000 + i), std::string(9000, 'h'));
          return put;
        });
        if (!status.ok()) ++failures;
      }
    });
  }
  for (int i = 0; i < 8; ++i) {
    const std::string place = dir.sub("copy" + std::to_string(i));
    must(store->copy_to(place));
    auto copy = must(open_lmdb(place, {}));
    auto txn = must(copy->begin_read());
    for (const std::string t : {"0", "1"})
      BOOST_TEST(get(*txn, kT, "a" + t) == get(*txn, kT, "b" + t));
    ScanOptions all;
    all.row_limit = 10000;
    all.byte_limit = 1 << 30;
    for (const KeyValue& row : must(txn->scan(Table::kHistory, {}, all)).rows) {
      if (row.value != std::string(9000, 'h')) ++failures;
    }
  }
  stop = true;
  for (std::thread& thread : writers) thread.join();
  BOOST_TEST(failures == 0);
}

BOOST_AUTO_TEST_CASE(a_copy_that_does_not_fit_leaves_nothing) {
  TempDir dir;
  { fill(*must(open_lmdb(dir.sub("db"), {})), 20000); }
  Child child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = open_lmdb(dir.sub("db"), {});
    if (!store.ok()) return 1;
    const rlimit limit{1 << 20, 1 << 20};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    if ((*store)->copy_to(dir.sub("copy")).code() != Code::kStoreFull) return 3;
    if (std::filesystem::exists(dir.sub("copy"))) return 4;
    std::filesystem::create_directory(dir.sub("there"));
    if ((*store)->copy_to(dir.sub("there")).code() != Code::kStoreFull) return 5;
    return std::filesystem::is_empty(dir.sub("there")) ? 0 : 6;
  });
  BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
