// expr/time_math.hpp: instants and civil time for the time functions.
//
//   base::CivilTime civil;
//   if (!to_civil(timestamp, "Europe/Vienna", &civil)) return no_zone(frame, "Europe/Vienna");
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time_zone.hpp"
#include "expr/frame.hpp"
#include "kith/date.hpp"

namespace kith::expr {

// `zone`: empty or "UTC", an IANA name, or an offset "+11:00", "-02:30", "02:00". False when there
// is no such zone.
bool to_civil(Timestamp time, std::string_view zone, base::CivilTime* civil);
Datum no_zone(Frame& frame, std::string_view zone);

// The session's time zone, or empty when it has none.
std::string_view session_zone(Frame& frame);
// The day of `now` there; false with *error when there is no such day.
bool today(Frame& frame, Date* date, Datum* error);

// Errors of class DATA when the result is out of range.
Datum add_duration(Frame& frame, Timestamp time, std::int64_t nanoseconds);
Datum subtract_times(Frame& frame, Timestamp a, Timestamp b);

}  // namespace kith::expr
