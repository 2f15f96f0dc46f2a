#include "expr/time_math.hpp"

#include <algorithm>

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

namespace kith::expr {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kFirstDay = -719162;  // 0001-01-01
constexpr std::int64_t kLastDay = 2932896;   // 9999-12-31

int two_digits(std::string_view text, std::size_t at) {
  if (text.size() < at + 2) return -1;
  const char a = text[at];
  const char b = text[at + 1];
  if (a < '0' || a > '9' || b < '0' || b > '9') return -1;
  return (a - '0') * 10 + (b - '0');
}

// "+11:00", "-02:30", "02:00".
bool parse_offset(std::string_view zone, int* seconds) {
  int sign = 1;
  if (!zone.empty() && (zone[0] == '+' || zone[0] == '-')) {
    sign = zone[0] == '-' ? -1 : 1;
    zone.remove_prefix(1);
  }
  if (zone.size() != 5 || zone[2] != ':') return false;
  const int hours = two_digits(zone, 0);
  const int minutes = two_digits(zone, 3);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  *seconds = sign * (hours * 3600 + minutes * 60);
  return true;
}

bool find_zone(std::string_view name, absl::TimeZone* zone) {
  if (name.empty() || name == "UTC") return *zone = absl::UTCTimeZone(), true;
  int seconds = 0;
  if (parse_offset(name, &seconds)) return *zone = absl::FixedTimeZone(seconds), true;
  // Names come from tenants: only what a zone's name can be reaches the file system.
  const bool plausible = name.size() < 64 && name[0] != '/' && name[0] != ':' &&
                         name.find("..") == std::string_view::npos &&
                         std::all_of(name.begin(), name.end(), [](char c) {
                           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' ||
                                  c == '_' || c == '-' || c == '+';
                         });
  return plausible && absl::LoadTimeZone(absl::string_view(name.data(), name.size()), zone);
}

}  // namespace

Date Civil::date() const {
  const absl::CivilDay day_of(year, month, day);
  return Date(static_cast<std::int32_t>(day_of - absl::CivilDay(1970, 1, 1)));
}

bool to_civil(Timestamp time, std::string_view zone_name, Civil* civil) {
  absl::TimeZone zone;
  if (!find_zone(zone_name, &zone)) return false;
  const absl::CivilSecond cs = zone.At(absl::FromUnixSeconds(time.seconds())).cs;
  *civil = {static_cast<std::int32_t>(cs.year()),
            cs.month(),
            cs.day(),
            cs.hour(),
            cs.minute(),
            cs.second()};
  return true;
}

bool start_of_day(Date date, std::string_view zone_name, Timestamp* time) {
  absl::TimeZone zone;
  if (!find_zone(zone_name, &zone)) return false;
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + date.days_since_epoch();
  *time = Timestamp(absl::ToUnixSeconds(absl::FromCivil(day, zone)), 0);
  return true;
}

Datum add_duration(Frame& frame, Timestamp time, std::int64_t nanoseconds) {
  std::int64_t seconds = time.seconds() + nanoseconds / kNanosPerSecond;
  std::int64_t nanos = time.nanoseconds() + nanoseconds % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  } else if (nanos >= kNanosPerSecond) {
    nanos -= kNanosPerSecond;
    ++seconds;
  }
  const Timestamp out(seconds, static_cast<std::int32_t>(nanos));
  return out.in_range() ? Datum::timestamp(out) : frame.data_error("timestamp out of range");
}

Datum subtract_times(Frame& frame, Timestamp a, Timestamp b) {
  std::int64_t nanos = 0;
  const std::int64_t seconds = a.seconds() - b.seconds();
  const std::int64_t rest = a.nanoseconds() - b.nanoseconds();
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &nanos) ||
      __builtin_add_overflow(nanos, rest, &nanos)) {
    return frame.data_error("duration out of range");
  }
  return Datum::duration(nanos);
}

std::int32_t days_in_month(std::int32_t year, std::int32_t month) {
  const absl::CivilMonth this_month(year, month);
  return static_cast<std::int32_t>(absl::CivilDay(this_month + 1) - absl::CivilDay(this_month));
}

bool in_date_range(std::int64_t days) { return days >= kFirstDay && days <= kLastDay; }

bool add_months(Date date, std::int64_t months, Date* out) {
  constexpr std::int64_t kMost = 12 * 10000;
  if (months > kMost || months < -kMost) return false;
  const CivilDay from = date.civil();
  const absl::CivilMonth to = absl::CivilMonth(from.year, from.month) + months;
  if (to.year() < 1 || to.year() > 9999) return false;
  const auto year = static_cast<std::int32_t>(to.year());
  const std::int32_t day = std::min(from.day, days_in_month(year, to.month()));
  *out = Civil{year, to.month(), day, 0, 0, 0}.date();
  return true;
}

}  // namespace kith::expr
