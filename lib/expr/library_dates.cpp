// Calendar days: crm.v1's date type.
#include "base/calendar.hpp"
#include "base/message.hpp"
#include "expr/library.hpp"
#include "expr/time_math.hpp"

namespace kith::expr::library {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

Datum date_or_error(const Call& call, const Result<Date>& date) {
  return date.ok() ? Datum::date(*date) : call.frame.data_error(date.status().message());
}

Datum date_of_text(const Call& call, const Datum* args) {
  if (!call.frame.charge_long(args[0].text().size())) return call.frame.exhausted();
  return date_or_error(call, Date::parse(args[0].text()));
}

Datum date_of_parts(const Call& call, const Datum* args) {
  for (int i = 0; i < 3; ++i) {
    if (args[i].int_value < 1 || args[i].int_value > 9999) {
      return call.frame.data_error("date out of range");
    }
  }
  return date_or_error(call, Date::from_civil(static_cast<std::int32_t>(args[0].int_value),
                                              static_cast<std::int32_t>(args[1].int_value),
                                              static_cast<std::int32_t>(args[2].int_value)));
}

Datum date_of_time(const Call& call, const Datum* args) {
  base::CivilTime civil;
  const std::string_view zone = call.count > 1 ? args[1].text() : std::string_view();
  if (!to_civil(args[0].timestamp(), zone, &civil)) return no_zone(call.frame, zone);
  return Datum::date(civil.date);
}

Datum today_of(const Call& call, const Datum*) {
  Date date;
  Datum error;
  return today(call.frame, &date, &error) ? Datum::date(date) : error;
}

Datum days_since(const Call& call, const Datum* args) {
  Date date;
  Datum error;
  if (!today(call.frame, &date, &error)) return error;
  return Datum::integer(date.days_since_epoch() - args[0].int_value);
}

// Calendar days in the session's time zone.
Datum days_since_time(const Call& call, const Datum* args) {
  Date date;
  Datum error;
  if (!today(call.frame, &date, &error)) return error;
  base::CivilTime civil;
  const std::string_view zone = session_zone(call.frame);
  if (!to_civil(args[0].timestamp(), zone, &civil)) return no_zone(call.frame, zone);
  return Datum::integer(date.days_since_epoch() - civil.date.days_since_epoch());
}

Datum days_between(const Call&, const Datum* args) {
  return Datum::integer(args[1].int_value - args[0].int_value);
}

// Whole periods of 24 hours.
Datum days_between_times(const Call&, const Datum* args) {
  std::int64_t seconds = args[1].int_value - args[0].int_value;
  if (seconds > 0 && args[1].extra < args[0].extra) --seconds;
  if (seconds < 0 && args[1].extra > args[0].extra) ++seconds;
  return Datum::integer(seconds / kSecondsPerDay);
}

// Whole months: 31 January to 28 February is none, to 1 March is one.
Datum months_between(const Call&, const Datum* args) {
  const CivilDay a = args[0].date().civil();
  const CivilDay b = args[1].date().civil();
  std::int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  if (months > 0 && b.day < a.day) --months;
  if (months < 0 && b.day > a.day) ++months;
  return Datum::integer(months);
}

Datum add_days(const Call& call, const Datum* args) {
  return date_or_error(call, base::add_days(args[0].date(), args[1].int_value));
}

template <std::int64_t Months>
Datum add_whole_months(const Call& call, const Datum* args) {
  std::int64_t months = 0;
  if (__builtin_mul_overflow(args[1].int_value, Months, &months)) {
    return call.frame.data_error("date out of range");
  }
  return date_or_error(call, base::add_months(args[0].date(), months));
}

template <bool End>
Datum edge_of_date(const Call& call, Date date, std::string_view unit) {
  const auto period = base::period_from_name(unit);
  if (!period) {
    return call.frame.data_error(std::string(End ? "end_of()" : "start_of()") +
                                 " knows day, week, month, quarter and year, not " +
                                 base::quoted(unit));
  }
  if constexpr (!End) return Datum::date(base::start_of(*period, date));
  const Result<Date> next = base::start_of_following(*period, date);
  return next.ok() ? date_or_error(call, base::add_days(*next, -1)) : date_or_error(call, next);
}

template <bool End>
Datum edge_of(const Call& call, const Datum* args) {
  return edge_of_date<End>(call, args[0].date(), args[1].text());
}

template <bool End>
Datum edge_of_time(const Call& call, const Datum* args) {
  base::CivilTime civil;
  if (!to_civil(args[0].timestamp(), args[2].text(), &civil)) {
    return no_zone(call.frame, args[2].text());
  }
  return edge_of_date<End>(call, civil.date, args[1].text());
}

Datum is_weekend(const Call&, const Datum* args) {
  return Datum::boolean(args[0].date().weekday() >= 6);
}

Datum quarter_label(const Call& call, const Datum* args) {
  return call.frame.string(base::period_label(base::Period::kQuarter, args[0].date()));
}

Datum month_label(const Call& call, const Datum* args) {
  return call.frame.string(base::period_label(base::Period::kMonth, args[0].date()));
}

std::int64_t year_part(Date d) { return d.civil().year; }
std::int64_t month_part(Date d) { return d.civil().month - 1; }
std::int64_t quarter_part(Date d) { return (d.civil().month + 2) / 3; }
std::int64_t date_part(Date d) { return d.civil().day; }
std::int64_t day_part(Date d) { return d.civil().day - 1; }
std::int64_t week_day_part(Date d) { return d.weekday() % 7; }
std::int64_t year_day_part(Date d) { return base::day_of_year(d) - 1; }

template <std::int64_t (*Part)(Date)>
Datum part(const Call&, const Datum* args) {
  return Datum::integer(Part(args[0].date()));
}

void define_now(FunctionRegistry* registry, std::string_view name, std::string id,
                std::vector<Type> parameters, Type result, Function implementation) {
  Overload overload =
      make_overload(std::move(id), std::move(parameters), std::move(result), implementation);
  overload.constant = false;
  registry->add(name, std::move(overload));
}

void add_parts(FunctionRegistry* registry) {
  const std::pair<const char*, Function> parts[] = {
      {"getFullYear", &part<year_part>},      {"getMonth", &part<month_part>},
      {"getQuarter", &part<quarter_part>},    {"getDate", &part<date_part>},
      {"getDayOfMonth", &part<day_part>},     {"getDayOfWeek", &part<week_day_part>},
      {"getDayOfYear", &part<year_day_part>},
  };
  for (const auto& [name, implementation] : parts) {
    define_method(registry, name, std::string("date_") + name, {date()}, integer(), implementation);
  }
}

template <bool End>
void add_edges(FunctionRegistry* registry, const std::string& name) {
  Overload of_date = make_overload(name + "_date", {date(), string()}, date(), &edge_of<End>);
  Overload of_time =
      make_overload(name + "_time", {timestamp(), string(), string()}, date(), &edge_of_time<End>);
  for (Overload* overload : {&of_date, &of_time}) {
    overload->words = Words::kPeriods;
    overload->words_at = 1;
    registry->add(name, std::move(*overload));
  }
}

}  // namespace

void add_dates(FunctionRegistry* registry) {
  define(registry, "date", "date_of_text", {string()}, date(), &date_of_text);
  define(registry, "date", "date_of_date", {date()}, date(),
         [](const Call&, const Datum* args) { return args[0]; });
  define(registry, "date", "date_of_parts", {integer(), integer(), integer()}, date(),
         &date_of_parts);
  define(registry, "date", "date_of_time", {timestamp()}, date(), &date_of_time);
  define(registry, "date", "date_of_time_tz", {timestamp(), string()}, date(), &date_of_time);
  define_method(registry, "date", "date_of_time_method", {timestamp()}, date(), &date_of_time);
  define_method(registry, "date", "date_of_time_tz_method", {timestamp(), string()}, date(),
                &date_of_time);
  define_now(registry, "today", "today", {}, date(), &today_of);
  define_now(registry, "days_since", "days_since", {date()}, integer(), &days_since);
  define_now(registry, "days_since", "days_since_time", {timestamp()}, integer(), &days_since_time);
  define(registry, "days_between", "days_between", {date(), date()}, integer(), &days_between);
  define(registry, "days_between", "days_between_times", {timestamp(), timestamp()}, integer(),
         &days_between_times);
  define(registry, "months_between", "months_between", {date(), date()}, integer(),
         &months_between);
  define_method(registry, "addDays", "add_days", {date(), integer()}, date(), &add_days);
  define_method(registry, "addMonths", "add_months", {date(), integer()}, date(),
                &add_whole_months<1>);
  define_method(registry, "addYears", "add_years", {date(), integer()}, date(),
                &add_whole_months<12>);
  add_edges<false>(registry, "start_of");
  add_edges<true>(registry, "end_of");
  define(registry, "is_weekend", "is_weekend", {date()}, boolean(), &is_weekend);
  define(registry, "quarter", "quarter_label", {date()}, string(), &quarter_label);
  define(registry, "year_month", "month_label", {date()}, string(), &month_label);
  add_parts(registry);
}

}  // namespace kith::expr::library
