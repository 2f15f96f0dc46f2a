// Generated operations through the public interface, held against a model of a few maps.
#include <boost/test/unit_test.hpp>

#include "tests/support/temp_dir.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/replay.hpp"

namespace kith::test {

namespace {

void check_seeds(std::uint64_t first, std::uint64_t last, workload::ReplayOptions options) {
  if (const auto wanted = workload::wanted_seed()) first = last = *wanted;
  options.command += " build/dev/bin/kith_tests --run_test=api_model_based";
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const std::string failure = workload::replay(seed, options);
    BOOST_TEST(failure.empty(), failure);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_model_based)

BOOST_AUTO_TEST_CASE(generated_operations_in_memory) { check_seeds(1, 12, {}); }

BOOST_AUTO_TEST_CASE(generated_operations_on_disk_with_reopening) {
  testing::TempDir dir;
  workload::ReplayOptions options;
  options.path = dir.sub("crm");
  check_seeds(101, 104, options);
}

// Else the cases above would prove nothing.
BOOST_AUTO_TEST_CASE(a_model_that_knows_one_record_less_is_found_out) {
  workload::SeededChoices choices(7);
  auto database = workload::create_database(":memory:");
  BOOST_REQUIRE(database.ok());
  workload::Workload work(*database, choices);
  while (work.ok() && work.oracle().committed.size() < 20) work.step();
  const auto snapshot = work.session().read();
  BOOST_REQUIRE(snapshot.ok());
  BOOST_TEST(workload::compare(*snapshot, work.oracle()).empty());
  workload::Oracle forgetful = work.oracle();
  forgetful.committed.erase(forgetful.committed.begin());
  BOOST_TEST(!workload::compare(*snapshot, forgetful).empty());
  forgetful = work.oracle();
  forgetful.committed.begin()->second.fields["name"] = "somebody else";
  BOOST_TEST(!workload::compare(*snapshot, forgetful).empty());
}

BOOST_AUTO_TEST_CASE(bytes_are_operations_too) {
  const std::uint8_t bytes[] = {3,  141, 59, 26, 53, 58, 97, 93, 238, 46, 26, 43, 38, 32, 79, 50,
                                28, 84,  19, 71, 69, 39, 93, 75, 10,  58, 20, 97, 49, 44, 59, 230};
  workload::ByteChoices choices(bytes, sizeof bytes);
  auto database = workload::create_database(":memory:");
  BOOST_REQUIRE(database.ok());
  workload::Workload work(*database, choices);
  while (work.ok() && !choices.used_up()) work.step();
  BOOST_TEST(work.ok());
  BOOST_TEST(!work.oracle().committed.empty());
  const auto snapshot = work.session().read();
  BOOST_REQUIRE(snapshot.ok());
  BOOST_TEST(workload::compare(*snapshot, work.oracle()).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
