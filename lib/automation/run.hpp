// automation/run.hpp: the state of one run: data, not a place in a program.
//
//   automation::RunRecord run{.id = 7, .automation = welcome.id, .version = welcome.version};
//   KITH_ASSIGN(std::string bytes, automation::encode(run));
//
// It is written when the run begins, after every waking and when it ends; what it needs to go on
// (step, event, chain) is in it. Threads: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/automation.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"
#include "queue/timers.hpp"

namespace kith::automation {

// One link of the chain of causes: this automation has acted on this record.
struct ChainLink {
  std::uint32_t automation = 0;
  RecordId record{};
  friend bool operator==(const ChainLink&, const ChainLink&) = default;
};

struct RunRecord {
  std::uint64_t id = 0;
  std::uint32_t automation = 0;
  std::uint32_t version = 0;
  std::string name;  // of the automation, for people
  RecordId record{};
  std::uint64_t enrolment = 0;
  RunState state = RunState::kActive;
  std::uint32_t step = 0;             // the next one to carry out
  std::optional<queue::Timer> timer;  // of an active run: when it goes on
  Timestamp started{};
  Timestamp ended{};  // of an ended run
  std::uint32_t depth = 1;
  std::uint64_t parent = 0;
  std::vector<ChainLink> chain;  // from the first cause down to this run, itself included
  Map event;                     // data of the event that began it
  std::string message;           // why it ended
  friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

Result<std::string> encode(const RunRecord& run);
Result<RunRecord> decode_run(std::string_view bytes);

}  // namespace kith::automation
