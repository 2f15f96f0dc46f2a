// Captured events told again, and the indexes by which people are found.
#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "kith/capture.hpp"
#include "tests/crm/crm_fixture.hpp"

namespace kith::test {

namespace {

BOOST_FIXTURE_TEST_SUITE(crm_capture_repeats, StandardCrm)

// Events with ids, told once or twice, in any order of the repeats, give the same records.
BOOST_AUTO_TEST_CASE(telling_everything_twice_changes_nothing) {
  std::uint64_t seed = 20260301;
  auto next = [&](std::uint64_t below) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (seed >> 33) % below;
  };
  auto pick = [&](const std::vector<std::string>& of) { return of[next(of.size())]; };
  for (int round = 0; round < 20; ++round) {
    std::vector<CaptureEvent> events;
    for (int i = 0; i < 12; ++i) {
      CaptureEvent event{.id = "event-" + std::to_string(i),
                         .kind = pick({"form", "call", "chat"})};
      event.email = pick({"", "ann@x.org", "Bob <bob@x.org>", "bad address", "eva@y.org"});
      event.phone = pick({"", "+43660111", "+43 660 222", "none"});
      event.company = pick({"", "Acme", "acme ", "Beta"});
      event.name = pick({"", "Ann Lee", "Bob"});
      events.push_back(event);
    }
    StandardCrm once;
    StandardCrm twice;
    for (const CaptureEvent& event : events) (void)once.try_capture(event);
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Result<CaptureResult> first = twice.try_capture(events[i]);
      const Result<CaptureResult> again = twice.try_capture(events[next(i + 1)]);
      if (again.ok()) BOOST_TEST(again->repeated);
      if (first.ok()) BOOST_TEST(!first->repeated);
    }
    for (const char* type : {"contact", "account", "activity"}) {
      Query all;
      all.entity = type;
      const Rows expected = require(once.read().query(all));
      BOOST_TEST((require(twice.read().query(all)).rows == expected.rows), type);
    }
    BOOST_TEST(require(once.db.info()).last_sequence == require(twice.db.info()).last_sequence);
  }
}

BOOST_AUTO_TEST_CASE(people_are_found_by_index) {
  for (const char* where :
       {"r.email == params.value", "r.phone == params.value", "r.mobile == params.value"}) {
    Query query;
    query.entity = "contact";
    query.where = where;
    query.params = {{"value", "+43660111"}};
    const std::string plan = require(read().query(query)).stats.plan;
    BOOST_TEST(plan.find("index contact.by_") != std::string::npos, plan);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::test
