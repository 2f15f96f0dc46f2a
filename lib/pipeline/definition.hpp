// pipeline/definition.hpp: pipelines as published: flat state machines over choice fields.
//
//   const pipeline::Pipeline* sales = definitions.for_field(deal.id, stage_field.id);
//   const pipeline::Stage* won = sales->find_stage("Closed Won");
//   if (won->stage_class == pipeline::StageClass::kWon) ...
//
// A stage's id is the id of its option in the choice field: immutable and never reused, so that
// history stays readable. Whether a deal is won is a matter of class, never of the stage's name.
// Expressions are kept as source. Threads: const use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "schema/expression_use.hpp"

namespace kith::pipeline {

enum class StageClass : std::uint8_t { kOpen, kWon, kLost, kParked };
std::string_view stage_class_name(StageClass stage_class);  // "open", "won", "lost", "parked"
std::optional<StageClass> stage_class_from_name(std::string_view name);
// Won and lost end a deal; leaving them is a reopening.
inline bool is_closed(StageClass c) { return c == StageClass::kWon || c == StageClass::kLost; }

enum class Forecast : std::uint8_t { kOmitted, kPipeline, kBestCase, kCommit, kClosed };
std::string_view forecast_name(Forecast forecast);  // "omitted", "pipeline", "best_case", ...
std::optional<Forecast> forecast_from_name(std::string_view name);

// A field that must not be null in the final image.
struct Requirement {
  std::uint32_t field = 0;
  std::string when;  // only if this holds; empty is always
  friend bool operator==(const Requirement&, const Requirement&) = default;
};

struct Stage {
  std::uint32_t id = 0;
  std::string name;
  std::string label;
  StageClass stage_class = StageClass::kOpen;
  std::int32_t order = 0;
  std::int32_t probability = 0;  // percent; won is 100, lost is 0
  Forecast forecast = Forecast::kPipeline;
  std::vector<Requirement> required;
  std::string entry_guard;
  std::string exit_guard;
  std::vector<schema::Assignment> on_entry;
  std::vector<schema::Assignment> on_exit;
  std::int64_t rot_after_us = 0;  // microseconds in the stage until it is rotten; 0 is never
  bool retired = false;           // may be left but not entered
  friend bool operator==(const Stage&, const Stage&) = default;
};

struct Transition {
  std::string name;
  std::vector<std::uint32_t> from;  // stage ids, ascending
  std::uint32_t to = 0;
  std::string guard;
  std::vector<std::uint32_t> required_inputs;  // field ids that the patch itself must name
  std::string permission;
  std::vector<schema::Assignment> set;
  bool automatic = false;  // taken by the engine as soon as its guard holds
  bool reopen = false;     // may leave a closed stage
  bool generated = false;  // made from the policy, not declared
  friend bool operator==(const Transition&, const Transition&) = default;
};

struct Pipeline {
  std::string name;
  std::string label;
  std::uint32_t version = 1;  // raised by every publish that changes it
  std::uint16_t entity = 0;
  std::uint32_t field = 0;
  // What the pipeline keeps beside its field: since when the record is in its stage, and the
  // probability that the stage gave it then.
  std::uint32_t entered_field = 0;
  std::uint32_t probability_field = 0;
  std::vector<Stage> stages;                 // by order
  std::vector<std::uint32_t> create_stages;  // where a record may be created
  std::uint32_t default_stage = 0;           // where it is created when nothing is said
  // In definition order, declared before generated: the first whose guard holds is taken.
  std::vector<Transition> transitions;

  const Stage* find_stage(std::uint32_t id) const;
  const Stage* find_stage(std::string_view stage_name) const;
  bool may_create_in(std::uint32_t stage_id) const;
  friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

struct Definitions {
  std::vector<Pipeline> pipelines;  // in document order

  const Pipeline* find(std::string_view name) const;
  const Pipeline* for_field(std::uint16_t entity, std::uint32_t field) const;
  friend bool operator==(const Definitions&, const Definitions&) = default;
};

// The stored form, format byte first. Decoding is strict: anything else is kCorrupt.
std::string encode(const Definitions& definitions);
Result<Definitions> decode(std::string_view bytes);

}  // namespace kith::pipeline
