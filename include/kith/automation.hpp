// kith/automation.hpp: the users' rules at work: runs, timers, and the tick that carries them out.
//
//   kith::Result<kith::TickResult> done = session.tick({.now = clock()});
//   if (done->next_due) sleep_until(*done->next_due);
//
// Automations are data in the model (docs/model.md). A change that a rule waits for writes a run,
// in the transaction of the change: both land or neither. Nothing of a run is carried out until the
// host calls Session::tick(), which does what is due in transactions of its own, through the same
// door as every other write. kith owns no thread and reads no clock; between two ticks nothing
// happens, and a tick that comes late does everything that has become due, in order of time.
//
// A run keeps to the version of the automation it began with. It ends kDone, or kStopped by its
// `exit_when`, or kFailed with the reason, or kCancelled (automation retired, record gone, or by
// the host), or kSuspended by a loop guard. Ended runs are kept for TickOptions::keep.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/options.hpp"
#include "kith/value.hpp"

namespace kith {

struct AutomationInfo {
  std::uint32_t id = 0;  // given at first publication, never reused
  std::string name{};
  std::string entity{};
  std::string trigger{};  // "created", "stage_entered", ...
  std::uint32_t version = 0;
  // "active"; "paused" (begins no run); "retired" (ends those it has); "halted" (begins no run
  // until a changed version is published: its condition passed the limit of work ten times).
  std::string state{};
  std::int32_t order = 0;
  std::string condition{};  // its `when`
  std::uint32_t steps = 0;
};

enum class RunState : std::uint8_t { kActive, kDone, kStopped, kFailed, kCancelled, kSuspended };
std::string_view run_state_name(RunState state);  // "active", "done", ...

struct Run {
  std::uint64_t id = 0;  // ascending in order of beginning
  std::string automation{};
  std::uint32_t version = 0;
  RecordId record{};
  std::uint64_t enrolment = 0;  // how often this automation has taken up this record, from 1
  RunState state = RunState::kActive;
  std::uint32_t step = 0;  // steps done so far
  Timestamp started{};
  std::optional<Timestamp> due{};  // of an active run: when it goes on
  std::optional<Timestamp> ended{};
  std::uint32_t depth = 0;   // 1 when a person or the host caused it, 2 when a run did, ...
  std::uint64_t parent = 0;  // the run that caused it, or 0
  std::string message{};     // why it ended, unless kDone
};

struct RunFilter {
  RecordId record{};         // null: of any
  std::string automation{};  // empty: of any
  std::optional<RunState> state{};
  std::uint64_t limit = 1000;
};

struct TickOptions {
  Timestamp now{};                  // required: the host's time
  std::uint32_t max_runs = 10'000;  // the budget: how many runs to take up at most
  Durability durability = Durability::kFull;
  std::chrono::milliseconds timeout{5000};  // wait for another writer, then kBusy
  Duration keep = Duration::days(30);       // ended runs, acknowledged messages' keys, inbox ids
};

struct TickResult {
  std::uint64_t runs = 0;               // taken up: begun or gone on with
  std::uint64_t steps = 0;              // carried out
  std::uint64_t changes = 0;            // history entries written
  std::uint64_t messages = 0;           // put into the outbox
  std::uint64_t failures = 0;           // runs that ended kFailed or kSuspended
  bool more = false;                    // the budget ran out before the work: tick again
  std::optional<Timestamp> next_due{};  // the earliest time at which there is work again
};

// Something that happened outside, told by the host. `id` is the host's own name of the event: a
// second event with an id that is remembered changes nothing and says so.
struct InboundEvent {
  std::string id{};    // at most 400 bytes; empty: not remembered
  std::string name{};  // what automations with `"on": "event"` wait for: "payment.received"
  RecordId record{};   // the record it is about
  Map data{};          // read as event.<name> in conditions and steps
};

struct ReceiveResult {
  bool repeated = false;
  std::uint64_t runs = 0;  // begun by it
};

}  // namespace kith
