#include "engine/run_ledger.hpp"

#include <utility>

#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

namespace {

using automation::RunRecord;

Status put(store::WriteTxn& txn, const RunRecord& run) {
  KITH_ASSIGN(const std::string bytes, automation::encode(run));
  return queue::put_run(txn, run.id, bytes);
}

Status arm(store::WriteTxn& txn, Timestamp due, RunRecord* run) {
  KITH_ASSIGN(run->timer, queue::arm(txn, due, {.kind = queue::TimerKind::kRun, .run = run->id}));
  return {};
}

queue::ActiveRun active(const RunRecord& run) { return {run.record, run.automation, run.id}; }

}  // namespace

Result<std::optional<RunRecord>> find_run(store::ReadTxn& txn, std::uint64_t id) {
  KITH_ASSIGN(const auto bytes, queue::find_run(txn, id));
  if (!bytes) return std::optional<RunRecord>();
  KITH_ASSIGN(RunRecord run, automation::decode_run(*bytes));
  return std::optional<RunRecord>(std::move(run));
}

Status begin_run(store::WriteTxn& txn, Timestamp due, RunRecord* run) {
  KITH_ASSIGN(run->id, queue::next_run_id(txn));
  run->state = RunState::kActive;
  KITH_TRY(arm(txn, due, run));
  KITH_TRY(queue::set_active(txn, active(*run), true));
  return put(txn, *run);
}

Status pause_run(store::WriteTxn& txn, Timestamp until, RunRecord* run) {
  KITH_TRY(arm(txn, until, run));
  return put(txn, *run);
}

Status end_run(store::WriteTxn& txn, Timestamp at, Duration keep, RunState state,
               std::string message, RunRecord* run) {
  if (run->id == 0) {
    KITH_ASSIGN(run->id, queue::next_run_id(txn));
  } else {
    if (run->timer) KITH_TRY(queue::cancel(txn, *run->timer));
    KITH_TRY(queue::set_active(txn, active(*run), false));
  }
  run->timer.reset();
  run->state = state;
  run->ended = at;
  run->message = std::move(message);
  run->event.clear();  // it goes on no more, and what a customer said need not lie here
  KITH_TRY(put(txn, *run));
  return queue::expire_at(txn, queue::after(at, keep), queue::run_key(run->id));
}

Run describe_run(const RunRecord& run) {
  Run out;
  out.id = run.id;
  out.automation = run.name;
  out.version = run.version;
  out.record = run.record;
  out.enrolment = run.enrolment;
  out.state = run.state;
  out.step = run.step;
  out.started = run.started;
  if (run.timer) out.due = run.timer->due;
  if (run.state != RunState::kActive) out.ended = run.ended;
  out.depth = run.depth;
  out.parent = run.parent;
  out.message = run.message;
  return out;
}

}  // namespace kith::engine
