#include "base/time_zone.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace kith;
using kith::base::CivilTime;
using kith::base::TimeZone;

namespace {

TimeZone zone(const char* name) {
  const Result<TimeZone> result = TimeZone::load(name);
  BOOST_REQUIRE_MESSAGE(result.ok(), name);
  return *result;
}

Timestamp instant(const char* text) { return *Timestamp::parse(text); }
Date day(const char* text) { return *Date::parse(text); }

std::string clock(const CivilTime& t) {
  return t.date.to_string() + " " + std::to_string(t.hour) + ":" + std::to_string(t.minute) + ":" +
         std::to_string(t.second);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_time_zone)

BOOST_AUTO_TEST_CASE(civil_fields_follow_the_clocks_of_the_place) {
  const TimeZone vienna = zone("Europe/Vienna");
  BOOST_TEST(vienna.name() == "Europe/Vienna");
  const CivilTime winter = vienna.civil(instant("2017-02-28T23:30:15.25Z"));
  BOOST_TEST(clock(winter) == "2017-03-01 0:30:15");
  BOOST_TEST(winter.nanosecond == 250'000'000);
  BOOST_TEST(winter.offset_seconds == 3600);
  BOOST_TEST(winter.year == 2017);
  BOOST_TEST(winter.month == 3);
  BOOST_TEST(winter.day == 1);
  BOOST_TEST(vienna.civil(instant("2017-07-01T12:00:00Z")).offset_seconds == 7200);
  BOOST_TEST(vienna.date(instant("2016-12-31T23:00:00Z")).to_string() == "2017-01-01");
  BOOST_TEST(clock(zone("America/New_York").civil(instant("1969-12-31T23:59:59.5Z"))) ==
             "1969-12-31 18:59:59");
}

BOOST_AUTO_TEST_CASE(utc_is_the_default_and_needs_no_file) {
  BOOST_TEST(TimeZone().name() == "UTC");
  BOOST_TEST(clock(zone("UTC").civil(instant("2017-03-01T08:30:00Z"))) == "2017-03-01 8:30:0");
  BOOST_TEST(clock(TimeZone().civil(instant("0001-01-01T00:00:00Z"))) == "0001-01-01 0:0:0");
  BOOST_TEST(clock(TimeZone().civil(instant("9999-12-31T23:59:59.999999999Z"))) ==
             "9999-12-31 23:59:59");
  BOOST_TEST(TimeZone().start_of_day(day("1969-12-31")).seconds() == -86400);
}

BOOST_AUTO_TEST_CASE(offsets_may_have_a_sign_or_none) {
  const Timestamp noon = instant("2017-03-01T12:00:00Z");
  BOOST_TEST(clock(zone("+01:00").civil(noon)) == "2017-03-01 13:0:0");
  BOOST_TEST(clock(zone("-02:30").civil(noon)) == "2017-03-01 9:30:0");
  BOOST_TEST(clock(zone("02:00").civil(noon)) == "2017-03-01 14:0:0");
  BOOST_TEST(clock(zone("+23:59").civil(noon)) == "2017-03-02 11:59:0");
  BOOST_TEST(zone("-02:30").start_of_day(day("2017-03-01")).to_string() == "2017-03-01T02:30:00Z");
}

BOOST_AUTO_TEST_CASE(days_start_when_the_clocks_say) {
  const TimeZone vienna = zone("Europe/Vienna");
  BOOST_TEST(vienna.start_of_day(day("2017-01-01")).to_string() == "2016-12-31T23:00:00Z");
  BOOST_TEST(vienna.start_of_day(day("2017-07-01")).to_string() == "2017-06-30T22:00:00Z");
  // In Sao Paulo the clocks went from 23:59:59 to 01:00:00 on this day.
  const TimeZone sao_paulo = zone("America/Sao_Paulo");
  const Timestamp start = sao_paulo.start_of_day(day("2017-10-15"));
  BOOST_TEST(start.to_string() == "2017-10-15T03:00:00Z");
  BOOST_TEST(clock(sao_paulo.civil(start)) == "2017-10-15 1:0:0");
  BOOST_TEST(sao_paulo.date(Timestamp(start.seconds() - 1, 0)).to_string() == "2017-10-14");
  // In Havana 00:00 to 01:00 came twice on this day: it starts with the first.
  BOOST_TEST(zone("America/Havana").start_of_day(day("2017-11-05")).to_string() ==
             "2017-11-05T04:00:00Z");
  for (const char* name : {"Europe/Vienna", "America/Sao_Paulo", "America/Havana", "Asia/Kathmandu",
                           "Pacific/Kiritimati"}) {
    const TimeZone place = zone(name);
    for (std::int32_t n = 17'000; n < 17'800; ++n) {
      const Timestamp first = place.start_of_day(Date(n));
      if (place.date(first) != Date(n) ||
          place.date(Timestamp(first.seconds() - 1, 0)) != Date(n - 1)) {
        BOOST_FAIL(name << " " << Date(n).to_string());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(clock_times_that_are_skipped_or_come_twice) {
  const TimeZone vienna = zone("Europe/Vienna");
  BOOST_TEST(vienna.at(day("2017-03-01"), 9, 30, 0).to_string() == "2017-03-01T08:30:00Z");
  BOOST_TEST(vienna.at(day("2017-03-26"), 2, 30, 0).to_string() == "2017-03-26T01:30:00Z");
  BOOST_TEST(vienna.at(day("2017-10-29"), 2, 30, 0).to_string() == "2017-10-29T00:30:00Z");
  BOOST_TEST(TimeZone().at(day("2017-03-01"), 9, 30, 5).to_string() == "2017-03-01T09:30:05Z");
}

BOOST_AUTO_TEST_CASE(unknown_names_are_refused_by_name) {
  for (const char* bad :
       {"", "Europe/Wien", "localtime", "Local", "right/UTC", "../../etc/passwd", "/etc/localtime",
        "file:/etc/localtime", "Europe", "Europe/Vienna ", "zone.tab", "tzdata.zi", "+1:00",
        "+01:60", "24:00", "+0100", "01:00:00", "--1:00", "+a1:00"}) {
    const Result<TimeZone> result = TimeZone::load(bad);
    BOOST_TEST(!result.ok(), bad);
    if (!result.ok()) {
      BOOST_TEST((result.status().code() == Code::kInvalidArgument));
      BOOST_TEST(result.status().message().find(bad) != std::string_view::npos);
    }
  }
  BOOST_TEST(!TimeZone::load(std::string_view("UTC\0x", 5)).ok());
  BOOST_TEST(!TimeZone::load(std::string(100'000, 'A')).ok());
}

BOOST_AUTO_TEST_CASE(any_thread_may_load_and_use_zones, *boost::unit_test::label("concurrent")) {
  std::vector<std::thread> threads;
  std::vector<std::string> seen(4);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    threads.emplace_back([&seen, i] {
      for (const char* name : {"Asia/Tokyo", "Europe/Paris", "nowhere", "America/Chicago"}) {
        const Result<TimeZone> place = TimeZone::load(name);
        seen[i] += place.ok() ? place->date(Timestamp(0, 0)).to_string() : "none";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& text : seen) BOOST_TEST(text == "1970-01-011970-01-01none1969-12-31");
}

BOOST_AUTO_TEST_SUITE_END()
