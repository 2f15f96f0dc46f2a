#include "base/calendar.hpp"

#include <algorithm>

namespace kith::base {
namespace {

constexpr std::int32_t kFirstDay = -719'162;  // 0001-01-01
constexpr std::int32_t kLastDay = 2'932'896;  // 9999-12-31
constexpr std::string_view kNames[] = {"day", "week", "month", "quarter", "year"};

Status out_of_range() {
  return Status(Code::kExpressionFailed, "the date is outside the years 1 to 9999");
}

// For days that exist by construction; the calendar has no year limits here.
Date day_of(std::int32_t year, std::int32_t month, std::int32_t day) {
  const Result<Date> date = Date::from_civil(year, month, day);
  return date.ok() ? *date : Date(year < 1 ? kFirstDay : kLastDay);
}

std::string padded(std::int32_t value, std::size_t width) {
  std::string text = std::to_string(value);
  if (text.size() < width) text.insert(0, width - text.size(), '0');
  return text;
}

}  // namespace

Result<Date> add_days(Date day, std::int64_t days) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(std::int64_t{day.days_since_epoch()}, days, &sum) || sum < kFirstDay ||
      sum > kLastDay) {
    return out_of_range();
  }
  return Date(static_cast<std::int32_t>(sum));
}

Result<Date> add_months(Date day, std::int64_t months) {
  constexpr std::int64_t kAllMonths = 12 * 10'000;
  if (months > kAllMonths || months < -kAllMonths) return out_of_range();
  const CivilDay civil = day.civil();
  const std::int64_t month = std::int64_t{civil.year} * 12 + civil.month - 1 + months;
  const auto year = static_cast<std::int32_t>(month / 12);
  if (month < 12 || year > 9999) return out_of_range();
  const auto month_of_year = static_cast<std::int32_t>(month % 12) + 1;
  return Date::from_civil(year, month_of_year,
                          std::min(civil.day, days_in_month(year, month_of_year)));
}

std::string_view period_name(Period period) { return kNames[static_cast<std::size_t>(period)]; }

std::optional<Period> period_from_name(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Period>(found - std::begin(kNames));
}

Date start_of(Period period, Date day) {
  const CivilDay civil = day.civil();
  switch (period) {
    case Period::kDay: return day;
    case Period::kWeek: return Date(day.days_since_epoch() - (day.weekday() - 1));
    case Period::kMonth: return Date(day.days_since_epoch() - (civil.day - 1));
    case Period::kQuarter: return day_of(civil.year, (civil.month - 1) / 3 * 3 + 1, 1);
    case Period::kYear: return Date(day.days_since_epoch() - (day_of_year(day) - 1));
  }
  return day;
}

Result<Date> start_of_following(Period period, Date day, std::int64_t count) {
  const Date start = start_of(period, day);
  std::int64_t days = 0;
  switch (period) {
    case Period::kDay: return add_days(start, count);
    case Period::kWeek:
      return __builtin_mul_overflow(count, std::int64_t{7}, &days) ? Result<Date>(out_of_range())
                                                                   : add_days(start, days);
    case Period::kMonth: return add_months(start, count);
    case Period::kQuarter:
      count = std::clamp<std::int64_t>(count, -1'000'000, 1'000'000);
      return add_months(start, 3 * count);
    case Period::kYear:
      count = std::clamp<std::int64_t>(count, -1'000'000, 1'000'000);
      return add_months(start, 12 * count);
  }
  return out_of_range();
}

std::string period_label(Period period, Date day) {
  const CivilDay civil = day.civil();
  const std::string year = padded(civil.year, 4);
  switch (period) {
    case Period::kDay: return day.to_string();
    case Period::kWeek: {
      const IsoWeek week = iso_week(day);
      return padded(week.year, 4) + "-W" + padded(week.week, 2);
    }
    case Period::kMonth: return year + "-" + padded(civil.month, 2);
    case Period::kQuarter: return year + "-Q" + std::to_string((civil.month - 1) / 3 + 1);
    case Period::kYear: return year;
  }
  return year;
}

IsoWeek iso_week(Date day) {
  // A week belongs to the year of its Thursday.
  const Date thursday(day.days_since_epoch() + 4 - day.weekday());
  return {thursday.civil().year, (day_of_year(thursday) - 1) / 7 + 1};
}

std::int32_t day_of_year(Date day) {
  static constexpr std::int32_t kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const CivilDay civil = day.civil();
  const bool after_leap_day = civil.month > 2 && days_in_month(civil.year, 2) == 29;
  return kBefore[civil.month - 1] + civil.day + (after_leap_day ? 1 : 0);
}

std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

}  // namespace kith::base
