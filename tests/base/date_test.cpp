#include "kith/date.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

using kith::Date;
using kith::Duration;
using kith::Timestamp;

namespace {

Date date(const std::string& text) {
  const auto result = Date::parse(text);
  BOOST_REQUIRE_MESSAGE(result.ok(), text << ": " << result.status().to_string());
  return *result;
}

Timestamp timestamp(const std::string& text) {
  const auto result = Timestamp::parse(text);
  BOOST_REQUIRE_MESSAGE(result.ok(), text << ": " << result.status().to_string());
  return *result;
}

std::int64_t nanoseconds(const std::string& text) {
  const auto result = Duration::parse(text);
  BOOST_REQUIRE_MESSAGE(result.ok(), text << ": " << result.status().to_string());
  return result->total_nanoseconds();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_date)

BOOST_AUTO_TEST_CASE(days_count_from_1970) {
  BOOST_TEST(date("1970-01-01").days_since_epoch() == 0);
  BOOST_TEST(date("1969-12-31").days_since_epoch() == -1);
  BOOST_TEST(date("2000-03-01").days_since_epoch() == 11017);
  BOOST_TEST(date("0001-01-01").days_since_epoch() == -719162);
  BOOST_TEST(date("9999-12-31").days_since_epoch() == 2932896);
}

BOOST_AUTO_TEST_CASE(every_day_of_the_range_survives_the_round_trip) {
  kith::CivilDay before{0, 12, 31};
  int weekday = 1;  // 0001-01-01 was a Monday
  for (std::int32_t days = -719162; days <= 2932896; ++days) {
    const Date day(days);
    const kith::CivilDay civil = day.civil();
    const auto back = Date::from_civil(civil.year, civil.month, civil.day);
    if (!back.ok() || *back != day || !(before < civil) || day.weekday() != weekday) {
      BOOST_FAIL("day " << days << " is " << day.to_string());
    }
    before = civil;
    weekday = weekday % 7 + 1;
  }
  BOOST_TEST((before == kith::CivilDay{9999, 12, 31}));
}

BOOST_AUTO_TEST_CASE(days_outside_the_range_do_not_misbehave) {
  BOOST_TEST(Date(-719163).to_string() == "0000-12-31");
  BOOST_TEST(Date(2932897).to_string() == "10000-01-01");
  BOOST_TEST(Date(std::numeric_limits<std::int32_t>::min()).weekday() >= 1);
  BOOST_TEST(Date(std::numeric_limits<std::int32_t>::max()).weekday() <= 7);
  BOOST_TEST(!Date(std::numeric_limits<std::int32_t>::min()).to_string().empty());
}

BOOST_AUTO_TEST_CASE(parses_only_days_that_exist) {
  BOOST_TEST(date("2016-02-29").to_string() == "2016-02-29");
  BOOST_TEST(date("2000-02-29").weekday() == 2);
  BOOST_TEST(date("0001-01-01").to_string() == "0001-01-01");
  for (const char* bad :
       {"", "2017-02-29", "1900-02-29", "2017-13-01", "2017-00-10", "2017-04-31", "2017-01-00",
        "0000-01-01", "10000-01-01", "2017-1-1", "17-01-01", "2017/01/01", "2017-01-01 ",
        " 2017-01-01", "2017-01-01T00:00:00Z", "-001-01-01", "2017-0a-01", "20170101"}) {
    BOOST_TEST(!Date::parse(bad).ok(), bad);
  }
  BOOST_TEST(Date::parse("2017-02-29").status().message() ==
             "\"2017-02-29\" is not a date: day 29 is not within 1..28, the days of 2017-02");
}

BOOST_AUTO_TEST_CASE(durations_take_the_form_of_go) {
  BOOST_TEST(nanoseconds("1h30m") == 5'400'000'000'000);
  BOOST_TEST(nanoseconds("-2.5s") == -2'500'000'000);
  BOOST_TEST(nanoseconds("+250ms") == 250'000'000);
  BOOST_TEST(nanoseconds("3d") == 259'200'000'000'000);
  BOOST_TEST(nanoseconds("0") == 0);
  BOOST_TEST(nanoseconds("-0") == 0);
  BOOST_TEST(nanoseconds("1m1ms1us1ns") == 60'001'001'001);
  BOOST_TEST(nanoseconds("2\xC2\xB5s") == 2000);
  BOOST_TEST(nanoseconds("2\xCE\xBCs") == 2000);
  BOOST_TEST(nanoseconds(".5h") == 1'800'000'000'000);
  BOOST_TEST(nanoseconds("1.s") == 1'000'000'000);
  BOOST_TEST(nanoseconds("0.1234567899s") == 123'456'789);
  BOOST_TEST(nanoseconds("0.99999999999999999999999999h") == 3'599'999'999'999);
  BOOST_TEST(nanoseconds("9223372036854775807ns") == std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(nanoseconds("-9223372036854775808ns") == std::numeric_limits<std::int64_t>::min());
  for (const char* bad :
       {"", "-", "+", "1", "s", ".s", "1h-30m", "1 h", "1H", "1.5.5s", "--1s", "1y", "h1", "1e3s",
        "9223372036854775808ns", "-9223372036854775809ns", "300000h30000000h",
        "99999999999999999999999999999999999999999999d", "107000d"}) {
    BOOST_TEST(!Duration::parse(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_CASE(durations_print_as_seconds) {
  BOOST_TEST(Duration::minutes(90).to_string() == "5400s");
  BOOST_TEST(Duration::microseconds(250'000).to_string() == "0.25s");
  BOOST_TEST(Duration::nanoseconds(-1).to_string() == "-0.000000001s");
  BOOST_TEST(Duration().to_string() == "0s");
  BOOST_TEST(Duration::nanoseconds(std::numeric_limits<std::int64_t>::min()).to_string() ==
             "-9223372036.854775808s");
  BOOST_TEST(Duration::nanoseconds(-1500).total_microseconds() == -1);
}

BOOST_AUTO_TEST_CASE(timestamps_follow_rfc_3339) {
  BOOST_TEST(timestamp("2009-02-13T23:31:30Z").seconds() == 1234567890);
  BOOST_TEST(timestamp("2017-03-01T09:30:00+01:00").to_string() == "2017-03-01T08:30:00Z");
  BOOST_TEST(timestamp("2017-03-01T00:15:00+01:00").to_string() == "2017-02-28T23:15:00Z");
  BOOST_TEST(timestamp("2017-12-31T22:00:00-02:30").to_string() == "2018-01-01T00:30:00Z");
  BOOST_TEST(timestamp("2017-03-01t09:30:00.250z").to_string() == "2017-03-01T09:30:00.25Z");
  BOOST_TEST(timestamp("1969-12-31T23:59:59.999999999Z").seconds() == -1);
  BOOST_TEST(timestamp("1969-12-31T23:59:59.999999999Z").nanoseconds() == 999'999'999);
  BOOST_TEST(timestamp("0001-01-01T00:00:00Z").seconds() == -62135596800);
  BOOST_TEST(timestamp("9999-12-31T23:59:59.999999999Z").seconds() == 253402300799);
  for (const char* bad : {"",
                          "2017-03-01",
                          "2017-03-01T09:30:00",
                          "2017-03-01 09:30:00Z",
                          "2017-03-01T09:30Z",
                          "2017-03-01T24:00:00Z",
                          "2017-03-01T09:60:00Z",
                          "2017-03-01T09:30:60Z",
                          "2017-03-01T09:30:00.Z",
                          "2017-03-01T09:30:00.1234567890Z",
                          "2017-03-01T09:30:00+1:00",
                          "2017-03-01T09:30:00+0100",
                          "2017-03-01T09:30:00+24:00",
                          "2017-03-01T09:30:00+01:60",
                          "2017-03-01T09:30:00Z ",
                          "2017-02-29T09:30:00Z",
                          "0000-12-31T23:59:59Z",
                          "0001-01-01T00:30:00+01:00",
                          "9999-12-31T23:30:00-01:00",
                          "10000-01-01T00:00:00Z"}) {
    BOOST_TEST(!Timestamp::parse(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_CASE(microseconds_round_toward_the_past) {
  BOOST_TEST(Timestamp(0, 1999).to_microseconds() == 1);
  BOOST_TEST(timestamp("1969-12-31T23:59:59.9999995Z").to_microseconds() == -1);
  BOOST_TEST(timestamp("1969-12-31T23:59:59.9999990Z").to_microseconds() == -1);
  BOOST_TEST(timestamp("1969-12-31T23:59:59.9999989Z").to_microseconds() == -2);
  BOOST_TEST(Timestamp::from_microseconds(-1).seconds() == -1);
  BOOST_TEST(Timestamp::from_microseconds(-1).nanoseconds() == 999'999'000);
  BOOST_TEST(Timestamp::from_microseconds(-1'000'000).to_string() == "1969-12-31T23:59:59Z");
  for (const std::int64_t us :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'234'567'890'123'456},
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min() + 999}) {
    BOOST_TEST(Timestamp::from_microseconds(us).to_microseconds() == us);
  }
  // An instant that microseconds cannot say is the farthest they can.
  BOOST_TEST(Timestamp(std::numeric_limits<std::int64_t>::max(), 0).to_microseconds() ==
             std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(Timestamp(std::numeric_limits<std::int64_t>::min(), 0).to_microseconds() ==
             std::numeric_limits<std::int64_t>::min());
}

BOOST_AUTO_TEST_CASE(the_range_is_the_years_1_to_9999) {
  BOOST_TEST(Timestamp(-62135596800, 0).in_range());
  BOOST_TEST(!Timestamp(-62135596801, 999'999'999).in_range());
  BOOST_TEST(Timestamp(253402300799, 999'999'999).in_range());
  BOOST_TEST(!Timestamp(253402300800, 0).in_range());
  BOOST_TEST(!Timestamp(0, 1'000'000'000).in_range());
  BOOST_TEST(!Timestamp(0, -1).in_range());
  BOOST_TEST(Timestamp(std::numeric_limits<std::int64_t>::min(), 0).to_string().starts_with("-"));
}

BOOST_AUTO_TEST_SUITE_END()
