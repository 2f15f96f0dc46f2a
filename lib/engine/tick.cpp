#include "engine/tick.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "engine/automations.hpp"
#include "engine/database.hpp"
#include "engine/date_sweep.hpp"
#include "engine/enrolment.hpp"
#include "engine/run_step.hpp"
#include "engine/writer.hpp"
#include "queue/date_waits.hpp"
#include "queue/runs.hpp"
#include "queue/timers.hpp"

namespace kith::engine {

namespace {

// A transaction is closed when it has taken up so many timers or written half of what the store
// wants of one.
constexpr std::size_t kTimersPerTransaction = 500;
constexpr std::uint64_t kBytesPerTransaction = store::kTargetTxnBytes / 2;
constexpr std::size_t kExpiryPerTransaction = 500;

class Tick {
 public:
  Tick(const std::shared_ptr<Session>& session, const TickOptions& options)
      : options_(options), left_(options.max_runs) {
    context_.session = session;
    context_.keep = options.keep;
  }

  Result<TickResult> run() {
    KITH_ASSIGN(Work work, look());
    while (work.expired || (work.due && left_ > 0)) {
      KITH_TRY(transaction());
      KITH_ASSIGN(work, look());
    }
    context_.result.more = work.due;
    return context_.result;
  }

 private:
  struct Work {
    bool due = false;      // runs, dates, sweeps
    bool expired = false;  // rows to be forgotten
  };

  // In a snapshot, so that a tick with nothing to do waits for no writer.
  Result<Work> look() {
    KITH_ASSIGN(const auto reader,
                context_.session->database().begin_read(context_.session, std::nullopt));
    // Time never goes back: what was due at the last transaction's time is due.
    KITH_ASSIGN(const Timestamp last, reader->now());
    const Timestamp now = std::max(options_.now, last);
    KITH_ASSIGN(context_.result.next_due, engine::next_due(*reader));
    Work work;
    work.due = context_.result.next_due && *context_.result.next_due <= now;
    KITH_ASSIGN(work.expired, queue::any_expired(reader->txn(), now));
    return work;
  }

  Status transaction() {
    TransactionOptions how;
    how.now = options_.now;
    how.durability = options_.durability;
    how.timeout = options_.timeout;
    KITH_ASSIGN(const auto writer, context_.session->database().begin_write(context_.session, how));
    KITH_TRY(do_work(*writer));
    KITH_TRY(writer->commit());
    context_.result.changes += writer->entries_written();
    context_.result.failures += writer->failed_runs();
    return {};
  }

  Status do_work(Writer& writer) {
    KITH_TRY(writer
                 .with_queue([&](store::WriteTxn& txn) {
                   return queue::expire(txn, writer.stamp().at, kExpiryPerTransaction);
                 })
                 .status());
    if (left_ == 0) return {};
    KITH_ASSIGN(const bool swept, sweep_step(writer));
    if (swept) --left_;
    const std::size_t limit = std::min<std::size_t>(left_, kTimersPerTransaction);
    KITH_ASSIGN(const auto timers, queue::due_timers(writer.txn(), writer.stamp().at, limit));
    for (const queue::Timer& timer : timers) {
      bool taken = false;
      KITH_TRY(fire(writer, timer, &taken));
      if (!taken) break;
      --left_;
      if (writer.txn().stats().bytes_written > kBytesPerTransaction) break;
    }
    return {};
  }

  // Not taken: its record is written in this transaction by another run; in the next one, then.
  Status fire(Writer& writer, const queue::Timer& timer, bool* taken) {
    RunStep step(writer, context_);
    if (timer.target.kind == queue::TimerKind::kRun) {
      KITH_ASSIGN(auto run, step.find(timer));
      if (run && writer.is_touched(run->record)) return {};
      *taken = true;
      return run ? step.take_up(*std::move(run)) : Status();
    }
    if (writer.is_touched(timer.target.record)) return {};
    *taken = true;
    KITH_ASSIGN(auto begun, reach_date(writer, timer));
    // Taken up at once, so that what is late is done in the order in which it was due.
    for (automation::RunRecord& run : begun) KITH_TRY(step.take_up(std::move(run)));
    return {};
  }

  Result<std::vector<automation::RunRecord>> reach_date(Writer& writer, const queue::Timer& timer) {
    KITH_TRY(
        writer.with_queue([&](store::WriteTxn& txn) { return queue::date_reached(txn, timer); }));
    const auto automation = writer.model().automation(timer.target.automation);
    std::vector<automation::RunRecord> begun;
    if (!automation || automation->definition.state != automation::State::kActive) return begun;
    const RecordId record = timer.target.record;
    const CompiledType* type = writer.model().find(record.type());
    KITH_ASSIGN(const auto view, writer.find_record(record));
    if (type == nullptr || !view || view->deleted()) return begun;
    const auto due = automation::due_of(automation->definition, *type->type, type->layout, *view);
    // The automation counts from another date or time since the timer was armed.
    if (!due || due->to_microseconds() != timer.due.to_microseconds()) return begun;
    Agency host;
    host.session = context_.session;
    Enrolment enrolment(writer);
    KITH_TRY(enrolment.look_at_date(automation, record, timer.due,
                                    std::make_shared<const Agency>(std::move(host))));
    KITH_TRY(enrolment.carry_out());
    context_.result.failures += enrolment.failures();
    return enrolment.begun();
  }

  TickOptions options_;
  std::uint64_t left_;  // of the budget: timers and parts of sweeps
  TickContext context_;
};

}  // namespace

Result<TickResult> tick(const std::shared_ptr<Session>& session, const TickOptions& options) {
  if (options.now == Timestamp() || !options.now.in_range()) {
    return Status(Code::kInvalidArgument,
                  "a tick needs the host's time in `now`, between the years 1 and 9999");
  }
  if (options.max_runs == 0 || options.keep < Duration()) {
    return Status(Code::kInvalidArgument,
                  "a tick needs max_runs above zero and a keep that is not negative");
  }
  return Tick(session, options).run();
}

}  // namespace kith::engine
