// kith/pipeline.hpp: stages as data, and moving records through them.
//
//   auto moved = txn.move(deal, "Closed Won", {.fields = {{"close_date", "2026-03-10"}}});
//   for (const kith::PossibleMove& m : *snapshot.possible_moves(deal)) offer(m.stage, m.allowed);
//   for (const kith::StageVisit& v : *snapshot.stage_history(deal)) print(v.stage, v.duration);
//
// A pipeline moves one choice field of a type, whose options are its stages (docs/model.md). Won,
// lost, open and parked are classes of stages, never names. A move is an update of that field:
// whatever way it comes (update, import, automation, C), the same transition is chosen, the same
// guards and requirements are judged, once, and all that fail are reported together as violations
// of one kRefused:
//   transition      no transition leads from the present stage to the wanted one
//   create_stage    a record may not be created in this stage
//   retired_stage   nothing enters the stage any more
//   guard, entry_guard, exit_guard, permission   the condition is false or cannot be computed
//   required_input  the move itself must name this field
//   required        the field must have a value in that stage
//   set             what a transition or stage sets cannot be computed
// With Capabilities::pipeline_override a move goes past all of these; the history says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kith/status.hpp"
#include "kith/value.hpp"

namespace kith {

struct StageInfo {
  std::string name{};
  std::string label{};
  std::string stage_class{};     // "open", "won", "lost", "parked"
  std::int32_t order = 0;        // place among the stages, ascending
  std::int32_t probability = 0;  // percent; what a record is given when it enters
  std::string forecast{};        // "omitted", "pipeline", "best_case", "commit", "closed"
  Duration rot_after{};          // zero: never rotten
  bool retired = false;
};

struct PipelineInfo {
  std::string name{};
  std::string label{};
  std::string entity{};
  std::string field{};
  std::uint32_t version = 0;        // raised by every applied model that changes it
  std::string default_stage{};      // of a new record that names none
  std::vector<StageInfo> stages{};  // by order
};

struct MoveOptions {
  std::string field{};  // the pipeline's field; empty: the only one the type has
  Patch fields{};       // other fields changed with the move: {{"loss_reason", "price"}}
  std::uint64_t expected_version = 0;  // else kConflict; 0: any
  std::string expected_stage{};        // else kConflict; empty: any
};

struct MoveResult {
  bool moved = false;  // false: the record was there already and no transition repeats the stage
  std::string from{};  // empty when it was in no stage
  std::string to{};
  std::string transition{};  // name of the one taken; "policy" for one the policy allows
  bool reopened = false;     // from a closed stage to one that is not
  bool overridden = false;   // it took the capability pipeline.override
};

// One stage a record may think of moving to; without a write, with nothing but the record's own
// values as input, and without the capability pipeline.override.
struct PossibleMove {
  std::string stage{};
  bool allowed = false;
  bool reopens = false;
  // The one that would be taken, were it not for the reasons; empty when none leads there.
  std::string transition{};
  std::vector<Violation> reasons{};  // why not, complete: rules of the type too
};

// One stay in a stage, oldest first; the last one has no `left` while the record is there.
struct StageVisit {
  std::string stage{};
  Timestamp entered{};  // effective time
  std::optional<Timestamp> left{};
  Duration duration{};  // to `left`, or to the reader's now
  RecordId actor{};     // who moved it in; null for the host itself
  std::string cause{};
  std::uint64_t sequence = 0;  // of the change; 0: it is no longer kept
  bool overridden = false;
};

}  // namespace kith
