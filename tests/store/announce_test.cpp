// Who waits for the next change is woken by whoever makes it.
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/store/backends.hpp"
#include "tests/store/processes.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::testing::Child;
using kith::testing::Signal;
using kith::testing::TempDir;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds wait(Store& store, std::uint64_t sequence, int timeout) {
  const auto start = steady_clock::now();
  must(store.wait_for(sequence, milliseconds(timeout)));
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_announce, *boost::unit_test::label("concurrent"))

BOOST_DATA_TEST_CASE(what_was_announced_is_not_waited_for, kBackends) {
  Opened db(sample);
  db->announce(5);
  BOOST_TEST(wait(*db.operator->(), 4, 5000).count() < 1000);
  db->announce(3);  // never back
  BOOST_TEST(wait(*db.operator->(), 4, 5000).count() < 1000);
  BOOST_TEST(wait(*db.operator->(), 5, 60).count() >= 50);
}

BOOST_DATA_TEST_CASE(a_thread_wakes_another, kBackends) {
  Opened db(sample);
  std::atomic<bool> woken{false};
  std::thread waits([&] {
    while (wait(*db.operator->(), 7, 5000).count() >= 4000) {
    }
    woken = true;
  });
  std::this_thread::sleep_for(milliseconds(30));
  db->announce(7);  // not above it
  std::this_thread::sleep_for(milliseconds(30));
  BOOST_TEST(!woken);
  db->announce(8);
  waits.join();
  BOOST_TEST(woken);
}

BOOST_AUTO_TEST_CASE(a_process_wakes_another) {
  TempDir dir;
  Signal waiting;
  Signal first;
  Child child([&] {
    auto store = open_lmdb(dir.path(), {});
    if (!store.ok() || !first.wait()) return 1;
    std::this_thread::sleep_for(milliseconds(50));
    (*store)->announce(11);
    return 0;
  });
  auto store = must(open_lmdb(dir.path(), {}));
  BOOST_TEST(first.raise());
  // Less than a second: it did not only look once more.
  BOOST_TEST(wait(*store, 10, 10000).count() < 900);
  BOOST_TEST(child.wait() == 0);
  BOOST_TEST(wait(*store, 10, 5000).count() < 900);
}

BOOST_AUTO_TEST_CASE(what_was_announced_before_everybody_left_is_forgotten) {
  TempDir dir;
  { must(open_lmdb(dir.path(), {}))->announce(100); }
  auto store = must(open_lmdb(dir.path(), {}));
  BOOST_TEST(wait(*store, 50, 60).count() >= 50);  // a commit that a power failure undid
  store->announce(51);
  BOOST_TEST(wait(*store, 50, 5000).count() < 1000);
}

BOOST_AUTO_TEST_CASE(without_the_right_to_write_one_only_sleeps) {
  TempDir dir;
  const std::string path = dir.sub("db");
  { must(open_lmdb(path, {})); }
  std::filesystem::remove(path + "/kith.lock");
  ::chmod(dir.path().c_str(), 0755);
  ::chmod(path.c_str(), 0555);
  Child child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 77;
    OpenOptions read_only;
    read_only.read_only = true;
    auto store = open_lmdb(path, read_only);
    if (!store.ok()) return 1;
    (*store)->announce(9);
    const auto start = steady_clock::now();
    if (!(*store)->wait_for(1, milliseconds(60)).ok()) return 2;
    return steady_clock::now() - start >= milliseconds(50) ? 0 : 3;
  });
  BOOST_TEST(child.wait() == 0);
  ::chmod(path.c_str(), 0755);
}

BOOST_AUTO_TEST_SUITE_END()
