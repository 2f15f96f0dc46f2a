// base/calendar.hpp: arithmetic on calendar days, and the periods that reports group by.
//
//   add_months(Date 2017-01-31, 1)              // 2017-02-28: clamped to the end of the month
//   start_of(Period::kQuarter, day)             // the first day of its quarter
//   period_label(Period::kQuarter, day)         // "2017-Q1"
//
// Weeks are those of ISO 8601: they begin on Monday, and week 1 has the year's first Thursday, so
// the year in "2016-W52" may not be the year of the day. Labels sort as the periods do. Days
// that come in must lie in the years 1 to 9999; results outside are kExpressionFailed. Pure
// functions, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/date.hpp"

namespace kith::base {

Result<Date> add_days(Date day, std::int64_t days);
Result<Date> add_months(Date day, std::int64_t months);  // twelve are a year

enum class Period : std::uint8_t { kDay, kWeek, kMonth, kQuarter, kYear };

std::string_view period_name(Period period);  // "day", "week", "month", "quarter", "year"
std::optional<Period> period_from_name(std::string_view name);

Date start_of(Period period, Date day);
// The first day of the period `count` after the one that holds `day`; count may be negative.
Result<Date> start_of_following(Period period, Date day, std::int64_t count = 1);
// "2017-03-01", "2017-W09", "2017-03", "2017-Q1", "2017".
std::string period_label(Period period, Date day);

struct IsoWeek {
  std::int32_t year = 1970;
  std::int32_t week = 1;  // 1..53
};
IsoWeek iso_week(Date day);
std::int32_t day_of_year(Date day);  // 1..366
std::int32_t days_in_month(std::int32_t year, std::int32_t month);

}  // namespace kith::base
