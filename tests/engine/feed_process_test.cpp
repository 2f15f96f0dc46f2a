// Waiting for changes that another process makes.
#include <boost/test/unit_test.hpp>
#include <chrono>

#include "tests/api/fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::engine {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

BOOST_AUTO_TEST_SUITE(engine_feed_process)

BOOST_AUTO_TEST_CASE(a_change_of_another_process_wakes_a_waiter) {
  const kith::testing::TempDir dir;
  const std::string path = dir.sub("crm");
  const kith::testing::Signal go, waiting;
  // Waits for two changes; says how soon after the second one it knew of it.
  kith::testing::Child child([&] {
    if (!go.wait()) return 1;
    const auto db = kith::Database::open(path);
    if (!db.ok() || !waiting.raise()) return 2;
    const auto first = db->wait(0, milliseconds(20'000));
    if (!first.ok() || *first < 1 || !waiting.raise()) return 3;
    const auto second = db->wait(*first, milliseconds(20'000));
    return second.ok() && *second > *first ? 0 : 4;
  });
  test::SmallCrm crm(path);
  BOOST_REQUIRE(go.raise());
  BOOST_REQUIRE(waiting.wait());
  crm.create("account", {{"name", "One"}});
  BOOST_REQUIRE(waiting.wait());
  crm.create("account", {{"name", "Two"}});
  const auto written = Clock::now();
  BOOST_TEST(child.wait() == 0);
  // A waiter that is not told looks for himself within a second; this one was told.
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - written);
  BOOST_TEST(took.count() < 900);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
