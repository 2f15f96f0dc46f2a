// schema/organisation.hpp: the `organisation` section of a model document: what holds for all.
//
//   schema::Organisation here = schema::parse_organisation(member, limits, diagnostics);
//   const schema::NamedCalendar* office = here.find_calendar("office");
//   office->calendar.add_days(today, 3);
//
// The organisation's currency, which rates of exchange are told in, and its business calendars, one
// of which may be the one that is meant when none is named. Immutable once read; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/business_calendar.hpp"
#include "schema/diagnostics.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {

struct NamedCalendar {
  std::string name;
  std::string label;
  base::BusinessCalendar calendar;
};

struct Organisation {
  std::string currency;                  // ISO 4217, or empty
  std::string time_zone;                 // of calendars that name none; empty is UTC
  std::string calendar;                  // the one that is meant when none is named, or empty
  std::vector<NamedCalendar> calendars;  // in document order

  bool empty() const { return currency.empty() && time_zone.empty() && calendars.empty(); }
  const NamedCalendar* find_calendar(std::string_view name) const;
  // nullptr when none is the default.
  const NamedCalendar* default_calendar() const { return find_calendar(calendar); }
  std::vector<std::string> calendar_names() const;
};

// `member` may be null: nothing is said.
Organisation parse_organisation(const json::Node* member, const ModelLimits& limits,
                                Diagnostics& diagnostics);

// As a section's payload; empty text is an empty organisation. kCorrupt for what is none.
std::string encode(const Organisation& organisation);
Result<Organisation> decode_organisation(std::string_view payload);

}  // namespace kith::schema
