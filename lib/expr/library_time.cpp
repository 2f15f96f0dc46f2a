// The parts of instants and durations.
#include "base/calendar.hpp"
#include "expr/library.hpp"
#include "expr/time_math.hpp"

namespace kith::expr::library {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

std::int64_t full_year(const base::CivilTime& c, Timestamp) { return c.year; }
std::int64_t month(const base::CivilTime& c, Timestamp) { return c.month - 1; }
std::int64_t day_of_month(const base::CivilTime& c, Timestamp) { return c.day - 1; }
std::int64_t date_of_month(const base::CivilTime& c, Timestamp) { return c.day; }
std::int64_t year_day(const base::CivilTime& c, Timestamp) { return base::day_of_year(c.date) - 1; }
std::int64_t week_day(const base::CivilTime& c, Timestamp) { return c.date.weekday() % 7; }
std::int64_t hours(const base::CivilTime& c, Timestamp) { return c.hour; }
std::int64_t minutes(const base::CivilTime& c, Timestamp) { return c.minute; }
std::int64_t seconds(const base::CivilTime& c, Timestamp) { return c.second; }
std::int64_t milliseconds(const base::CivilTime&, Timestamp t) {
  return t.nanoseconds() / 1'000'000;
}

template <std::int64_t (*Part)(const base::CivilTime&, Timestamp)>
Datum part_of_time(const Call& call, const Datum* args) {
  base::CivilTime civil;
  const std::string_view zone = call.count > 1 ? args[1].text() : std::string_view();
  if (!to_civil(args[0].timestamp(), zone, &civil)) {
    return no_zone(call.frame, zone);
  }
  return Datum::integer(Part(civil, args[0].timestamp()));
}

template <std::int64_t Unit>
Datum whole_units(const Call&, const Datum* args) {
  return Datum::integer(args[0].int_value / Unit);
}

Datum milliseconds_part(const Call&, const Datum* args) {
  return Datum::integer(args[0].int_value % kNanosPerSecond / 1'000'000);
}

void add_part(FunctionRegistry* registry, const char* name, Function implementation) {
  const std::string id = std::string("timestamp_") + name;
  define_method(registry, name, id, {timestamp()}, integer(), implementation);
  define_method(registry, name, id + "_tz", {timestamp(), string()}, integer(), implementation);
}

}  // namespace

void add_time(FunctionRegistry* registry) {
  add_part(registry, "getFullYear", &part_of_time<full_year>);
  add_part(registry, "getMonth", &part_of_time<month>);
  add_part(registry, "getDate", &part_of_time<date_of_month>);
  add_part(registry, "getDayOfMonth", &part_of_time<day_of_month>);
  add_part(registry, "getDayOfWeek", &part_of_time<week_day>);
  add_part(registry, "getDayOfYear", &part_of_time<year_day>);
  add_part(registry, "getHours", &part_of_time<hours>);
  add_part(registry, "getMinutes", &part_of_time<minutes>);
  add_part(registry, "getSeconds", &part_of_time<seconds>);
  add_part(registry, "getMilliseconds", &part_of_time<milliseconds>);
  define_method(registry, "getHours", "duration_hours", {duration()}, integer(),
                &whole_units<3600 * kNanosPerSecond>);
  define_method(registry, "getMinutes", "duration_minutes", {duration()}, integer(),
                &whole_units<60 * kNanosPerSecond>);
  define_method(registry, "getSeconds", "duration_seconds", {duration()}, integer(),
                &whole_units<kNanosPerSecond>);
  define_method(registry, "getMilliseconds", "duration_milliseconds", {duration()}, integer(),
                &milliseconds_part);
}

}  // namespace kith::expr::library
