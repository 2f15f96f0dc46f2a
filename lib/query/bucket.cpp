#include "query/bucket.hpp"

namespace kith::query {
namespace {

constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kMicrosecondsPerDay = kSecondsPerDay * kMicrosecondsPerSecond;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::optional<std::int32_t> LocalDays::offset_on(std::int64_t utc_day) {
  if (has_last_ && last_day_ == utc_day) return last_offset_;
  auto [at, added] = offsets_.try_emplace(utc_day);
  if (added) {
    const Timestamp begin(utc_day * kSecondsPerDay, 0);
    const Timestamp end((utc_day + 1) * kSecondsPerDay - 1, 0);
    const std::int32_t offset = zone_.civil(begin).offset_seconds;
    if (zone_.civil(end).offset_seconds == offset) at->second = offset;
  }
  has_last_ = true;
  last_day_ = utc_day;
  last_offset_ = at->second;
  return last_offset_;
}

std::int32_t LocalDays::day_of(std::int64_t microseconds) {
  const std::int64_t utc_day = floor_divide(microseconds, kMicrosecondsPerDay);
  const std::optional<std::int32_t> offset = offset_on(utc_day);
  if (!offset) return zone_.date(Timestamp::from_microseconds(microseconds)).days_since_epoch();
  const std::int64_t in_day = microseconds - utc_day * kMicrosecondsPerDay;
  const std::int64_t local = in_day + *offset * kMicrosecondsPerSecond;
  return static_cast<std::int32_t>(utc_day + floor_divide(local, kMicrosecondsPerDay));
}

std::optional<base::Period> period_of(Bucket bucket) {
  switch (bucket) {
    case Bucket::kNone: return std::nullopt;
    case Bucket::kYear: return base::Period::kYear;
    case Bucket::kQuarter: return base::Period::kQuarter;
    case Bucket::kMonth: return base::Period::kMonth;
    case Bucket::kWeek: return base::Period::kWeek;
    case Bucket::kDay: return base::Period::kDay;
  }
  return std::nullopt;
}

}  // namespace kith::query
