// kith/timeline.hpp: the story of a record, in order and readable.
//
//   for (const kith::TimelineItem& item : *snapshot.timeline(contact)) print(item.at, item.title);
//
// Its own changes and the activities that refer to it; with `related`, also the changes of other
// records that refer to it (the deals and tasks of a contact).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/history.hpp"
#include "kith/value.hpp"

namespace kith {

enum class TimelineKind : std::uint8_t { kChange, kActivity };
std::string_view timeline_kind_name(TimelineKind kind);  // "change", "activity"

struct TimelineItem {
  Timestamp at{};  // when it took effect; of an activity, when it started if it says so
  TimelineKind kind = TimelineKind::kChange;
  RecordId record{};         // what changed, or the activity
  std::string title{};       // one line: "Stage: Contacted → Proposal Sent", "Call: Discovery"
  std::string text{};        // the rest: other fields, an activity's body; may have several lines
  RecordId actor{};          // null for the host itself
  std::string actor_name{};  // the actor's title, or empty
  std::string cause{};
  std::uint64_t sequence = 0;  // in the history; 0: says that earlier changes are not kept
};

struct TimelineOptions {
  std::uint64_t limit = 100;  // the newest so many; 0: all
  bool newest_first = false;
  // Types whose records' changes are told too when they refer to this record: {"deal", "task"}.
  std::vector<std::string> related{};
};

}  // namespace kith
