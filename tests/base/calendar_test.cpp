#include "base/calendar.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

using namespace kith;
using namespace kith::base;

namespace {

Date day(const char* text) { return *Date::parse(text); }
std::string show(const Result<Date>& date) { return date.ok() ? date->to_string() : "refused"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(base_calendar)

BOOST_AUTO_TEST_CASE(adding_months_clamps_to_the_end_of_the_month) {
  BOOST_TEST(show(add_months(day("2017-01-31"), 1)) == "2017-02-28");
  BOOST_TEST(show(add_months(day("2016-01-31"), 1)) == "2016-02-29");
  BOOST_TEST(show(add_months(day("2016-02-29"), 12)) == "2017-02-28");
  BOOST_TEST(show(add_months(day("2017-03-31"), -1)) == "2017-02-28");
  BOOST_TEST(show(add_months(day("2017-01-15"), -1)) == "2016-12-15");
  BOOST_TEST(show(add_months(day("2017-11-30"), 14)) == "2019-01-30");
  BOOST_TEST(show(add_months(day("0001-01-31"), -1)) == "refused");
  BOOST_TEST(show(add_months(day("0001-02-28"), -1)) == "0001-01-28");
  BOOST_TEST(show(add_months(day("9999-12-01"), 1)) == "refused");
  BOOST_TEST(show(add_months(day("9999-11-30"), 1)) == "9999-12-30");
  BOOST_TEST(show(add_months(day("2017-01-01"), std::numeric_limits<std::int64_t>::max())) ==
             "refused");
  BOOST_TEST(show(add_months(day("2017-01-01"), std::numeric_limits<std::int64_t>::min())) ==
             "refused");
}

BOOST_AUTO_TEST_CASE(adding_days_stays_within_the_range) {
  BOOST_TEST(show(add_days(day("2016-02-28"), 2)) == "2016-03-01");
  BOOST_TEST(show(add_days(day("2017-01-01"), -1)) == "2016-12-31");
  BOOST_TEST(show(add_days(day("9999-12-31"), 1)) == "refused");
  BOOST_TEST(show(add_days(day("0001-01-01"), -1)) == "refused");
  BOOST_TEST(show(add_days(day("2017-01-01"), std::numeric_limits<std::int64_t>::max())) ==
             "refused");
}

BOOST_AUTO_TEST_CASE(periods_start_where_they_should) {
  const Date some = day("2017-05-17");  // a Wednesday
  BOOST_TEST(show(start_of(Period::kDay, some)) == "2017-05-17");
  BOOST_TEST(show(start_of(Period::kWeek, some)) == "2017-05-15");
  BOOST_TEST(show(start_of(Period::kMonth, some)) == "2017-05-01");
  BOOST_TEST(show(start_of(Period::kQuarter, some)) == "2017-04-01");
  BOOST_TEST(show(start_of(Period::kYear, some)) == "2017-01-01");
  BOOST_TEST(show(start_of(Period::kWeek, day("0001-01-03"))) == "0001-01-01");
  BOOST_TEST(show(start_of_following(Period::kWeek, some)) == "2017-05-22");
  BOOST_TEST(show(start_of_following(Period::kQuarter, some, 3)) == "2018-01-01");
  BOOST_TEST(show(start_of_following(Period::kMonth, day("2017-01-31"))) == "2017-02-01");
  BOOST_TEST(show(start_of_following(Period::kYear, some, -1)) == "2016-01-01");
  for (const Period period :
       {Period::kDay, Period::kWeek, Period::kMonth, Period::kQuarter, Period::kYear}) {
    BOOST_TEST(show(start_of_following(period, day("9999-12-31"))) == "refused");
    BOOST_TEST(show(start_of_following(period, some, std::numeric_limits<std::int64_t>::min())) ==
               "refused");
  }
}

BOOST_AUTO_TEST_CASE(labels_name_the_period) {
  const Date some = day("2017-03-01");
  BOOST_TEST(period_label(Period::kDay, some) == "2017-03-01");
  BOOST_TEST(period_label(Period::kWeek, some) == "2017-W09");
  BOOST_TEST(period_label(Period::kMonth, some) == "2017-03");
  BOOST_TEST(period_label(Period::kQuarter, some) == "2017-Q1");
  BOOST_TEST(period_label(Period::kYear, some) == "2017");
  BOOST_TEST(period_label(Period::kQuarter, day("0007-12-31")) == "0007-Q4");
  for (const char* name : {"day", "week", "month", "quarter", "year"}) {
    BOOST_REQUIRE(period_from_name(name).has_value());
    BOOST_TEST(period_name(*period_from_name(name)) == name);
  }
  BOOST_TEST(!period_from_name("decade").has_value());
}

BOOST_AUTO_TEST_CASE(weeks_are_those_of_iso_8601) {
  struct Row {
    const char *day, *label;
  };
  for (const Row& row :
       {Row{"2017-01-01", "2016-W52"}, Row{"2016-01-03", "2015-W53"}, Row{"2016-01-04", "2016-W01"},
        Row{"2014-12-29", "2015-W01"}, Row{"2020-12-31", "2020-W53"}, Row{"2021-01-03", "2020-W53"},
        Row{"2008-12-31", "2009-W01"}, Row{"0001-01-01", "0001-W01"},
        Row{"9999-12-31", "9999-W52"}}) {
    BOOST_TEST(period_label(Period::kWeek, day(row.day)) == row.label);
  }
}

BOOST_AUTO_TEST_CASE(periods_hold_their_days_and_follow_one_another) {
  for (const Period period : {Period::kWeek, Period::kMonth, Period::kQuarter, Period::kYear}) {
    for (std::int32_t n = 10'000; n < 20'000; n += 3) {
      const Date start = start_of(period, Date(n));
      const Date next = *start_of_following(period, Date(n));
      const bool good = start <= Date(n) && Date(n) < next && start_of(period, next) == next &&
                        start_of(period, start) == start &&
                        period_label(period, start) == period_label(period, Date(n)) &&
                        period_label(period, start) < period_label(period, next);
      if (!good) BOOST_FAIL(period_name(period) << " " << Date(n).to_string());
    }
  }
  BOOST_TEST(day_of_year(day("2016-12-31")) == 366);
  BOOST_TEST(day_of_year(day("2017-03-01")) == 60);
  BOOST_TEST(day_of_year(day("2016-03-01")) == 61);
}

BOOST_AUTO_TEST_SUITE_END()
