#include "engine/run_step.hpp"

#include <utility>
#include <variant>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/run_ledger.hpp"

namespace kith::engine {

namespace {

using automation::Compiled;
using automation::Effect;
using automation::RunRecord;

// Answers of the door to what a step asks: reasons of the step, not of the database.
bool is_refusal(Code code) {
  switch (code) {
    case Code::kNotFound:
    case Code::kInvalidArgument:
    case Code::kUnsupported:
    case Code::kValidation:
    case Code::kConflict:
    case Code::kRefused:
    case Code::kPermission:
    case Code::kLimit:
    case Code::kModelInvalid:
    case Code::kExpressionSyntax:
    case Code::kExpressionType:
    case Code::kExpressionFailed: return true;
    default: return false;
  }
}

// The refusal with its reasons, in one line.
std::string reason_of(const Status& refusal) {
  std::string text(refusal.message());
  for (const Violation& violation : refusal.violations()) {
    text += "; ";
    if (!violation.field.empty()) text += violation.field + ": ";
    text += violation.message;
  }
  return text;
}

}  // namespace

Result<std::optional<RunRecord>> RunStep::find(const queue::Timer& timer) {
  KITH_ASSIGN(auto run, find_run(writer_.txn(), timer.target.run));
  const bool present = run && run->state == RunState::kActive && run->timer == timer;
  if (!present) {
    // Nothing leaves such a timer behind; should one be there, it wakes nobody.
    KITH_TRY(writer_.with_queue([&](store::WriteTxn& txn) { return queue::cancel(txn, timer); }));
    return std::optional<RunRecord>();
  }
  return run;
}

Status RunStep::take_up(RunRecord run) {
  run_ = std::move(run);
  event_ = Value(run_.event);
  ++context_.result.runs;
  KITH_ASSIGN(const auto pinned, context_.versions.find(writer_, run_));
  if (!pinned.automation) {
    return end(pinned.gone ? RunState::kCancelled : RunState::kFailed, pinned.reason);
  }
  pinned_ = pinned.automation;
  KITH_TRY(become_owner());
  KITH_ASSIGN(view_, writer_.find_record(run_.record));
  const bool of_deleted = pinned_->definition.trigger == automation::Trigger::kDeleted;
  if (!view_ || (view_->deleted() && !of_deleted)) {
    return end(RunState::kCancelled, view_ ? "the record was deleted" : "the record is gone");
  }
  if (pinned_->exit_when) {
    KITH_ASSIGN(const expr::Activation activation, this->activation());
    KITH_ASSIGN(const auto verdict, automation::judge(pinned_->exit_when, activation));
    if (verdict.holds) return end(RunState::kStopped, "exit_when is true");
    if (!verdict.error.empty()) {
      return end(RunState::kFailed, "exit_when failed: " + verdict.error);
    }
  }
  return carry_on();
}

Status RunStep::carry_on() {
  while (run_.step < pinned_->steps.size()) {
    bool go_on = true;
    KITH_TRY(step(&go_on));
    if (!go_on) return {};
  }
  return end(RunState::kDone, run_.message);
}

Status RunStep::step(bool* go_on) {
  KITH_ASSIGN(view_, writer_.find_record(run_.record));
  KITH_ASSIGN(const expr::Activation activation, this->activation());
  const Result<Effect> effect = automation::decide(*pinned_, run_.step, activation);
  if (!effect.ok()) return skip_or_fail(effect.status(), go_on);
  const Status done = std::visit([&](const auto& what) { return act(what); }, *effect);
  if (!done.ok()) return skip_or_fail(done, go_on);
  ++run_.step;
  if (std::holds_alternative<automation::PassEffect>(*effect)) return {};
  ++context_.result.steps;
  if (std::holds_alternative<automation::StopEffect>(*effect)) {
    *go_on = false;
    return end(RunState::kDone, run_.message);
  }
  if (const auto* wait = std::get_if<automation::WaitEffect>(&*effect)) {
    // One that is over already is no reason to stop.
    if (wait->until <= writer_.stamp().at) return {};
    *go_on = false;
    return pause(wait->until);
  }
  return {};
}

Status RunStep::skip_or_fail(const Status& refusal, bool* go_on) {
  KITH_TRY(writer_.health());
  if (!is_refusal(refusal.code())) return refusal;
  const std::string message = "step " + present_step().name + " failed: " + reason_of(refusal);
  if (!pinned_->definition.continue_on_error) {
    *go_on = false;
    return end(RunState::kFailed, message);
  }
  run_.message += (run_.message.empty() ? "" : "\n") + message;
  ++run_.step;
  return {};
}

Status RunStep::end(RunState state, std::string message) {
  if (state == RunState::kFailed) ++context_.result.failures;
  return writer_.with_queue([&](store::WriteTxn& txn) {
    return end_run(txn, writer_.stamp().at, context_.keep, state, std::move(message), &run_);
  });
}

Status RunStep::pause(Timestamp until) {
  return writer_.with_queue([&](store::WriteTxn& txn) -> Status {
    KITH_TRY(queue::cancel(txn, *run_.timer));
    return pause_run(txn, until, &run_);
  });
}

Result<expr::Activation> RunStep::activation() {
  KITH_ASSIGN(expr::Activation activation, writer_.activation());
  if (view_) activation.set_record(run_.record, &*view_);
  automation::activate_event(event_, &activation);
  return activation;
}

// From here on it is the automation's owner who acts, without any power beyond the ordinary.
Status RunStep::become_owner() {
  const RecordId owner = pinned_->definition.owner;
  std::shared_ptr<Session>& session = context_.owners[owner];
  if (!session) {
    SessionOptions who;
    who.actor = owner;
    who.time_zone = context_.session->options().time_zone;
    KITH_ASSIGN(session, context_.session->database().session(who));
  }
  Agency agency;
  agency.session = session;
  agency.cause = "automation " + run_.name + " run " + std::to_string(run_.id);
  agency.depth = run_.depth;
  agency.run = run_.id;
  agency.chain = run_.chain;
  writer_.act_as(std::make_shared<const Agency>(std::move(agency)));
  return {};
}

}  // namespace kith::engine
