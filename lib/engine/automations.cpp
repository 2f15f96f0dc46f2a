#include "engine/automations.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/enrolment.hpp"
#include "engine/outbox.hpp"
#include "engine/over_limit.hpp"
#include "engine/run_ledger.hpp"
#include "engine/writer.hpp"
#include "queue/date_waits.hpp"
#include "queue/inbox.hpp"
#include "queue/runs.hpp"
#include "queue/timers.hpp"
#include "schema/types.hpp"

namespace kith::engine {

namespace {

constexpr std::size_t kMaxHostIdBytes = 400;
constexpr std::size_t kPage = 256;

std::string_view state_name(automation::State state) {
  switch (state) {
    case automation::State::kActive: return "active";
    case automation::State::kPaused: return "paused";
    case automation::State::kRetired: return "retired";
  }
  return "";
}

bool is_wanted(const Run& run, const RunFilter& filter) {
  return (filter.record.is_null() || filter.record == run.record) &&
         (filter.automation.empty() || filter.automation == run.automation) &&
         (!filter.state || *filter.state == run.state);
}

// By the index of active runs, which is short for one record.
Result<std::vector<Run>> active_runs(Reader& reader, const RunFilter& filter) {
  KITH_ASSIGN(auto active, queue::active_runs(reader.txn(), filter.record));
  std::sort(active.begin(), active.end(),
            [](const auto& a, const auto& b) { return a.run < b.run; });
  std::vector<Run> found;
  for (const queue::ActiveRun& one : active) {
    if (found.size() == filter.limit) break;
    KITH_ASSIGN(const auto run, find_run(reader.txn(), one.run));
    if (!run) return Status(Code::kCorrupt, "run " + std::to_string(one.run) + " is lost");
    Run described = describe_run(*run);
    if (is_wanted(described, filter)) found.push_back(std::move(described));
  }
  return found;
}

Status check(Writer& writer, const InboundEvent& event) {
  if (event.name.empty()) {
    return Status(Code::kInvalidArgument, "an event needs the name that automations wait for");
  }
  if (event.id.size() > kMaxHostIdBytes) {
    return Status(Code::kInvalidArgument, "the id of an event has at most " +
                                              std::to_string(kMaxHostIdBytes) + " bytes, not " +
                                              std::to_string(event.id.size()));
  }
  if (event.record.is_null()) {
    return Status(Code::kInvalidArgument,
                  "event \"" + event.name + "\" names no record: say what it is about");
  }
  KITH_ASSIGN(const record::View* record, writer.load(event.record));
  if (record != nullptr) return {};
  return Status(Code::kInvalidArgument, "event \"" + event.name + "\" is about " +
                                            schema::format_id(writer.catalog(), event.record) +
                                            ", which does not exist");
}

Result<ReceiveResult> remembered(std::string_view answer) {
  base::ByteReader in(answer);
  ReceiveResult result;
  result.repeated = true;
  result.runs = in.varint();
  KITH_TRY(in.finish("answer to an event"));
  return result;
}

}  // namespace

Result<std::vector<AutomationInfo>> describe_automations(Reader& reader) {
  std::vector<AutomationInfo> infos;
  OverLimit over_limit(reader);
  for (const auto& compiled : reader.model().automations()) {
    const automation::Automation& automation = compiled->definition;
    AutomationInfo info;
    info.id = automation.id;
    info.name = automation.name;
    info.entity = reader.model().find(automation.entity)->type->name;
    info.trigger = automation::trigger_name(automation.trigger);
    info.version = automation.version;
    KITH_ASSIGN(const bool halted, over_limit.halts(*compiled));
    info.state = halted && automation.state == automation::State::kActive
                     ? "halted"
                     : state_name(automation.state);
    info.order = automation.order;
    info.condition = automation.when;
    info.steps = static_cast<std::uint32_t>(automation.steps.size());
    infos.push_back(std::move(info));
  }
  return infos;
}

Result<std::vector<Run>> runs(Reader& reader, const RunFilter& filter) {
  KITH_TRY(reader.check_present("runs of automations"));
  if (!filter.record.is_null() && filter.state == RunState::kActive) {
    return active_runs(reader, filter);
  }
  std::vector<Run> found;
  for (std::uint64_t from = 0; found.size() < filter.limit;) {
    KITH_ASSIGN(const auto page, queue::scan_runs(reader.txn(), from, kPage));
    for (const queue::StoredRun& stored : page) {
      if (found.size() == filter.limit) break;
      KITH_ASSIGN(const automation::RunRecord run, automation::decode_run(stored.bytes));
      Run described = describe_run(run);
      if (is_wanted(described, filter)) found.push_back(std::move(described));
    }
    if (page.size() < kPage) break;
    from = page.back().run + 1;
  }
  return found;
}

Result<std::optional<Timestamp>> next_due(Reader& reader) {
  KITH_TRY(reader.check_present("timers"));
  KITH_ASSIGN(std::optional<Timestamp> due, queue::next_due(reader.txn()));
  KITH_ASSIGN(const auto sweeps, queue::sweeps(reader.txn(), 1));
  if (!sweeps.empty()) {
    KITH_ASSIGN(const Timestamp now, reader.now());
    due = std::min(due.value_or(now), now);
  }
  return due;
}

Result<ReceiveResult> receive(Writer& writer, const InboundEvent& event) {
  KITH_TRY(check(writer, event));
  const std::string id = "event/" + event.id;
  if (!event.id.empty()) {
    KITH_ASSIGN(const auto answer, queue::find_event(writer.txn(), id));
    if (answer) return remembered(*answer);
  }
  Enrolment enrolment(writer);
  KITH_TRY(enrolment.look_at_event(event.name, event.data, event.record, writer.agency()));
  KITH_TRY(enrolment.carry_out());
  ReceiveResult result;
  result.runs = enrolment.begun().size();
  if (event.id.empty()) return result;
  base::ByteWriter answer;
  answer.varint(result.runs);
  KITH_TRY(writer.with_queue([&](store::WriteTxn& txn) {
    return queue::remember_event(txn, id, writer.stamp().at, kKeepKeys, answer.bytes());
  }));
  return result;
}

Status cancel_run(Writer& writer, std::uint64_t run, std::string_view reason) {
  return writer.with_queue([&](store::WriteTxn& txn) -> Status {
    KITH_ASSIGN(auto found, find_run(txn, run));
    if (!found) return Status(Code::kNotFound, "there is no run " + std::to_string(run));
    if (found->state != RunState::kActive) {
      return Status(Code::kInvalidArgument, "run " + std::to_string(run) +
                                                " has ended already: it is " +
                                                std::string(run_state_name(found->state)));
    }
    return end_run(txn, writer.stamp().at, kKeepRuns, RunState::kCancelled, std::string(reason),
                   &*found);
  });
}

}  // namespace kith::engine
