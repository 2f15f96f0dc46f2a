#include "base/business_calendar.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

using namespace kith;
using namespace kith::base;

namespace {

Date day(const char* text) { return *Date::parse(text); }
Timestamp at(const char* text) { return *Timestamp::parse(text); }

template <typename T>
std::string show(const Result<T>& result) {
  return result.ok() ? result->to_string() : "refused";
}

TimeZone zone(const char* name) {
  const Result<TimeZone> found = TimeZone::load(name);
  BOOST_REQUIRE_MESSAGE(found.ok(), found.status().to_string());
  return *found;
}

constexpr std::int32_t kHour = 3600;

// 09:00-12:30 and 13:00-17:00, Friday until noon; Christmas is free, one Saturday is not.
BusinessCalendar office(const char* zone_name) {
  BusinessHours hours;
  for (std::size_t i = 0; i < 4; ++i) {
    hours.week[i] = {{9 * kHour, 12 * kHour + 1800}, {13 * kHour, 17 * kHour}};
  }
  hours.week[4] = {{9 * kHour, 12 * kHour}};
  hours.holidays = {day("2026-12-25"), day("2026-01-01"), day("2026-12-24")};
  hours.exceptions[day("2026-12-19")] = {{10 * kHour, 14 * kHour}};
  hours.exceptions[day("2026-12-24")] = {{9 * kHour, 11 * kHour}};  // above the holiday
  return BusinessCalendar(std::move(hours), zone(zone_name));
}

// By the definition, hour by hour: what working_time() must give for whole hours.
std::int64_t hours_one_by_one(const BusinessCalendar& calendar, Timestamp a, Timestamp b) {
  std::int64_t seconds = 0;
  for (std::int64_t s = a.seconds(); s < b.seconds(); s += 1800) {
    const CivilTime local = calendar.zone().civil(Timestamp(s, 0));
    const std::int32_t second = local.hour * 3600 + local.minute * 60;
    const auto exception = calendar.hours().exceptions.find(local.date);
    const auto& holidays = calendar.hours().holidays;
    DayHours here;
    if (exception != calendar.hours().exceptions.end()) {
      here = exception->second;
    } else if (std::find(holidays.begin(), holidays.end(), local.date) == holidays.end()) {
      here = calendar.hours().week[static_cast<std::size_t>(local.date.weekday() - 1)];
    }
    for (const DayRange& range : here) {
      if (second >= range.from && second < range.to) seconds += 1800;
    }
  }
  return seconds;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_business_calendar)

BOOST_AUTO_TEST_CASE(days_are_counted_and_added) {
  const BusinessCalendar calendar = office("Europe/Vienna");
  BOOST_TEST(calendar.is_business_day(day("2026-12-19")));
  BOOST_TEST(!calendar.is_business_day(day("2026-12-20")));
  BOOST_TEST(calendar.is_business_day(day("2026-12-24")));
  BOOST_TEST(!calendar.is_business_day(day("2026-12-25")));
  BOOST_TEST(calendar.days_between(day("2026-12-18"), day("2026-12-28")) == 6);
  BOOST_TEST(calendar.days_between(day("2026-12-28"), day("2026-12-18")) == -6);
  BOOST_TEST(calendar.days_between(day("2026-12-20"), day("2026-12-20")) == 0);
  BOOST_TEST(show(calendar.add_days(day("2026-12-18"), 1)) == "2026-12-19");
  BOOST_TEST(show(calendar.add_days(day("2026-12-18"), 6)) == "2026-12-28");
  BOOST_TEST(show(calendar.add_days(day("2026-12-28"), -6)) == "2026-12-18");
  BOOST_TEST(show(calendar.add_days(day("2026-12-20"), 0)) == "2026-12-20");
  BOOST_TEST(show(calendar.add_days(day("2026-12-20"), -1)) == "2026-12-19");
}

BOOST_AUTO_TEST_CASE(adding_and_counting_agree_everywhere) {
  const BusinessCalendar calendar = office("UTC");
  for (std::int32_t from = 20'790; from < 20'850; ++from) {  // around the end of 2026
    for (std::int64_t n = -40; n <= 40; ++n) {
      const Result<Date> to = calendar.add_days(Date(from), n);
      BOOST_REQUIRE(to.ok());
      BOOST_TEST(calendar.days_between(Date(from), *to) == n);
      if (n != 0) BOOST_TEST(calendar.is_business_day(*to));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_calendar) {
  const BusinessCalendar calendar = office("UTC");
  BOOST_TEST(show(calendar.add_days(day("9999-12-31"), 1)) == "refused");
  BOOST_TEST(show(calendar.add_days(day("0001-01-01"), -1)) == "refused");
  BOOST_TEST(show(calendar.add_days(day("9999-12-30"), 1)) == "9999-12-31");
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  BOOST_TEST(show(calendar.add_days(day("2026-01-02"), huge)) == "refused");
  BOOST_TEST(show(calendar.add_days(day("2026-01-02"), -huge - 1)) == "refused");
  const BusinessCalendar never((BusinessHours()), TimeZone());
  BOOST_TEST(show(never.add_days(day("2026-01-02"), 1)) == "refused");
  BOOST_TEST(show(never.add_working_time(at("2026-01-02T00:00:00Z"), Duration::seconds(1))) ==
             "refused");
  BOOST_TEST(show(never.working_time(at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59Z"))) ==
             "0s");
  const BusinessCalendar weekdays = BusinessCalendar::weekdays(zone("Europe/Vienna"));
  BOOST_TEST(show(weekdays.working_time(at("0001-01-01T00:00:00Z"), at("9999-12-31T23:59:59Z"))) ==
             "refused");  // 7,000 years
  BOOST_TEST(show(weekdays.add_working_time(at("9999-12-31T12:00:00Z"), Duration::hours(24))) ==
             "refused");
  BOOST_TEST(show(weekdays.add_working_time(at("0001-01-01T12:00:00Z"), Duration::hours(-48))) ==
             "refused");
}

BOOST_AUTO_TEST_CASE(working_time_skips_breaks_and_free_days) {
  const BusinessCalendar calendar = office("Europe/Vienna");
  const auto worked = [&](const char* a, const char* b) {
    return show(calendar.working_time(at(a), at(b)));
  };
  // 11 March 2026 is a Wednesday.
  BOOST_TEST(worked("2026-03-11T12:00:00+01:00", "2026-03-11T14:00:00+01:00") == "5400s");
  BOOST_TEST(worked("2026-03-11T14:00:00+01:00", "2026-03-11T12:00:00+01:00") == "-5400s");
  BOOST_TEST(worked("2026-03-11T18:00:00+01:00", "2026-03-12T09:30:00.5+01:00") == "1800.5s");
  BOOST_TEST(worked("2026-03-12T16:00:00+01:00", "2026-03-16T10:00:00+01:00") == "18000s");
  BOOST_TEST(worked("2026-12-18T12:00:00+01:00", "2026-12-20T12:00:00+01:00") == "14400s");
}

BOOST_AUTO_TEST_CASE(working_time_is_what_counting_gives) {
  const BusinessCalendar calendar = office("Europe/Vienna");
  BusinessHours night;
  for (DayHours& hours : night.week) hours = {{0, 4 * kHour}, {22 * kHour, 24 * kHour}};
  // A zone that changes its clocks at midnight, one by half an hour, and one without changes.
  for (const char* name : {"Europe/Vienna", "America/Santiago", "Australia/Lord_Howe", "+05:30"}) {
    const BusinessCalendar nights(night, zone(name));
    for (std::int64_t from = 0; from < 400; from += 37) {
      const Timestamp a(1'761'955'200 + from * 43'200, 0);  // from 1 November 2025
      const Timestamp b(a.seconds() + from * 55'800, 0);
      const std::int64_t expected = hours_one_by_one(nights, a, b);
      BOOST_TEST(nights.working_time(a, b)->total_nanoseconds() == expected * 1'000'000'000);
      if (expected == 0) continue;
      const Result<Timestamp> to = nights.add_working_time(a, Duration::seconds(expected));
      BOOST_REQUIRE(to.ok());
      BOOST_TEST((*to <= b));
      BOOST_TEST(hours_one_by_one(nights, a, *to) == expected);
      const Result<Timestamp> back = nights.add_working_time(b, Duration::seconds(-expected));
      BOOST_REQUIRE(back.ok());
      BOOST_TEST((*back >= a));
      BOOST_TEST(hours_one_by_one(nights, *back, b) == expected);
    }
  }
  const Timestamp a = at("2026-01-01T00:00:00Z");
  const Timestamp b = at("2027-01-01T00:00:00Z");
  BOOST_TEST(calendar.working_time(a, b)->total_nanoseconds() ==
             hours_one_by_one(calendar, a, b) * 1'000'000'000);
}

BOOST_AUTO_TEST_CASE(hours_that_the_clocks_skip_or_repeat) {
  BusinessHours hours;
  hours.week[6] = {{2 * kHour + 1800, 5 * kHour}};  // Sunday, when they change
  const BusinessCalendar calendar(hours, zone("Europe/Vienna"));
  const auto sunday = [&](const char* a, const char* b) {
    return show(calendar.working_time(at(a), at(b)));
  };
  BOOST_TEST(sunday("2026-03-22T00:00:00Z", "2026-03-23T00:00:00Z") == "9000s");
  BOOST_TEST(sunday("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z") == "7200s");
  BOOST_TEST(sunday("2026-10-25T00:00:00Z", "2026-10-26T00:00:00Z") == "12600s");
  BOOST_TEST(show(calendar.add_working_time(at("2026-03-23T00:00:00Z"), Duration::hours(2))) ==
             "2026-03-29T03:00:00Z");
}

BOOST_AUTO_TEST_CASE(adding_working_time) {
  const BusinessCalendar calendar = office("Europe/Vienna");
  const auto after = [&](const char* from, Duration span) {
    return show(calendar.add_working_time(at(from), span));
  };
  BOOST_TEST(after("2026-03-11T09:00:00+01:00", Duration::hours(4)) == "2026-03-11T12:30:00Z");
  // The end of the hours, not the start of the next ones.
  BOOST_TEST(after("2026-03-11T13:00:00+01:00", Duration::hours(4)) == "2026-03-11T16:00:00Z");
  BOOST_TEST(after("2026-03-12T16:30:00+01:00", Duration::hours(4)) == "2026-03-16T08:30:00Z");
  BOOST_TEST(after("2026-03-16T09:30:00+01:00", Duration::hours(-4)) == "2026-03-12T15:30:00Z");
  BOOST_TEST(after("2026-03-15T12:00:00+01:00", Duration::nanoseconds(0)) ==
             "2026-03-15T11:00:00Z");
  BOOST_TEST(after("2026-03-15T12:00:00+01:00", Duration::nanoseconds(1)) ==
             "2026-03-16T08:00:00.000000001Z");
}

BOOST_AUTO_TEST_SUITE_END()
