// base/business_calendar.hpp: the days and hours in which somewhere work is done.
//
//   BusinessHours hours;                                  // nothing on any day
//   hours.week[0] = {{9 * 3600, 17 * 3600}};              // Monday, 09:00 to 17:00
//   hours.holidays = {christmas};
//   BusinessCalendar office(std::move(hours), vienna);
//   office.add_days(friday, 1);                           // Monday
//   office.working_time(friday_16h, monday_10h);          // two hours
//
// A day is a business day when it has hours. Exceptions stand above holidays, and both above the
// week. Hours are told by the clocks of the zone: a range that clocks jump over is shorter by that,
// one that they go through twice is longer. Days and instants lie in the years 1 to 9999, results
// outside are kExpressionFailed. Counting days takes a binary search; time takes a step for each
// week at most. Immutable; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/time_zone.hpp"
#include "kith/date.hpp"

namespace kith::base {

// Seconds of the day, from 0 to 86,400, to after from.
struct DayRange {
  std::int32_t from = 0;
  std::int32_t to = 0;
  friend bool operator==(const DayRange&, const DayRange&) = default;
};
using DayHours = std::vector<DayRange>;  // ascending, none overlaps the next

struct BusinessHours {
  std::array<DayHours, 7> week;         // Monday first
  std::vector<Date> holidays;           // without hours
  std::map<Date, DayHours> exceptions;  // these hours instead of the week's, or none
  friend bool operator==(const BusinessHours&, const BusinessHours&) = default;
};

class BusinessCalendar {
 public:
  BusinessCalendar(BusinessHours hours, TimeZone zone);
  // Monday to Friday, all day.
  static BusinessCalendar weekdays(TimeZone zone);

  const BusinessHours& hours() const { return hours_; }
  const TimeZone& zone() const { return zone_; }

  bool is_business_day(Date day) const { return !hours_of(day).empty(); }
  // Business days after `a` up to and with `b`; below zero when `b` is before `a`. What add_days()
  // takes from `a` to `b`.
  std::int64_t days_between(Date a, Date b) const;
  // The n-th business day after `day`, before it when n is below zero; 0 is the day itself.
  Result<Date> add_days(Date day, std::int64_t n) const;

  // Time worked from `a` to `b`; below zero when `b` is before `a`.
  Result<Duration> working_time(Timestamp a, Timestamp b) const;
  // The first instant not before `time` by which so much has been worked; for a span below zero
  // the last one since when it has been.
  Result<Timestamp> add_working_time(Timestamp time, Duration span) const;
  // Of an ordinary week.
  std::int64_t seconds_per_week() const { return week_before_[7]; }

 private:
  // A day whose hours are not those of the week, with sums over all such days up to it.
  struct Special {
    std::int32_t day;
    std::int64_t days_off;     // business days that they are more than the week says
    std::int64_t seconds_off;  // and seconds
  };

  const DayHours& hours_of(Date day) const;
  const Special* last_special(std::int64_t day) const;
  std::int64_t business_days_until(std::int64_t day) const;  // up to and with it, from some origin
  std::int64_t seconds_until(std::int64_t day) const;        // by the clock
  std::int64_t nominal(std::int64_t first, std::int64_t end) const;
  std::int64_t exact(std::int64_t first, std::int64_t end) const;  // days [first, end) in seconds
  bool clocks_change(std::int64_t first, std::int64_t end) const;
  Timestamp instant(std::int64_t day, std::int32_t second) const;

  Result<Timestamp> forward(Timestamp time, std::int64_t nanoseconds) const;
  Result<Timestamp> backward(Timestamp time, std::int64_t nanoseconds) const;

  BusinessHours hours_;
  TimeZone zone_;
  bool fixed_;  // the zone's clocks never change
  std::vector<Special> special_;
  std::array<std::int64_t, 8> week_before_{};  // seconds of the week before Monday, Tuesday, ...
  std::array<std::int64_t, 8> days_before_{};  // business days
};

}  // namespace kith::base
