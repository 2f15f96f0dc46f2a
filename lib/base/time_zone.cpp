#include "base/time_zone.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>

#include "base/message.hpp"
#include "base/try.hpp"

namespace kith::base {

struct TimeZone::Zone {
  std::string name;
  absl::TimeZone zone;
};

namespace {

constexpr std::size_t kMaxNameBytes = 64;

Status unknown(std::string_view name) {
  return Status(Code::kInvalidArgument,
                quoted(name) +
                    " is not a time zone; write an IANA name such as Europe/Vienna, UTC, or an "
                    "offset such as +01:00");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "+01:00", "-02:30", "02:00" in seconds east of UTC.
std::optional<int> read_offset(std::string_view text) {
  int sign = 1;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0, 1, 3, 4}) {
    if (!is_digit(text[i])) return std::nullopt;
  }
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return sign * (hours * 3600 + minutes * 60);
}

// Names come from tenants and end in a path: nothing may lead out of zoneinfo. "localtime" would
// be the machine's zone, "right/" counts leap seconds.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxNameBytes || name == "localtime") return false;
  if (name.starts_with("right/") || name.front() == '/') return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !is_digit(c) && c != '_' && c != '-' && c != '+' && c != '/') return false;
  }
  return true;
}

// Abseil remembers every name it is asked for, also those that do not exist; a name is shown to it
// only when its file is there and is a zone.
bool has_zone_file(const std::string& name) {
  const char* folder = std::getenv("TZDIR");
  const std::string root = folder != nullptr && *folder != '\0' ? folder : "/usr/share/zoneinfo";
  std::ifstream file(root + "/" + name, std::ios::binary);
  char magic[4] = {};
  file.read(magic, sizeof magic);
  return file.good() && std::string_view(magic, sizeof magic) == "TZif";
}

absl::Time to_absl(Timestamp time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanoseconds());
}

absl::CivilSecond civil_second(Date day, int hour, int minute, int second) {
  const CivilDay civil = day.civil();
  return absl::CivilSecond(civil.year, civil.month, civil.day, hour, minute, second);
}

}  // namespace

Result<std::shared_ptr<const TimeZone::Zone>> TimeZone::find_zone(std::string_view name) {
  using Zones = std::map<std::string, std::shared_ptr<const Zone>, std::less<>>;
  static std::mutex mutex;
  static Zones* const zones = new Zones;  // never destroyed: used by threads until the very end
  const std::lock_guard<std::mutex> lock(mutex);
  if (const auto found = zones->find(name); found != zones->end()) return found->second;
  std::string key(name);
  absl::TimeZone zone;
  if (const std::optional<int> offset = read_offset(name)) {
    zone = absl::FixedTimeZone(*offset);
  } else if (!is_zone_name(name) || !has_zone_file(key) ||
             !absl::LoadTimeZone(absl::string_view(key.data(), key.size()), &zone)) {
    return unknown(name);
  }
  auto entry = std::make_shared<const Zone>(Zone{key, zone});
  zones->emplace(std::move(key), entry);
  return std::shared_ptr<const Zone>(std::move(entry));
}

Result<TimeZone> TimeZone::load(std::string_view name) {
  if (name == "UTC") return TimeZone();
  KITH_ASSIGN(std::shared_ptr<const Zone> zone, find_zone(name));
  return TimeZone(std::move(zone));
}

const std::string& TimeZone::name() const {
  static const std::string utc = "UTC";
  return zone_ ? zone_->name : utc;
}

CivilTime TimeZone::civil(Timestamp time) const {
  const absl::TimeZone zone = zone_ ? zone_->zone : absl::UTCTimeZone();
  const absl::TimeZone::CivilInfo info = zone.At(to_absl(time));
  CivilTime out;
  out.date = Date(static_cast<std::int32_t>(absl::CivilDay(info.cs) - absl::CivilDay(1970, 1, 1)));
  out.year = static_cast<std::int32_t>(info.cs.year());
  out.month = info.cs.month();
  out.day = info.cs.day();
  out.hour = info.cs.hour();
  out.minute = info.cs.minute();
  out.second = info.cs.second();
  out.nanosecond = time.nanoseconds();
  out.offset_seconds = info.offset;
  return out;
}

Date TimeZone::date(Timestamp time) const { return civil(time).date; }

Timestamp TimeZone::start_of_day(Date day) const {
  if (!zone_) return Timestamp(std::int64_t{day.days_since_epoch()} * 86'400, 0);
  const absl::TimeZone::TimeInfo info = zone_->zone.At(civil_second(day, 0, 0, 0));
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return Timestamp(absl::ToUnixSeconds(skipped ? info.trans : info.pre), 0);
}

Timestamp TimeZone::at(Date day, std::int32_t hour, std::int32_t minute,
                       std::int32_t second) const {
  const absl::TimeZone zone = zone_ ? zone_->zone : absl::UTCTimeZone();
  return Timestamp(absl::ToUnixSeconds(zone.At(civil_second(day, hour, minute, second)).pre), 0);
}

}  // namespace kith::base
