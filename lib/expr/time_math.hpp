// expr/time_math.hpp: instants, civil time and time zones for the time functions.
//
//   Civil civil;
//   if (!to_civil(timestamp, "Europe/Vienna", &civil)) ...    // no such zone
//
// Zones come from the system's tz database and are cached by name inside Abseil. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "expr/frame.hpp"
#include "kith/date.hpp"

namespace kith::expr {

struct Civil {
  std::int32_t year = 1970;
  std::int32_t month = 1;
  std::int32_t day = 1;
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  Date date() const;
};

// `zone`: empty or "UTC", an IANA name, or an offset "+11:00", "-02:30", "02:00".
bool to_civil(Timestamp time, std::string_view zone, Civil* civil);
// The instant at which a day begins in a zone.
bool start_of_day(Date date, std::string_view zone, Timestamp* time);

// Errors of class DATA when the result is out of range.
Datum add_duration(Frame& frame, Timestamp time, std::int64_t nanoseconds);
Datum subtract_times(Frame& frame, Timestamp a, Timestamp b);

std::int32_t days_in_month(std::int32_t year, std::int32_t month);
// Moves by whole months, the day cut to the month's last. False when out of range.
bool add_months(Date date, std::int64_t months, Date* out);
bool in_date_range(std::int64_t days);

}  // namespace kith::expr
