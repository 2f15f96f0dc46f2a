// The map grows without the caller's doing, and says so when it cannot.
#include <sys/resource.h>

#include <atomic>
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

constexpr Table kT = Table::kHistory;

OpenOptions tiny() {
  OpenOptions options;
  options.initial_map_bytes = 64 << 10;
  return options;
}

std::string key_of(int i) { return "key" + std::to_string(1000000 + i); }

// Puts keys [first, last) in one transaction.
kith::Status put_keys(Store& store, int first, int last, std::size_t value_bytes = 20,
                      std::chrono::milliseconds timeout = std::chrono::seconds(5)) {
  WriteOptions options;
  options.durability = Durability::kDeferred;
  options.timeout = timeout;
  auto txn = store.begin_write(options);
  if (!txn.ok()) return txn.status();
  for (int i = first; i < last; ++i) {
    kith::Status status = (*txn)->put(kT, key_of(i), std::string(value_bytes, 'v'));
    if (!status.ok()) return status;
  }
  return (*txn)->commit();
}

std::size_t count_keys(Store& store) {
  auto txn = must(store.begin_read());
  ScanOptions options;
  options.keys_only = true;
  options.row_limit = 1 << 30;
  options.byte_limit = 1 << 30;
  return must(txn->scan(kT, KeyRange::all(), options)).rows.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_growth)

BOOST_AUTO_TEST_CASE(a_tiny_map_grows_over_many_transactions) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  BOOST_TEST(must(store->info()).map_bytes == 64u << 10);
  for (int i = 0; i < 120; ++i) must(put_keys(*store, i * 1000, (i + 1) * 1000));
  BOOST_TEST(count_keys(*store) == 120000u);
  const StoreInfo info = must(store->info());
  BOOST_TEST(info.map_bytes > 4u << 20);
  BOOST_TEST((info.map_bytes & (info.map_bytes - 1)) == 0u);  // a power of two
}

BOOST_AUTO_TEST_CASE(one_transaction_larger_than_the_map_is_done_again_in_a_larger_one) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  auto txn = must(store->begin_write({}));
  for (std::uint64_t i = 0; i < 20000; ++i) must(txn->add_posting("p", i));
  must(txn->put(kT, "gone", "x"));
  must(txn->erase(kT, "gone"));
  for (int i = 0; i < 100000; ++i) must(txn->put(kT, key_of(i), std::string(20, 'v')));
  must(txn->erase_range(kT, {key_of(0), key_of(10)}));
  must(txn->remove_posting("p", 0));
  const TxnStats stats = txn->stats();
  BOOST_TEST(stats.puts == 120001u);  // replays do not count
  must(txn->commit());
  BOOST_TEST(count_keys(*store) == 100000u - 10u);
  BOOST_TEST(must(must(store->begin_read())->count_postings("p")) == 19999u);
}

BOOST_AUTO_TEST_CASE(large_values_fill_the_map_in_the_commit_too) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  for (int round = 0; round < 30; ++round) {
    must(put_keys(*store, 0, 5 + round, 3000 + 500 * round));  // rewrites: the free list grows
  }
  BOOST_TEST(count_keys(*store) == 34u);
}

BOOST_AUTO_TEST_CASE(a_map_with_a_limit_is_full_at_the_limit) {
  TempDir dir;
  OpenOptions options = tiny();
  options.max_map_bytes = 1 << 20;
  auto store = must(open_lmdb(dir.path(), options));
  kith::Status status;
  int done = 0;
  for (; status.ok() && done < 100; ++done) {
    status = put_keys(*store, done * 100, (done + 1) * 100, 500);
  }
  BOOST_TEST((status.code() == Code::kStoreFull));
  BOOST_TEST(std::string(status.message()).find("max_map_bytes") != std::string::npos);
  BOOST_TEST(must(store->info()).map_bytes == 1u << 20);
  BOOST_TEST(count_keys(*store) == std::size_t((done - 1) * 100));  // all of what was committed
  for (int first : {0, 250}) {  // a full database can be emptied,
    auto txn = must(store->begin_write({}));
    must(txn->erase_range(kT, {key_of(first), key_of(first + 250)}));
    must(txn->commit());
  }
  must(put_keys(*store, 0, 100, 500));  // and what that freed is used
  store.reset();
  store = must(open_lmdb(dir.path(), tiny()));  // with no limit it goes on
  must(put_keys(*store, 100000, 100100, 5000));
}

BOOST_AUTO_TEST_CASE(open_snapshots_hold_growth_up_and_are_not_disturbed) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  must(put_keys(*store, 0, 10));
  auto snapshot = must(store->begin_read());
  const std::string_view value = *must(snapshot->get(kT, key_of(3)));
  const kith::Status status = put_keys(*store, 10, 5000, 100, std::chrono::milliseconds(50));
  BOOST_TEST((status.code() == Code::kBusy));
  BOOST_TEST(std::string(status.message()).find("snapshots") != std::string::npos);
  BOOST_TEST(value == std::string(20, 'v'));
  must(put_keys(*store, 10, 11));  // small writes still fit
  snapshot.reset();
  must(put_keys(*store, 10, 5000, 100));
  BOOST_TEST(count_keys(*store) == 5000u);
}

BOOST_AUTO_TEST_CASE(growth_goes_on_when_the_last_snapshot_ends,
                     *boost::unit_test::label("concurrent")) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  auto snapshot = must(store->begin_read());
  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    snapshot.reset();
  });
  must(put_keys(*store, 0, 5000, 100));
  ends.join();
  BOOST_TEST(count_keys(*store) == 5000u);
}

BOOST_AUTO_TEST_CASE(readers_come_and_go_while_the_map_grows,
                     *boost::unit_test::label("concurrent")) {
  TempDir dir;
  auto store = must(open_lmdb(dir.path(), tiny()));
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      while (!stop) {
        auto txn = store->begin_read();
        auto batch = txn.ok() ? (*txn)->scan(kT, KeyRange::all(), {}) : txn.status();
        if (!batch.ok()) ++failures;
        for (const KeyValue& row : batch.ok() ? batch->rows : std::vector<KeyValue>()) {
          if (row.value != std::string(100, 'v')) ++failures;
        }
        std::this_thread::yield();
      }
    });
  }
  for (int i = 0; i < 40; ++i) must(put_keys(*store, i * 500, (i + 1) * 500, 100));
  stop = true;
  for (std::thread& reader : readers) reader.join();
  BOOST_TEST(failures == 0);
  BOOST_TEST(count_keys(*store) == 20000u);
}

BOOST_AUTO_TEST_CASE(growth_by_another_process_is_followed) {
  TempDir dir;
  Signal go;
  Child child([&] {
    if (!go.wait()) return 1;
    auto store = open_lmdb(dir.path(), tiny());
    if (!store.ok()) return 2;
    for (int i = 0; i < 50; ++i) {
      if (!put_keys(**store, i * 1000, (i + 1) * 1000).ok()) return 3;
    }
    return 0;
  });
  auto store = must(open_lmdb(dir.path(), tiny()));
  must(put_keys(*store, 0, 1));
  BOOST_TEST(count_keys(*store) == 1u);
  BOOST_TEST(go.raise());
  BOOST_TEST(child.wait() == 0);
  BOOST_TEST(must(store->info()).map_bytes < must(store->info()).file_bytes);
  BOOST_TEST(count_keys(*store) == 50000u);  // a reader adopts the size,
  must(put_keys(*store, 50000, 60000));      // and so does a writer
  BOOST_TEST(count_keys(*store) == 60000u);
}

BOOST_AUTO_TEST_CASE(a_writer_follows_growth_by_another_process) {
  TempDir dir;
  Signal go;
  Child child([&] {
    if (!go.wait()) return 1;
    auto store = open_lmdb(dir.path(), tiny());
    return store.ok() && put_keys(**store, 0, 50000).ok() ? 0 : 2;
  });
  auto store = must(open_lmdb(dir.path(), tiny()));
  auto snapshot = must(store->begin_read());
  BOOST_TEST(go.raise());
  BOOST_TEST(child.wait() == 0);
  WriteOptions soon;
  soon.timeout = std::chrono::milliseconds(30);
  BOOST_TEST((store->begin_write(soon).status().code() == Code::kBusy));
  snapshot.reset();
  must(put_keys(*store, 50000, 50001));
  BOOST_TEST(count_keys(*store) == 50001u);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_loses_nothing) {
  TempDir dir;
  { must(put_keys(*must(open_lmdb(dir.path(), {})), 0, 100)); }
  Child child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto store = open_lmdb(dir.path(), {});
    if (!store.ok()) return 1;
    const rlimit limit{256 << 10, 256 << 10};  // no file of this process grows beyond
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    const Code code = put_keys(**store, 100, 5000, 500).code();
    if (code != Code::kStoreFull && code != Code::kIo) return 3;  // a short write is EIO
    auto txn = (*store)->begin_read();
    if (!txn.ok() || !(*txn)->get(kT, key_of(7))->has_value()) return 4;
    txn = kith::Status(Code::kClosed, "done");
    return put_keys(**store, 100, 101).ok() ? 0 : 5;  // what fits goes on
  });
  BOOST_TEST(child.wait() == 0);
  BOOST_TEST(count_keys(*must(open_lmdb(dir.path(), {}))) == 101u);
}

BOOST_AUTO_TEST_SUITE_END()
