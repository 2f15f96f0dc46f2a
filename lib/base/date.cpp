#include "kith/date.hpp"

#include <limits>
#include <optional>

#include "base/calendar.hpp"
#include "base/message.hpp"

namespace kith {
namespace {

__extension__ using wide = __int128;

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int32_t kFirstYear = 1, kLastYear = 9999;

struct Civil {
  std::int64_t year;
  std::int32_t month;
  std::int32_t day;
};

// Days from civil and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". The year
// starts in March, so that the leap day is its last; an era is 400 years.
constexpr std::int64_t days_from_civil(std::int64_t year, std::int32_t month, std::int32_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

constexpr Civil civil_from_days(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted_month = static_cast<std::int32_t>((5 * day_of_year + 2) / 153);
  const auto day = static_cast<std::int32_t>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  const std::int32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

constexpr std::int64_t kFirstSecond = days_from_civil(1, 1, 1) * kSecondsPerDay;
constexpr std::int64_t kEndSecond = days_from_civil(10'000, 1, 1) * kSecondsPerDay;

using base::days_in_month;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `count` digits from the front.
std::optional<std::int32_t> take_number(std::string_view* text, std::size_t count) {
  if (text->size() < count) return std::nullopt;
  std::int32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit((*text)[i])) return std::nullopt;
    value = value * 10 + ((*text)[i] - '0');
  }
  text->remove_prefix(count);
  return value;
}

bool take(std::string_view* text, char c) {
  if (text->empty() || text->front() != c) return false;
  text->remove_prefix(1);
  return true;
}

std::optional<CivilDay> take_civil_day(std::string_view* text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  return CivilDay{*year, *month, *day};
}

void append_padded(std::int64_t value, int width, std::string* out) {
  if (value < 0) out->push_back('-');
  const std::string digits = std::to_string(value < 0 ? -value : value);
  for (auto n = static_cast<int>(digits.size()); n < width; ++n) out->push_back('0');
  out->append(digits);
}

void append_civil(const Civil& civil, std::string* out) {
  append_padded(civil.year, 4, out);
  out->push_back('-');
  append_padded(civil.month, 2, out);
  out->push_back('-');
  append_padded(civil.day, 2, out);
}

// ".25" for 250,000,000; nothing for zero.
void append_fraction(std::int64_t nanoseconds, std::string* out) {
  if (nanoseconds == 0) return;
  out->push_back('.');
  append_padded(nanoseconds, 9, out);
  out->erase(out->find_last_not_of('0') + 1);
}

std::optional<std::int64_t> take_unit(std::string_view* text) {
  struct Unit {
    std::string_view name;
    std::int64_t nanoseconds;
  };
  // Longer names first: "ms" before "m".
  static constexpr Unit kUnits[] = {{"ns", 1},
                                    {"us", 1000},
                                    {"\xC2\xB5s", 1000},  // micro sign
                                    {"\xCE\xBCs", 1000},  // Greek mu
                                    {"ms", 1'000'000},
                                    {"s", kNanosPerSecond},
                                    {"m", 60 * kNanosPerSecond},
                                    {"h", 3600 * kNanosPerSecond},
                                    {"d", kSecondsPerDay * kNanosPerSecond}};
  for (const Unit& unit : kUnits) {
    if (!text->starts_with(unit.name)) continue;
    text->remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

enum class DurationError { kNone, kSyntax, kRange };

// One "1.5h". Digits finer than a nanosecond are dropped, as Go drops them.
DurationError take_term(std::string_view* text, wide* total) {
  constexpr wide kEnough = wide{1} << 64;  // beyond it no unit brings the term back into range
  wide whole = 0, fraction = 0, divisor = 1;
  bool any = false;
  for (; !text->empty() && is_digit(text->front()); text->remove_prefix(1), any = true) {
    if (whole < kEnough) whole = whole * 10 + (text->front() - '0');
  }
  if (take(text, '.')) {
    for (; !text->empty() && is_digit(text->front()); text->remove_prefix(1), any = true) {
      if (divisor >= wide{1'000'000'000'000'000}) continue;
      fraction = fraction * 10 + (text->front() - '0');
      divisor *= 10;
    }
  }
  if (!any) return DurationError::kSyntax;
  const auto unit = take_unit(text);
  if (!unit) return DurationError::kSyntax;
  *total += whole * *unit + fraction * *unit / divisor;
  return *total > kEnough ? DurationError::kRange : DurationError::kNone;
}

DurationError read_duration(std::string_view text, std::int64_t* out) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative || (!text.empty() && text.front() == '+')) text.remove_prefix(1);
  if (text == "0") {
    *out = 0;
    return DurationError::kNone;
  }
  if (text.empty()) return DurationError::kSyntax;
  wide total = 0;
  while (!text.empty()) {
    const DurationError error = take_term(&text, &total);
    if (error != DurationError::kNone) return error;
  }
  if (negative) total = -total;
  *out = static_cast<std::int64_t>(total);
  return *out == total ? DurationError::kNone : DurationError::kRange;
}

struct Clock {
  std::int64_t seconds = 0;  // of the day, offset applied: may lie outside 0..86399
  std::int32_t nanoseconds = 0;
};

std::optional<std::int32_t> take_fraction(std::string_view* text) {
  std::int32_t value = 0;
  std::size_t digits = 0;
  for (; !text->empty() && is_digit(text->front()); text->remove_prefix(1)) {
    if (++digits > 9) return std::nullopt;
    value = value * 10 + (text->front() - '0');
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 9; ++digits) value *= 10;
  return value;
}

// Seconds east of UTC: "Z", "+01:00", "-02:30".
std::optional<std::int64_t> take_offset(std::string_view* text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return west ? -seconds : seconds;
}

// Everything after the 'T', to the end of the text.
std::optional<Clock> read_clock(std::string_view text) {
  Clock clock;
  const auto hour = take_number(&text, 2);
  if (!hour || *hour > 23 || !take(&text, ':')) return std::nullopt;
  const auto minute = take_number(&text, 2);
  if (!minute || *minute > 59 || !take(&text, ':')) return std::nullopt;
  const auto second = take_number(&text, 2);
  if (!second || *second > 59) return std::nullopt;
  if (take(&text, '.')) {
    const auto fraction = take_fraction(&text);
    if (!fraction) return std::nullopt;
    clock.nanoseconds = *fraction;
  }
  const auto offset = take_offset(&text);
  if (!offset || !text.empty()) return std::nullopt;
  clock.seconds = std::int64_t{*hour} * 3600 + *minute * 60 + *second - *offset;
  return clock;
}

Status not_a_timestamp(std::string_view text) {
  return Status(Code::kInvalidArgument,
                base::quoted(text) +
                    " is not a timestamp; write it like 2017-03-01T09:30:00Z or "
                    "2017-03-01T09:30:00.250+01:00, with at most 9 digits of a second");
}

}  // namespace

Result<Date> Date::from_civil(std::int32_t year, std::int32_t month, std::int32_t day) {
  if (year < kFirstYear || year > kLastYear) {
    return Status(Code::kInvalidArgument,
                  "year " + std::to_string(year) + " is not within 1..9999");
  }
  if (month < 1 || month > 12) {
    return Status(Code::kInvalidArgument,
                  "month " + std::to_string(month) + " is not within 1..12");
  }
  if (day < 1 || day > days_in_month(year, month)) {
    std::string month_text;
    append_padded(year, 4, &month_text);
    month_text.push_back('-');
    append_padded(month, 2, &month_text);
    return Status(Code::kInvalidArgument, "day " + std::to_string(day) + " is not within 1.." +
                                              std::to_string(days_in_month(year, month)) +
                                              ", the days of " + month_text);
  }
  return Date(static_cast<std::int32_t>(days_from_civil(year, month, day)));
}

Result<Date> Date::parse(std::string_view iso) {
  std::string_view rest = iso;
  const auto civil = take_civil_day(&rest);
  if (!civil || !rest.empty()) {
    return Status(Code::kInvalidArgument,
                  base::quoted(iso) + " is not a date; write it like 2017-03-01");
  }
  Result<Date> date = from_civil(civil->year, civil->month, civil->day);
  if (!date.ok()) return date.status().with_context(base::quoted(iso) + " is not a date");
  return date;
}

CivilDay Date::civil() const {
  const Civil civil = civil_from_days(days_);
  return {static_cast<std::int32_t>(civil.year), civil.month, civil.day};
}

int Date::weekday() const {
  // 1970-01-01 was a Thursday.
  const std::int64_t day = (std::int64_t{days_} + 3) % 7;
  return static_cast<int>(day < 0 ? day + 8 : day + 1);
}

std::string Date::to_string() const {
  std::string out;
  append_civil(civil_from_days(days_), &out);
  return out;
}

Result<Duration> Duration::parse(std::string_view text) {
  std::int64_t nanoseconds = 0;
  switch (read_duration(text, &nanoseconds)) {
    case DurationError::kNone: return Duration::nanoseconds(nanoseconds);
    case DurationError::kRange:
      return Status(Code::kInvalidArgument,
                    base::quoted(text) + " is out of the range of a duration, about 292 years");
    case DurationError::kSyntax: break;
  }
  return Status(Code::kInvalidArgument,
                base::quoted(text) +
                    " is not a duration; write it like 1h30m, -2.5s or 250ms with the units d, "
                    "h, m, s, ms, us, ns");
}

std::string Duration::to_string() const {
  const bool negative = nanoseconds_ < 0;
  const auto bits = static_cast<std::uint64_t>(nanoseconds_);
  const std::uint64_t magnitude = negative ? ~bits + 1 : bits;
  std::string out = negative ? "-" : "";
  out.append(std::to_string(magnitude / kNanosPerSecond));
  append_fraction(static_cast<std::int64_t>(magnitude % kNanosPerSecond), &out);
  out.push_back('s');
  return out;
}

Timestamp Timestamp::from_microseconds(std::int64_t microseconds_since_epoch) {
  std::int64_t seconds = microseconds_since_epoch / 1'000'000;
  std::int64_t rest = microseconds_since_epoch % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  return Timestamp(seconds, static_cast<std::int32_t>(rest * 1000));
}

Result<Timestamp> Timestamp::parse(std::string_view text) {
  std::string_view rest = text;
  const auto civil = take_civil_day(&rest);
  if (!civil || !(take(&rest, 'T') || take(&rest, 't'))) return not_a_timestamp(text);
  const auto clock = read_clock(rest);
  if (!clock) return not_a_timestamp(text);
  Result<Date> date = Date::from_civil(civil->year, civil->month, civil->day);
  if (!date.ok()) return date.status().with_context(base::quoted(text) + " is not a timestamp");
  const Timestamp result(date->days_since_epoch() * kSecondsPerDay + clock->seconds,
                         clock->nanoseconds);
  if (!result.in_range()) {
    return Status(Code::kInvalidArgument,
                  base::quoted(text) + " is outside the years 1 to 9999 in UTC");
  }
  return result;
}

std::int64_t Timestamp::to_microseconds() const {
  // In 128 bits: next to the limits the whole seconds alone would overflow.
  const wide result = wide{seconds_} * 1'000'000 + nanoseconds_ / 1000;
  const auto narrow = static_cast<std::int64_t>(result);
  if (narrow == result) return narrow;
  return seconds_ < 0 ? std::numeric_limits<std::int64_t>::min()
                      : std::numeric_limits<std::int64_t>::max();
}

std::string Timestamp::to_string() const {
  std::int64_t days = seconds_ / kSecondsPerDay;
  std::int64_t second = seconds_ % kSecondsPerDay;
  if (second < 0) {
    second += kSecondsPerDay;
    --days;
  }
  std::string out;
  append_civil(civil_from_days(days), &out);
  out.push_back('T');
  append_padded(second / 3600, 2, &out);
  out.push_back(':');
  append_padded(second / 60 % 60, 2, &out);
  out.push_back(':');
  append_padded(second % 60, 2, &out);
  append_fraction(nanoseconds_, &out);
  out.push_back('Z');
  return out;
}

bool Timestamp::in_range() const {
  return seconds_ >= kFirstSecond && seconds_ < kEndSecond && nanoseconds_ >= 0 &&
         nanoseconds_ < kNanosPerSecond;
}

}  // namespace kith
