#include "engine/enrolment.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "engine/purge_queue.hpp"
#include "engine/run_ledger.hpp"
#include "engine/writer.hpp"
#include "queue/date_waits.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

namespace {

using automation::Compiled;
using automation::RecordChange;
using automation::RunRecord;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;

std::int64_t day_of(Timestamp at) {
  return (at.seconds() >= 0 ? at.seconds() : at.seconds() - (kDay - 1)) / kDay;
}

// A date that came to be waited for at `now`: one that is past has been missed. A calendar date
// is not past while its day lasts.
bool is_ahead(Timestamp due, Timestamp now, schema::FieldType type) {
  return due >= now || (type == schema::FieldType::kDate && day_of(due) == day_of(now));
}

bool names(const std::vector<std::uint32_t>& fields, std::uint32_t field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

}  // namespace

Enrolment::Enrolment(Writer& writer) : writer_(writer), over_limit_(writer) {}

Status Enrolment::look_at(const RecordChange& change, const AgencyRef& agency) {
  if (change.after == nullptr) {
    purged_.insert(change.record);
    return {};
  }
  const CompiledType& type = *writer_.model().find(change.record.type());
  writer_.act_as(agency);
  if (change.kind != ChangeKind::kCreate) KITH_TRY(look_at_exits(change));
  KITH_TRY(look_at_dates(change));
  if (type.dispatch.empty()) return {};
  KITH_ASSIGN(const expr::Activation base, writer_.activation());
  std::vector<automation::Match> matches;
  KITH_TRY(type.dispatch.match(change, base, &matches, halts()));
  for (automation::Match& match : matches) {
    candidates_.push_back({std::move(match.automation),
                           std::move(match.condition_error),
                           match.over_limit,
                           change.record,
                           agency,
                           {},
                           writer_.stamp().at});
  }
  return {};
}

// Whatever version a run keeps to: its `exit_when` counts, not that of the present one.
Status Enrolment::look_at_exits(const RecordChange& change) {
  KITH_ASSIGN(const auto active, queue::active_runs(writer_.txn(), change.record));
  for (const queue::ActiveRun& one : active) {
    KITH_ASSIGN(auto run, find_run(writer_.txn(), one.run));
    if (!run) return Status(Code::kCorrupt, "run " + std::to_string(one.run) + " is lost");
    KITH_ASSIGN(const auto pinned, versions_.find(writer_, *run));
    if (!pinned.automation || !pinned.automation->exit_when) continue;
    KITH_ASSIGN(expr::Activation activation, writer_.activation());
    activation.set_record(change.record, change.after);
    if (change.before != nullptr) activation.set_old(change.record, change.before);
    const Value event(run->event);
    automation::activate_event(event, &activation);
    // One that cannot be computed is reported when the run wakes.
    KITH_ASSIGN(const auto verdict, automation::judge(pinned.automation->exit_when, activation));
    if (verdict.holds) stopped_.push_back(*std::move(run));
  }
  return {};
}

Status Enrolment::look_at_dates(const RecordChange& change) {
  const CompiledType& type = *writer_.model().find(change.record.type());
  if (type.dispatch.dated().empty() || change.after->deleted()) return {};
  for (const auto& automation : type.dispatch.dated()) {
    const automation::Automation& definition = automation->definition;
    const bool concerns = change.kind == ChangeKind::kCreate ||
                          change.kind == ChangeKind::kRestore ||
                          names(change.fields, definition.field);
    if (!concerns) continue;
    const schema::Field* field = type.type->find_field(definition.field);
    auto due = automation::due_of(definition, *type.type, type.layout, *change.after);
    if (due && (!field || !is_ahead(*due, writer_.stamp().at, field->type))) due.reset();
    if (!due && change.kind == ChangeKind::kCreate) continue;
    dates_.push_back({definition.id, change.record, due});
  }
  return {};
}

Status Enrolment::look_at_event(std::string_view name, const Map& data, RecordId record,
                                const AgencyRef& agency) {
  const CompiledType& type = *writer_.model().find(record.type());
  if (type.dispatch.empty()) return {};
  writer_.act_as(agency);
  KITH_ASSIGN(const auto view, writer_.find_record(record));
  if (!view) return {};
  KITH_ASSIGN(const expr::Activation base, writer_.activation());
  std::vector<automation::Match> matches;
  KITH_TRY(type.dispatch.match_event(name, Value(data), record, *view, base, &matches, halts()));
  for (automation::Match& match : matches) {
    candidates_.push_back({std::move(match.automation), std::move(match.condition_error),
                           match.over_limit, record, agency, data, writer_.stamp().at});
  }
  return {};
}

automation::Halts Enrolment::halts() {
  return [this](const Compiled& one) { return over_limit_.halts(one); };
}

Status Enrolment::look_at_date(const std::shared_ptr<const Compiled>& automation, RecordId record,
                               Timestamp due, const AgencyRef& agency) {
  KITH_ASSIGN(const bool halted, over_limit_.halts(*automation));
  if (halted) return {};
  writer_.act_as(agency);
  KITH_ASSIGN(const auto view, writer_.find_record(record));
  if (!view) return {};
  KITH_ASSIGN(expr::Activation activation, writer_.activation());
  activation.set_record(record, &*view);
  const Value event{Map()};
  automation::activate_event(event, &activation);
  KITH_ASSIGN(automation::Verdict verdict, automation::judge(automation->when, activation));
  if (!verdict.holds && verdict.error.empty()) return {};
  candidates_.push_back(
      {automation, std::move(verdict.error), verdict.over_limit, record, agency, {}, due});
  return {};
}

Status Enrolment::carry_out() {
  if (purged_.empty() && stopped_.empty() && dates_.empty() && candidates_.empty()) return {};
  return writer_.with_queue([&](store::WriteTxn& txn) -> Status {
    KITH_TRY(forget_purged(txn));
    for (RunRecord& run : stopped_) {
      KITH_TRY(end_run(txn, writer_.stamp().at, kKeepRuns, RunState::kStopped,
                       "exit_when became true", &run));
    }
    for (const DateWait& wait : dates_) KITH_TRY(set_wait(txn, wait));
    for (const Candidate& candidate : candidates_) KITH_TRY(enrol(txn, candidate));
    return {};
  });
}

Status Enrolment::forget_purged(store::WriteTxn& txn) {
  if (purged_.empty()) return {};
  for (const RecordId record : purged_) {
    for (const auto& automation : writer_.model().automations()) {
      const automation::Automation& definition = automation->definition;
      if (definition.entity != record.type()) continue;
      KITH_TRY(queue::erase_enrolment(txn, definition.id, record));
      KITH_TRY(queue::forget_date(txn, definition.id, record));
    }
  }
  return purge_queue(txn, writer_.catalog(), writer_.stamp().at, purged_);
}

Status Enrolment::set_wait(store::WriteTxn& txn, const DateWait& wait) {
  return wait.due ? queue::wait_for_date(txn, wait.automation, wait.record, *wait.due)
                  : queue::forget_date(txn, wait.automation, wait.record);
}

Result<bool> Enrolment::is_active(store::ReadTxn& txn, const Candidate& candidate) {
  KITH_ASSIGN(const auto active, queue::active_runs(txn, candidate.record));
  const std::uint32_t id = candidate.automation->definition.id;
  return std::any_of(active.begin(), active.end(),
                     [&](const queue::ActiveRun& run) { return run.automation == id; });
}

Status Enrolment::fail(store::WriteTxn& txn, const Candidate& candidate) {
  std::string message = "its condition failed: " + candidate.condition_error;
  bool last = false;
  if (candidate.over_limit) {
    KITH_ASSIGN(last, over_limit_.strike(txn, *candidate.automation));
  }
  if (last) {
    message += "; that was the " + std::to_string(kMostOverLimit) +
               "th time, so it is halted until a changed version of it is published";
  }
  return record_ended(txn, candidate, RunState::kFailed, std::move(message));
}

Status Enrolment::enrol(store::WriteTxn& txn, const Candidate& candidate) {
  const automation::Automation& definition = candidate.automation->definition;
  if (!candidate.condition_error.empty()) return fail(txn, candidate);
  const Timestamp at = writer_.stamp().at;
  KITH_ASSIGN(queue::Enrolment enrolment, queue::enrolment(txn, definition.id, candidate.record));
  const bool once = definition.enrolment == automation::EnrolmentPolicy::kOnce;
  if (once && enrolment.number > 0) return {};
  if (!definition.while_active) {
    KITH_ASSIGN(const bool active, is_active(txn, candidate));
    if (active) return {};
  }
  if (std::string why = held_back(candidate); !why.empty()) {
    return record_ended(txn, candidate, RunState::kSuspended, std::move(why));
  }
  if (enrolment.in_window == 0 || at.seconds() - enrolment.window_start.seconds() >= kHour) {
    enrolment.window_start = at;
    enrolment.in_window = 0;
  }
  if (enrolment.in_window >= definition.max_per_hour) {
    return record_ended(txn, candidate, RunState::kSuspended,
                        "it began " + std::to_string(enrolment.in_window) +
                            " times for this record within an hour; max_per_hour allows no more");
  }
  ++enrolment.in_window;
  ++enrolment.number;
  KITH_TRY(queue::put_enrolment(txn, definition.id, candidate.record, enrolment));
  // Once for all the records that it takes up in this transaction.
  if (kept_.insert(definition.id).second) {
    KITH_TRY(queue::keep_version(txn, definition.id, definition.version,
                                 automation::encode(definition)));
  }
  RunRecord run = blank(candidate);
  run.enrolment = enrolment.number;
  run.event = candidate.event;
  KITH_TRY(begin_run(txn, candidate.due, &run));
  begun_.push_back(std::move(run));
  return {};
}

// Why the loop guard does not let it begin; empty when it does.
std::string Enrolment::held_back(const Candidate& candidate) const {
  const Agency& agency = *candidate.agency;
  const automation::ChainLink link{candidate.automation->definition.id, candidate.record};
  if (std::find(agency.chain.begin(), agency.chain.end(), link) != agency.chain.end()) {
    std::string names;
    for (const automation::ChainLink& earlier : agency.chain) {
      const auto automation = writer_.model().automation(earlier.automation);
      names += (automation ? automation->definition.name : std::string("?")) + " -> ";
    }
    return "it has acted on " + schema::format_id(writer_.catalog(), candidate.record) +
           " before in this chain of causes: " + names + candidate.automation->definition.name;
  }
  const std::uint32_t limit = writer_.session().database_limits().max_chain_depth;
  if (agency.depth + 1 <= limit) return {};
  return "automations began one another to a depth of " + std::to_string(agency.depth + 1) +
         "; max_chain_depth allows " + std::to_string(limit);
}

RunRecord Enrolment::blank(const Candidate& candidate) const {
  const automation::Automation& definition = candidate.automation->definition;
  const Agency& agency = *candidate.agency;
  RunRecord run;
  run.automation = definition.id;
  run.version = definition.version;
  run.name = definition.name;
  run.record = candidate.record;
  run.started = writer_.stamp().at;
  run.depth = agency.depth + 1;
  run.parent = agency.run;
  run.chain = agency.chain;
  run.chain.push_back({definition.id, candidate.record});
  return run;
}

Status Enrolment::record_ended(store::WriteTxn& txn, const Candidate& candidate, RunState state,
                               std::string message) {
  RunRecord run = blank(candidate);
  ++failures_;
  return end_run(txn, writer_.stamp().at, kKeepRuns, state, std::move(message), &run);
}

}  // namespace kith::engine
