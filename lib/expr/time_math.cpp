#include "expr/time_math.hpp"

#include "base/message.hpp"

namespace kith::expr {
namespace {
constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
}

bool to_civil(Timestamp time, std::string_view zone_name, base::CivilTime* civil) {
  if (zone_name.empty()) {
    *civil = base::TimeZone().civil(time);
    return true;
  }
  const Result<base::TimeZone> zone = base::TimeZone::load(zone_name);
  if (!zone.ok()) return false;
  *civil = zone->civil(time);
  return true;
}

Datum no_zone(Frame& frame, std::string_view zone) {
  return frame.data_error("there is no time zone " + base::quoted(zone));
}

std::string_view session_zone(Frame& frame) {
  const Value* org = frame.activation().org();
  const Value* zone = org == nullptr ? nullptr : org->find("time_zone");
  return zone != nullptr && zone->text() != nullptr ? std::string_view(*zone->text())
                                                    : std::string_view();
}

bool today(Frame& frame, Date* date, Datum* error) {
  const auto& now = frame.activation().now();
  if (!now) {
    *error = frame.missing("now has no value here");
    return false;
  }
  const std::string_view zone = session_zone(frame);
  base::CivilTime civil;
  if (!to_civil(*now, zone, &civil)) {
    *error = no_zone(frame, zone);
    return false;
  }
  *date = civil.date;
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

}  // namespace kith::expr
