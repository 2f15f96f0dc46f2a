// base/time_zone.hpp: the civil time of a place.
//
//   KITH_ASSIGN(TimeZone vienna, TimeZone::load("Europe/Vienna"));
//   CivilTime local = vienna.civil(now);          // year .. second on the clocks there
//   Date today = vienna.date(now);
//   Timestamp midnight = vienna.start_of_day(today);
//
// Names are those of the IANA time zone database, read from the machine's zoneinfo (TZDIR or
// /usr/share/zoneinfo) when first used and kept for the life of the process; "UTC" needs no file.
// Fixed offsets are "+01:00", "-02:30" and, as CEL has it, "02:00". The machine's own zone has no
// name here. A TimeZone is a small value; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "kith/date.hpp"
#include "kith/result.hpp"

namespace kith::base {

struct CivilTime {
  Date date;
  std::int32_t year = 1970;
  std::int32_t month = 1;  // 1..12
  std::int32_t day = 1;    // 1..31
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  std::int32_t nanosecond = 0;
  std::int32_t offset_seconds = 0;  // east of UTC
};

class TimeZone {
 public:
  TimeZone() = default;  // UTC
  // kInvalidArgument, naming it, when there is no such zone.
  static Result<TimeZone> load(std::string_view name);

  const std::string& name() const;

  CivilTime civil(Timestamp time) const;
  Date date(Timestamp time) const;
  // The first instant of the day there, which is not 00:00 where clocks skip it.
  Timestamp start_of_day(Date day) const;
  // When the clocks there show this. A time they skip counts on from before the change, a time
  // they show twice is the first of both.
  Timestamp at(Date day, std::int32_t hour, std::int32_t minute, std::int32_t second) const;

 private:
  struct Zone;
  explicit TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}
  static Result<std::shared_ptr<const Zone>> find_zone(std::string_view name);

  std::shared_ptr<const Zone> zone_;  // null for UTC
};

}  // namespace kith::base
