#include "schema/organisation.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/nearest_name.hpp"
#include "kith/value.hpp"
#include "schema/object_reader.hpp"

namespace kith::schema {
namespace {

using base::DayHours;
using base::DayRange;

constexpr std::size_t kMaxCalendars = 100;
constexpr std::size_t kMaxDays = 10'000;  // holidays, and exceptions, of a calendar
constexpr std::size_t kMaxRanges = 24;    // of a day
constexpr std::size_t kMaxZoneBytes = 64;

constexpr auto kKeys =
    std::to_array<std::string_view>({"currency", "time_zone", "calendar", "calendars"});
constexpr auto kCalendarKeys =
    std::to_array<std::string_view>({"label", "time_zone", "hours", "holidays", "exceptions"});
constexpr auto kDays =
    std::to_array<std::string_view>({"mon", "tue", "wed", "thu", "fri", "sat", "sun"});

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

// "09:30" in seconds of the day; "24:00" is its end.
std::optional<std::int32_t> read_clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0, 1, 3, 4}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const std::int32_t hour = (text[0] - '0') * 10 + (text[1] - '0');
  const std::int32_t minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
  return hour * 3600 + minute * 60;
}

std::optional<DayRange> read_range(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = read_clock(text.substr(0, 5));
  const auto to = read_clock(text.substr(6));
  if (!from || !to || *to <= *from) return std::nullopt;
  return DayRange{*from, *to};
}

// Before the elements are read.
bool fits(const json::Node& node, std::string_view member, std::size_t most, const Scope& scope) {
  const std::size_t size = node.is_object() ? node.members().size() : node.elements().size();
  if (size <= most) return true;
  scope.error(place_of(node), "limit",
              quote(member) + " has more than " + std::to_string(most) + " elements");
  return false;
}

DayHours read_hours(const json::Node& node, std::string_view member, const Scope& scope) {
  DayHours hours;
  if (!fits(node, member, kMaxRanges, scope)) return hours;
  for (const PlacedText& text : read_texts(&node, member, scope)) {
    const auto range = read_range(text.text);
    if (!range) {
      scope.error(text.place, "hours",
                  quote(text.text) +
                      " is no range of hours; write \"09:00-17:30\", from 00:00 to "
                      "24:00, the end after the start");
    } else if (!hours.empty() && range->from < hours.back().to) {
      scope.error(text.place, "hours",
                  quote(text.text) + " begins before the range in front of it has ended");
    } else {
      hours.push_back(*range);
    }
  }
  return hours;
}

std::optional<Date> read_day(std::string_view text, Place place, const Scope& scope) {
  const Result<Date> day = Date::parse(text);
  if (day.ok()) return *day;
  scope.error(place, "date", quote(text) + " is no date; write \"2026-12-25\"");
  return std::nullopt;
}

void read_week(const ObjectReader& in, base::BusinessHours* out) {
  const json::Node* node = in.find("hours");
  if (node == nullptr) {
    in.error("hours", "missing_member",
             "\"hours\" is missing: {\"mon\": [\"09:00-17:00\"], ...}; days it lacks are free");
    return;
  }
  Scope scope = in.scope();
  scope.where += ", hours";
  const ObjectReader days(*node, scope, kDays);
  if (!days.ok()) return;
  bool any = false;
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    const json::Node* day = days.find(kDays[i]);
    if (day != nullptr) out->week[i] = read_hours(*day, kDays[i], scope);
    any |= day != nullptr;
  }
  if (!any) in.error("hours", "hours", "\"hours\" names no day of the week: mon, tue, ... sun");
}

void read_holidays(const ObjectReader& in, base::BusinessHours* out) {
  const json::Node* node = in.find("holidays");
  if (node == nullptr || !fits(*node, "holidays", kMaxDays, in.scope())) return;
  std::set<Date> seen;
  for (const PlacedText& text : read_texts(node, "holidays", in.scope())) {
    const auto day = read_day(text.text, text.place, in.scope());
    if (day) seen.insert(*day);
  }
  out->holidays.assign(seen.begin(), seen.end());
}

void read_exceptions(const ObjectReader& in, base::BusinessHours* out) {
  const json::Node* node = in.find("exceptions");
  if (node == nullptr) return;
  if (!node->is_object()) {
    in.error("exceptions", "type",
             "\"exceptions\" must be an object: {\"2026-12-24\": [\"09:00-12:00\"]}");
    return;
  }
  if (!fits(*node, "exceptions", kMaxDays, in.scope())) return;
  Scope scope = in.scope();
  scope.where += ", exceptions";
  for (const json::Member& member : node->members()) {
    const auto day = read_day(member.name, place_of(member), scope);
    if (day) out->exceptions[*day] = read_hours(member.value, member.name, scope);
  }
}

std::optional<base::TimeZone> read_zone(const ObjectReader& in, const std::string& otherwise) {
  std::string name = in.text("time_zone", kMaxZoneBytes);
  if (name.empty()) name = otherwise;
  const Result<base::TimeZone> zone = base::TimeZone::load(name.empty() ? "UTC" : name);
  if (zone.ok()) return *zone;
  in.error("time_zone", "time_zone", std::string(zone.status().message()));
  return std::nullopt;
}

void read_calendar(const json::Member& member, const Scope& outer, Organisation* out) {
  Scope scope = outer;
  scope.where = "calendar " + quote(member.name);
  const std::string problem = identifier_problem(member.name, *scope.limits);
  if (!problem.empty()) {
    scope.error(place_of(member), "name", quote(member.name) + " " + problem);
  }
  const ObjectReader in(member.value, scope, kCalendarKeys);
  if (!in.ok()) return;
  base::BusinessHours hours;
  read_week(in, &hours);
  read_holidays(in, &hours);
  read_exceptions(in, &hours);
  std::string label = in.label("label", label_from_name(member.name));
  const auto zone = read_zone(in, out->time_zone);
  if (!zone) return;
  out->calendars.push_back({member.name, std::move(label), {std::move(hours), *zone}});
}

void read_currency(const ObjectReader& in, Organisation* out) {
  out->currency = in.text("currency", 3);
  if (out->currency.empty() || Currency::parse(out->currency).ok()) return;
  in.error("currency", "currency",
           quote(out->currency) + " is no currency; write its three capital letters, such as EUR");
  out->currency.clear();
}

}  // namespace

const NamedCalendar* Organisation::find_calendar(std::string_view wanted) const {
  for (const NamedCalendar& named : calendars) {
    if (named.name == wanted) return &named;
  }
  return nullptr;
}

std::vector<std::string> Organisation::calendar_names() const {
  std::vector<std::string> names;
  for (const NamedCalendar& named : calendars) names.push_back(named.name);
  return names;
}

Organisation parse_organisation(const json::Node* member, const ModelLimits& limits,
                                Diagnostics& diagnostics) {
  Organisation out;
  if (member == nullptr) return out;
  const Scope scope{&diagnostics, &limits, "", "", "organisation"};
  const ObjectReader in(*member, scope, kKeys);
  if (!in.ok()) return out;
  read_currency(in, &out);
  if (const auto zone = read_zone(in, "")) {
    if (in.find("time_zone") != nullptr) out.time_zone = zone->name();
  }
  if (const json::Node* calendars = in.find("calendars"); calendars != nullptr) {
    if (!calendars->is_object()) {
      in.error("calendars", "type", "\"calendars\" must be an object: {\"office\": {...}}");
      return out;
    }
    if (calendars->members().size() > kMaxCalendars) {
      in.error("calendars", "limit",
               "there are more than " + std::to_string(kMaxCalendars) + " calendars");
      return out;
    }
    for (const json::Member& calendar : calendars->members()) read_calendar(calendar, scope, &out);
  }
  out.calendar = in.text("calendar", limits.max_name_length);
  const json::Node* calendars = in.find("calendars");
  const bool declared = calendars != nullptr && calendars->find(out.calendar) != nullptr;
  if (!out.calendar.empty() && !declared) {
    in.error("calendar", "unknown_calendar",
             "there is no calendar " + quote(out.calendar) + " among \"calendars\"" +
                 base::did_you_mean(out.calendar, out.calendar_names()));
  }
  return out;
}

}  // namespace kith::schema
