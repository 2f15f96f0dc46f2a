// kith/date.hpp: calendar days, instants and spans. Proleptic Gregorian, UTC, no leap seconds.
//
//   kith::Date d = *kith::Date::parse("2017-03-01");
//   kith::Timestamp t = *kith::Timestamp::parse("2017-03-01T09:30:00+01:00");
//
// kith never reads a clock: `now` always comes from the host. Range of dates and instants is
// 0001-01-01 to 9999-12-31. Records store instants and spans in microseconds; the finer digits
// exist for the expression language.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith {

struct CivilDay {
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1..12
  std::int32_t day = 1;    // 1..31

  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};

class Date {
 public:
  constexpr Date() = default;
  constexpr explicit Date(std::int32_t days_since_epoch) : days_(days_since_epoch) {}

  static Result<Date> from_civil(std::int32_t year, std::int32_t month, std::int32_t day);
  static Result<Date> parse(std::string_view iso);  // YYYY-MM-DD

  constexpr std::int32_t days_since_epoch() const { return days_; }  // 0 is 1970-01-01
  CivilDay civil() const;
  int weekday() const;            // ISO 8601: Monday 1 .. Sunday 7
  std::string to_string() const;  // YYYY-MM-DD

  friend constexpr auto operator<=>(Date, Date) = default;

 private:
  std::int32_t days_ = 0;
};

class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
  static constexpr Duration microseconds(std::int64_t n) { return Duration(n * 1000); }
  static constexpr Duration seconds(std::int64_t n) { return Duration(n * 1'000'000'000); }
  static constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
  static constexpr Duration hours(std::int64_t n) { return seconds(n * 3600); }
  static constexpr Duration days(std::int64_t n) { return hours(n * 24); }

  // Go's form, as the expression language writes it: "1h30m", "-2.5s", "250ms"; also "3d".
  static Result<Duration> parse(std::string_view text);

  constexpr std::int64_t total_nanoseconds() const { return nanoseconds_; }
  constexpr std::int64_t total_microseconds() const { return nanoseconds_ / 1000; }  // truncates
  std::string to_string() const;  // seconds with fraction as needed: "5400s", "0.25s"

  friend constexpr auto operator<=>(Duration, Duration) = default;

 private:
  constexpr explicit Duration(std::int64_t nanoseconds) : nanoseconds_(nanoseconds) {}
  std::int64_t nanoseconds_ = 0;
};

class Timestamp {
 public:
  constexpr Timestamp() = default;
  // `nanoseconds` 0..999,999,999 counts forward from `seconds`, also before 1970.
  constexpr Timestamp(std::int64_t seconds, std::int32_t nanoseconds)
      : seconds_(seconds), nanoseconds_(nanoseconds) {}

  static Timestamp from_microseconds(std::int64_t microseconds_since_epoch);
  // RFC 3339: YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM), range checked.
  static Result<Timestamp> parse(std::string_view text);

  constexpr std::int64_t seconds() const { return seconds_; }
  constexpr std::int32_t nanoseconds() const { return nanoseconds_; }
  std::int64_t to_microseconds() const;  // rounds toward the past
  std::string to_string() const;         // RFC 3339 in UTC, fraction only as needed: ...T08:30:00Z

  bool in_range() const;  // year 1..9999

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;

 private:
  std::int64_t seconds_ = 0;
  std::int32_t nanoseconds_ = 0;
};

}  // namespace kith
