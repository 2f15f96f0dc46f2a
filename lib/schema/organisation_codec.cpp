#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "schema/organisation.hpp"

namespace kith::schema {
namespace {

using base::ByteReader;
using base::ByteWriter;
using base::DayHours;
using base::DayRange;
using base::read_all;
using base::write_all;

constexpr std::uint8_t kFormat = 0;
constexpr std::int32_t kDaySeconds = 86'400;

void write_hours(ByteWriter& out, const DayHours& hours) {
  write_all(out, hours, [](ByteWriter& to, const DayRange& range) {
    to.varint(static_cast<std::uint32_t>(range.from));
    to.varint(static_cast<std::uint32_t>(range.to));
  });
}

DayHours read_hours(ByteReader& in) {
  std::int32_t last = 0;
  return read_all<DayRange>(in, [&last](ByteReader& from) {
    const DayRange range{base::read_natural(from), base::read_natural(from)};
    if (range.from < last || range.to <= range.from || range.to > kDaySeconds) from.fail();
    last = range.to;
    return range;
  });
}

void write_day(ByteWriter& out, Date day) { out.signed_varint(day.days_since_epoch()); }

Date read_day(ByteReader& in) {
  constexpr std::int64_t kFirst = -719'162;  // the years 1 to 9999
  constexpr std::int64_t kLast = 2'932'896;
  const std::int64_t day = in.signed_varint();
  if (day >= kFirst && day <= kLast) return Date(static_cast<std::int32_t>(day));
  in.fail();
  return Date();
}

void write_calendar(ByteWriter& out, const NamedCalendar& named) {
  const base::BusinessHours& hours = named.calendar.hours();
  out.string(named.name);
  out.string(named.label);
  out.string(named.calendar.zone().name());
  for (const DayHours& day : hours.week) write_hours(out, day);
  write_all(out, hours.holidays, write_day);
  write_all(out, hours.exceptions, [](ByteWriter& to, const auto& exception) {
    write_day(to, exception.first);
    write_hours(to, exception.second);
  });
}

Result<NamedCalendar> read_calendar(ByteReader& in) {
  std::string name = base::read_string(in);
  std::string label = base::read_string(in);
  const std::string zone_name = base::read_string(in);
  base::BusinessHours hours;
  for (DayHours& day : hours.week) day = read_hours(in);
  hours.holidays = read_all<Date>(in, read_day);
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    const Date day = read_day(in);
    hours.exceptions[day] = read_hours(in);
  }
  KITH_TRY(in.status("stored organisation"));
  // The zone may be missing on a machine that the database was carried to.
  Result<base::TimeZone> zone = base::TimeZone::load(zone_name);
  if (!zone.ok()) return zone.status().with_context("calendar " + name);
  return NamedCalendar{std::move(name), std::move(label), {std::move(hours), *std::move(zone)}};
}

}  // namespace

std::string encode(const Organisation& organisation) {
  if (organisation.empty()) return {};
  ByteWriter out;
  out.u8(kFormat);
  out.string(organisation.currency);
  out.string(organisation.time_zone);
  out.string(organisation.calendar);
  write_all(out, organisation.calendars, write_calendar);
  return out.take();
}

Result<Organisation> decode_organisation(std::string_view payload) {
  Organisation out;
  if (payload.empty()) return out;
  ByteReader in(payload);
  if (in.u8() != kFormat) in.fail();
  out.currency = base::read_string(in);
  out.time_zone = base::read_string(in);
  out.calendar = base::read_string(in);
  for (std::size_t left = in.count(); left > 0 && in.ok(); --left) {
    KITH_ASSIGN(NamedCalendar named, read_calendar(in));
    out.calendars.push_back(std::move(named));
  }
  KITH_TRY(in.finish("stored organisation"));
  return out;
}

}  // namespace kith::schema
