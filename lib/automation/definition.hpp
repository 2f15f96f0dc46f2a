// automation/definition.hpp: automations as published: what starts them, and their steps.
//
//   for (const automation::Automation& a : definitions.automations) ...   // in order of matching
//   const automation::Automation* welcome = definitions.find("welcome");
//
// An automation's id is given at its first publication and never reused; every publication that
// changes it raises its version. Runs keep to the version they began with. Expressions are kept as
// source. Before-rules, which are part of the write itself, are in before_rules.hpp.
// Threads: const use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "schema/expression_use.hpp"

namespace kith::automation {

enum class Trigger : std::uint8_t {
  kCreated,
  kUpdated,  // a watched field changed
  kDeleted,
  kRestored,
  kStageEntered,
  kStageLeft,
  kDateReached,  // a date or timestamp field plus an offset
  kEvent,        // the host said that something happened: kith/automation.hpp, InboundEvent
  kChanged,      // created or updated; what automatic transitions wait for, not for documents
};
std::string_view trigger_name(Trigger trigger);                   // "created", "stage_entered", ...
std::optional<Trigger> trigger_from_name(std::string_view name);  // not kChanged

enum class EnrolmentPolicy : std::uint8_t {
  kOnEdge,      // `when` was not true of the old image and is true of the new one
  kEveryEvent,  // whenever the trigger fires and `when` holds
  kOnce,        // once for each record, ever
};

enum class State : std::uint8_t {
  kActive,
  kPaused,   // begins no run; those under way go on
  kRetired,  // begins no run; those under way are cancelled when they wake
};

enum class StepKind : std::uint8_t {
  kSet,     // fields of the record
  kCreate,  // another record
  kMove,    // the record to a stage
  kAssign,  // round robin among records of a type
  kSend,    // a message to the outbox
  kWait,    // a span, or until an instant
  kStop,    // ends the run, as done
};
std::string_view step_kind_name(StepKind kind);  // "set", "create", ...

struct Step {
  StepKind kind = StepKind::kSet;
  std::string name;  // unique in the automation: as declared, else "1", "2", ...
  std::string when;  // else the step is passed over; empty is always
  // kSet: of the record; kCreate: of the new one; kMove: further fields of the move.
  std::vector<schema::Assignment> set;
  std::uint16_t entity = 0;  // kCreate: the type; kAssign: the type of the candidates
  std::uint32_t field = 0;   // kMove: the pipeline's field; kAssign: the reference, or the owner
  std::uint32_t stage = 0;   // kMove
  std::string among;         // kAssign: which candidates take part; empty is all
  std::string topic;         // kSend
  std::string to;            // kSend: expression, becomes payload.to; may be empty
  std::string message_template;  // kSend: name of a template record; or empty
  std::string subject;           // kSend: text with ${expressions}
  std::string body;              // kSend: text with ${expressions}
  std::vector<std::pair<std::string, std::string>> data;  // kSend: payload name -> expression
  std::int64_t wait_us = 0;                               // kWait: microseconds
  std::string until;  // kWait: expression, a timestamp or date; instead of wait_us
  friend bool operator==(const Step&, const Step&) = default;
};

struct Automation {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t version = 1;
  std::uint16_t entity = 0;
  Trigger trigger = Trigger::kCreated;
  std::vector<std::uint32_t> watch;   // kUpdated: field ids, ascending; empty is any
  std::uint32_t field = 0;            // kStageEntered, kStageLeft: the pipeline's; kDateReached
  std::vector<std::uint32_t> stages;  // kStageEntered, kStageLeft: stage ids; empty is any
  std::int64_t offset_us = 0;         // kDateReached: added to the field's instant
  std::int32_t at_minute = 0;         // kDateReached on a date: minute of the day, in UTC
  std::string event;                  // kEvent: its name
  std::string when;                   // empty: always
  std::string exit_when;              // ends a run, looked at on waking and on every change
  EnrolmentPolicy enrolment = EnrolmentPolicy::kOnEdge;
  bool while_active = false;        // may begin a run while another of the same record is active
  std::int32_t order = 0;           // among the automations of an entity type; then by name
  std::uint32_t max_per_hour = 20;  // runs begun for one record in an hour; then suspended
  bool continue_on_error = false;   // a step that fails is passed over
  State state = State::kActive;
  RecordId owner;  // whom its steps act as; null for the host itself
  std::vector<Step> steps;
  friend bool operator==(const Automation&, const Automation&) = default;
};

struct Definitions {
  std::vector<Automation> automations;  // by entity, order, name
  std::uint32_t next_id = 1;

  const Automation* find(std::string_view name) const;
  const Automation* find(std::uint32_t id) const;
  friend bool operator==(const Definitions&, const Definitions&) = default;
};

// The stored forms, format byte first. Decoding is strict: anything else is kCorrupt.
std::string encode(const Automation& automation);
Result<Automation> decode_automation(std::string_view bytes);

}  // namespace kith::automation
