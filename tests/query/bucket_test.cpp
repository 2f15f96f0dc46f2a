#include "query/bucket.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

namespace {

using namespace kith;
using query::LocalDays;

}  // namespace

BOOST_AUTO_TEST_SUITE(query_bucket)

// The remembered offsets must give what the zone itself says, around changes of the clocks too.
BOOST_AUTO_TEST_CASE(days_agree_with_the_zone) {
  std::mt19937_64 random(7);
  for (const char* name : {"UTC", "Europe/Vienna", "America/St_Johns", "Pacific/Apia",
                           "Asia/Kolkata", "America/Sao_Paulo", "-02:30"}) {
    const auto zone = base::TimeZone::load(name);
    BOOST_REQUIRE(zone.ok());
    LocalDays days(*zone);
    for (int i = 0; i < 3000; ++i) {
      // 1950 to 2100
      const std::int64_t seconds = static_cast<std::int64_t>(random() % 4733510400) - 631152000;
      const std::int64_t us = seconds * 1'000'000 + static_cast<std::int64_t>(random() % 1'000'000);
      const Date expected = zone->date(Timestamp::from_microseconds(us));
      BOOST_REQUIRE_EQUAL(days.day_of(us), expected.days_since_epoch());
    }
  }
}

BOOST_AUTO_TEST_CASE(days_agree_all_through_a_change_of_clocks) {
  const auto vienna = *base::TimeZone::load("Europe/Vienna");
  LocalDays days(vienna);
  const std::int64_t begin = Timestamp::parse("2017-03-25T00:00:00Z")->seconds();
  for (std::int64_t minute = 0; minute < 3 * 1440; minute += 7) {
    const std::int64_t us = (begin + minute * 60) * 1'000'000;
    BOOST_REQUIRE_EQUAL(days.day_of(us),
                        vienna.date(Timestamp::from_microseconds(us)).days_since_epoch());
  }
}

BOOST_AUTO_TEST_SUITE_END()
