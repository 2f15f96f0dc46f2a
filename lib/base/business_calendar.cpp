#include "base/business_calendar.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "base/try.hpp"
#include "kith/decimal.hpp"

namespace kith::base {
namespace {

constexpr std::int64_t kFirstDay = -719'162;  // 0001-01-01
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31
constexpr std::int64_t kMondayOffset = 3;     // 1970-01-01 was a Thursday
constexpr std::int32_t kDaySeconds = 86'400;
constexpr int128 kNanos = 1'000'000'000;
constexpr int128 kEarliest = std::numeric_limits<int128>::min();
constexpr int128 kLatest = std::numeric_limits<int128>::max();

// Whole weeks before the week of `day`, and the day's place in it: 0 is Monday.
std::pair<std::int64_t, std::size_t> week_of(std::int64_t day) {
  const std::int64_t shifted = day + kMondayOffset;
  const std::int64_t week = shifted >= 0 ? shifted / 7 : (shifted - 6) / 7;
  return {week, static_cast<std::size_t>(shifted - week * 7)};
}

Date to_date(std::int64_t day) { return Date(static_cast<std::int32_t>(day)); }

int128 nanos_of(Timestamp time) { return int128{time.seconds()} * kNanos + time.nanoseconds(); }

Timestamp time_of(int128 nanos) {
  int128 seconds = nanos / kNanos;
  if (nanos % kNanos < 0) --seconds;
  return Timestamp(static_cast<std::int64_t>(seconds),
                   static_cast<std::int32_t>(nanos - seconds * kNanos));
}

std::int64_t length(const DayHours& hours) {
  std::int64_t sum = 0;
  for (const DayRange& range : hours) sum += range.to - range.from;
  return sum;
}

// The parts of a day's hours that lie between two instants, in order.
template <typename Take, typename Instant>
void each_part(const DayHours& hours, int128 low, int128 high, const Take& take,
               const Instant& instant) {
  for (const DayRange& range : hours) {
    const int128 from = std::max(nanos_of(instant(range.from)), low);
    const int128 to = std::min(nanos_of(instant(range.to)), high);
    if (from < to) take(from, to);
  }
}

Status out_of_range(const char* what) {
  return Status(Code::kExpressionFailed,
                std::string(what) +
                    " lies outside of the years 1 to 9999, or the calendar has no "
                    "business day there");
}

}  // namespace

BusinessCalendar::BusinessCalendar(BusinessHours hours, TimeZone zone)
    : hours_(std::move(hours)), zone_(std::move(zone)) {
  const char first = zone_.name().front();
  fixed_ = zone_.name() == "UTC" || first == '+' || first == '-' || (first >= '0' && first <= '9');
  for (std::size_t i = 0; i < 7; ++i) {
    week_before_[i + 1] = week_before_[i] + length(hours_.week[i]);
    days_before_[i + 1] = days_before_[i] + (hours_.week[i].empty() ? 0 : 1);
  }
  std::sort(hours_.holidays.begin(), hours_.holidays.end());
  std::set<Date> days(hours_.holidays.begin(), hours_.holidays.end());
  for (const auto& [day, other] : hours_.exceptions) days.insert(day);
  Special sum{0, 0, 0};
  for (const Date day : days) {
    const DayHours& usual = hours_.week[week_of(day.days_since_epoch()).second];
    const DayHours& here = hours_of(day);
    sum.day = day.days_since_epoch();
    sum.days_off += (here.empty() ? 0 : 1) - (usual.empty() ? 0 : 1);
    sum.seconds_off += length(here) - length(usual);
    special_.push_back(sum);
  }
}

BusinessCalendar BusinessCalendar::weekdays(TimeZone zone) {
  BusinessHours hours;
  for (std::size_t i = 0; i < 5; ++i) hours.week[i] = {{0, kDaySeconds}};
  return BusinessCalendar(std::move(hours), std::move(zone));
}

const DayHours& BusinessCalendar::hours_of(Date day) const {
  static const DayHours none;
  const auto exception = hours_.exceptions.find(day);
  if (exception != hours_.exceptions.end()) return exception->second;
  if (std::binary_search(hours_.holidays.begin(), hours_.holidays.end(), day)) return none;
  return hours_.week[week_of(day.days_since_epoch()).second];
}

const BusinessCalendar::Special* BusinessCalendar::last_special(std::int64_t day) const {
  const auto next =
      std::upper_bound(special_.begin(), special_.end(), day,
                       [](std::int64_t d, const Special& special) { return d < special.day; });
  return next == special_.begin() ? nullptr : &*(next - 1);
}

std::int64_t BusinessCalendar::business_days_until(std::int64_t day) const {
  const auto [week, place] = week_of(day + 1);
  const Special* special = last_special(day);
  return week * days_before_[7] + days_before_[place] +
         (special != nullptr ? special->days_off : 0);
}

std::int64_t BusinessCalendar::seconds_until(std::int64_t day) const {
  const auto [week, place] = week_of(day + 1);
  const Special* special = last_special(day);
  return week * week_before_[7] + week_before_[place] +
         (special != nullptr ? special->seconds_off : 0);
}

std::int64_t BusinessCalendar::days_between(Date a, Date b) const {
  const std::int64_t from = a.days_since_epoch();
  const std::int64_t to = b.days_since_epoch();
  if (to >= from) return business_days_until(to) - business_days_until(from);
  return business_days_until(to - 1) - business_days_until(from - 1);
}

Result<Date> BusinessCalendar::add_days(Date day, std::int64_t n) const {
  if (n == 0) return day;
  if (n > kLastDay - kFirstDay || n < kFirstDay - kLastDay) return out_of_range("the day");
  const std::int64_t from = day.days_since_epoch();
  // The nearest day whose distance is n.
  std::int64_t low = n > 0 ? from + 1 : kFirstDay;
  std::int64_t high = n > 0 ? kLastDay : from - 1;
  const auto far_enough = [&](std::int64_t to) {
    const std::int64_t distance = days_between(day, to_date(to));
    return n > 0 ? distance >= n : distance <= n;
  };
  if (low > high || !far_enough(n > 0 ? high : low)) return out_of_range("the day");
  while (low < high) {
    const std::int64_t middle = low + (high - low + (n > 0 ? 0 : 1)) / 2;
    if (far_enough(middle)) {
      (n > 0 ? high : low) = middle;
    } else {
      (n > 0 ? low : high) = n > 0 ? middle + 1 : middle - 1;
    }
  }
  return to_date(low);
}

Timestamp BusinessCalendar::instant(std::int64_t day, std::int32_t second) const {
  if (second == 0) return zone_.start_of_day(to_date(day));
  if (second == kDaySeconds) return zone_.start_of_day(to_date(day + 1));
  const Timestamp time = zone_.at(to_date(day), second / 3600, second / 60 % 60, second % 60);
  if (fixed_) return time;
  const CivilTime shown = zone_.civil(time);
  const std::int64_t jump = shown.hour * 3600 + shown.minute * 60 + shown.second - second;
  if (jump <= 0) return time;
  // The clocks never show it: it is the instant at which they jump.
  std::int64_t low = time.seconds() - jump;
  std::int64_t high = time.seconds();
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    const bool after = zone_.civil(Timestamp(middle, 0)).offset_seconds == shown.offset_seconds;
    (after ? high : low) = middle;
  }
  return Timestamp(high, 0);
}

std::int64_t BusinessCalendar::nominal(std::int64_t first, std::int64_t end) const {
  return seconds_until(end - 1) - seconds_until(first - 1);
}

bool BusinessCalendar::clocks_change(std::int64_t first, std::int64_t end) const {
  if (fixed_) return false;
  // A second before the first day: clocks that jump at midnight skip hours of the day they begin.
  const Timestamp before(zone_.start_of_day(to_date(first)).seconds() - 1, 0);
  const Timestamp after = zone_.start_of_day(to_date(end));
  return zone_.civil(before).offset_seconds != zone_.civil(after).offset_seconds;
}

std::int64_t BusinessCalendar::exact(std::int64_t first, std::int64_t end) const {
  std::int64_t sum = nominal(first, end);
  if (fixed_) return sum;
  for (std::int64_t week = first; week < end; week += 7) {
    const std::int64_t week_end = std::min(week + 7, end);
    if (!clocks_change(week, week_end)) continue;
    for (std::int64_t day = week; day < week_end; ++day) {
      for (const DayRange& range : hours_of(to_date(day))) {
        sum += instant(day, range.to).seconds() - instant(day, range.from).seconds();
        sum -= range.to - range.from;
      }
    }
  }
  return sum;
}

Result<Duration> BusinessCalendar::working_time(Timestamp a, Timestamp b) const {
  const bool turned = b < a;
  if (turned) std::swap(a, b);
  const std::int64_t first = zone_.date(a).days_since_epoch();
  const std::int64_t last = zone_.date(b).days_since_epoch();
  int128 sum = 0;
  const auto add_day = [&](std::int64_t day) {
    each_part(
        hours_of(to_date(day)), nanos_of(a), nanos_of(b),
        [&](int128 from, int128 to) { sum += to - from; },
        [&](std::int32_t second) { return instant(day, second); });
  };
  add_day(first);
  if (last > first) {
    if (last > first + 1) sum += int128{exact(first + 1, last)} * kNanos;
    add_day(last);
  }
  if (sum > std::numeric_limits<std::int64_t>::max()) {
    return Status(Code::kExpressionFailed, "the working time is longer than a duration, 292 years");
  }
  const auto nanos = static_cast<std::int64_t>(sum);
  return Duration::nanoseconds(turned ? -nanos : nanos);
}

Result<Timestamp> BusinessCalendar::forward(Timestamp time, std::int64_t nanoseconds) const {
  int128 left = nanoseconds;
  std::int64_t day = zone_.date(time).days_since_epoch();
  int128 found = kEarliest;
  const auto walk_day = [&](int128 low) {
    each_part(
        hours_of(to_date(day)), low, kLatest,
        [&](int128 from, int128 to) {
          if (left > 0 && left <= to - from) found = from + left;
          left -= std::min(left, to - from);
        },
        [&](std::int32_t second) { return instant(day, second); });
    ++day;
  };
  walk_day(nanos_of(time));
  while (left > 0 && day + 7 <= kLastDay) {
    const int128 week = int128{exact(day, day + 7)} * kNanos;
    if (week >= left) break;
    left -= week;
    day += 7;
  }
  while (left > 0 && day <= kLastDay) walk_day(kEarliest);
  if (left > 0 || !time_of(found).in_range()) return out_of_range("the time");
  return time_of(found);
}

Result<Timestamp> BusinessCalendar::backward(Timestamp time, std::int64_t nanoseconds) const {
  int128 left = -int128{nanoseconds};
  std::int64_t day = zone_.date(time).days_since_epoch();
  int128 found = kEarliest;
  const auto walk_day = [&](int128 high) {
    std::vector<std::pair<int128, int128>> parts;
    each_part(
        hours_of(to_date(day)), kEarliest, high,
        [&](int128 from, int128 to) { parts.emplace_back(from, to); },
        [&](std::int32_t second) { return instant(day, second); });
    for (auto part = parts.rbegin(); part != parts.rend() && left > 0; ++part) {
      const int128 size = part->second - part->first;
      if (left <= size) found = part->second - left;
      left -= std::min(left, size);
    }
    --day;
  };
  walk_day(nanos_of(time));
  while (left > 0 && day - 7 >= kFirstDay) {
    const int128 week = int128{exact(day - 6, day + 1)} * kNanos;
    if (week >= left) break;
    left -= week;
    day -= 7;
  }
  while (left > 0 && day >= kFirstDay) walk_day(kLatest);
  if (left > 0 || !time_of(found).in_range()) return out_of_range("the time");
  return time_of(found);
}

Result<Timestamp> BusinessCalendar::add_working_time(Timestamp time, Duration span) const {
  const std::int64_t nanoseconds = span.total_nanoseconds();
  if (nanoseconds == 0) return time;
  return nanoseconds > 0 ? forward(time, nanoseconds) : backward(time, nanoseconds);
}

}  // namespace kith::base
