// query/bucket.hpp: the calendar day of an instant in a time zone, fast over many of them.
//
//   LocalDays days(zone);
//   std::int32_t day = days.day_of(microseconds);    // days since 1970-01-01 there
//
// Civil time costs some 60 ns an instant. A day of UTC on which the zone's clocks are not changed
// has one offset, which is remembered; on the others every instant is asked for. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/calendar.hpp"
#include "base/time_zone.hpp"
#include "kith/query.hpp"

namespace kith::query {

class LocalDays {
 public:
  explicit LocalDays(base::TimeZone zone) : zone_(std::move(zone)) {}

  std::int32_t day_of(std::int64_t microseconds);

 private:
  // The zone's offset on a day of UTC in seconds; nothing when it changes that day.
  std::optional<std::int32_t> offset_on(std::int64_t utc_day);

  base::TimeZone zone_;
  std::unordered_map<std::int64_t, std::optional<std::int32_t>> offsets_;
  std::int64_t last_day_ = -1;
  std::optional<std::int32_t> last_offset_;
  bool has_last_ = false;
};

// nullopt for Bucket::kNone.
std::optional<base::Period> period_of(Bucket bucket);

}  // namespace kith::query
