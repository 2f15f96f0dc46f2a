// Business days and working time, by the calendars of the organisation.
#include <optional>
#include <utility>

#include "base/business_calendar.hpp"
#include "base/message.hpp"
#include "expr/library.hpp"
#include "expr/time_math.hpp"
#include "schema/organisation.hpp"

namespace kith::expr::library {
namespace {

using base::BusinessCalendar;

constexpr std::int64_t kSecondsPerWeek = 7 * 86'400;

// The calendar that argument `at` names, or the one that is meant when there is none; made of the
// session's zone when the organisation has no default.
class CalendarOf {
 public:
  CalendarOf(const Call& call, const Datum* args, std::size_t at) {
    const Host* host = call.frame.activation().host();
    const schema::Organisation* organisation = host == nullptr ? nullptr : host->organisation();
    const schema::NamedCalendar* named = nullptr;
    if (call.count > at) {
      const std::string_view name = args[at].text();
      if (organisation != nullptr) named = organisation->find_calendar(name);
      if (named == nullptr) {
        error_ = call.frame.data_error("there is no calendar " + base::quoted(name) +
                                       " among the organisation's calendars");
      }
    } else if (organisation != nullptr) {
      named = organisation->default_calendar();
    }
    if (named != nullptr) found_ = &named->calendar;
    if (found_ == nullptr && !error_.is_error()) make_weekdays(call);
  }
  CalendarOf(const CalendarOf&) = delete;
  CalendarOf& operator=(const CalendarOf&) = delete;

  bool failed() const { return error_.is_error(); }
  const Datum& error() const { return error_; }
  const BusinessCalendar* operator->() const { return found_; }

 private:
  void make_weekdays(const Call& call) {
    const std::string_view name = session_zone(call.frame);
    const Result<base::TimeZone> zone = base::TimeZone::load(name.empty() ? "UTC" : name);
    if (!zone.ok()) {
      error_ = no_zone(call.frame, name);
      return;
    }
    made_.emplace(BusinessCalendar::weekdays(*zone));
    found_ = &*made_;
  }

  std::optional<BusinessCalendar> made_;
  const BusinessCalendar* found_ = nullptr;
  Datum error_;
};

Datum is_business_day(const Call& call, const Datum* args) {
  const CalendarOf calendar(call, args, 1);
  if (calendar.failed()) return calendar.error();
  return Datum::boolean(calendar->is_business_day(args[0].date()));
}

Datum days_between(const Call& call, const Datum* args) {
  const CalendarOf calendar(call, args, 2);
  if (calendar.failed()) return calendar.error();
  return Datum::integer(calendar->days_between(args[0].date(), args[1].date()));
}

Datum add_days(const Call& call, const Datum* args) {
  const CalendarOf calendar(call, args, 2);
  if (calendar.failed()) return calendar.error();
  const Result<Date> day = calendar->add_days(args[0].date(), args[1].int_value);
  return day.ok() ? Datum::date(*day) : call.frame.data_error(day.status().message());
}

// What takes a step for each week is charged for it before.
Datum duration_between(const Call& call, const Datum* args) {
  const CalendarOf calendar(call, args, 2);
  if (calendar.failed()) return calendar.error();
  const std::int64_t seconds = args[1].int_value - args[0].int_value;
  const std::int64_t weeks = (seconds < 0 ? -seconds : seconds) / kSecondsPerWeek;
  if (!call.frame.charge(static_cast<std::uint64_t>(weeks))) return call.frame.exhausted();
  const Result<Duration> worked = calendar->working_time(args[0].timestamp(), args[1].timestamp());
  if (!worked.ok()) return call.frame.data_error(worked.status().message());
  return Datum::duration(worked->total_nanoseconds());
}

Datum add_duration_to(const Call& call, const Datum* args) {
  const CalendarOf calendar(call, args, 2);
  if (calendar.failed()) return calendar.error();
  const Duration span = Duration::nanoseconds(args[1].int_value);
  const std::int64_t seconds = span.total_nanoseconds() / 1'000'000'000;
  const std::int64_t week = calendar->seconds_per_week();
  // Without hours in the week the walk goes to the end of the calendar.
  const std::int64_t weeks = week == 0 ? 520'000 : (seconds < 0 ? -seconds : seconds) / week;
  if (!call.frame.charge(static_cast<std::uint64_t>(weeks))) return call.frame.exhausted();
  const Result<Timestamp> time = calendar->add_working_time(args[0].timestamp(), span);
  return time.ok() ? Datum::timestamp(*time) : call.frame.data_error(time.status().message());
}

// With and without the name of a calendar at the end.
void define_both_ways(FunctionRegistry* registry, const char* name, std::vector<Type> parameters,
                      const Type& result, Function implementation) {
  Overload plain = make_overload(name, parameters, result, implementation);
  plain.constant = false;  // the host has the calendars
  plain.cost = 5;
  parameters.push_back(string());
  Overload named =
      make_overload(std::string(name) + "_calendar", std::move(parameters), result, implementation);
  named.constant = false;
  named.cost = 5;
  named.words = Words::kCalendars;
  named.words_at = static_cast<std::uint8_t>(named.parameters.size() - 1);
  registry->add(name, std::move(plain));
  registry->add(name, std::move(named));
}

}  // namespace

void add_business_time(FunctionRegistry* registry) {
  define_both_ways(registry, "is_business_day", {date()}, boolean(), &is_business_day);
  define_both_ways(registry, "business_days_between", {date(), date()}, integer(), &days_between);
  define_both_ways(registry, "add_business_days", {date(), integer()}, date(), &add_days);
  define_both_ways(registry, "business_duration", {timestamp(), timestamp()}, duration(),
                   &duration_between);
  define_both_ways(registry, "add_business_duration", {timestamp(), duration()}, timestamp(),
                   &add_duration_to);
}

}  // namespace kith::expr::library
