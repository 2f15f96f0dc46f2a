// What belongs to runs, dates and automations.
#include <utility>

#include "queue/judged_row.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

using store::Mend;
using store::Table;

Status QueueJudge::timer(Row& row) {
  Timer timer;
  timer.due = from_sortable(row.key.u64());
  timer.id = row.key.u64();
  timer.target = read_timer_target(row.in);
  const std::string where = "timer " + std::to_string(timer.id);
  if (!row.decodes(where)) return {};
  saw("timer", timer.id);
  return timer.target.kind == TimerKind::kRun ? run_timer(row, timer) : date_timer(row, timer);
}

Status QueueJudge::run_timer(Row& row, const Timer& timer) {
  const auto run = find_run(row.txn, timer.target.run);
  if (!run.ok()) return run.status().code() == Code::kCorrupt ? Status() : run.status();
  if (*run && (*run)->active && (*run)->timer == timer) return {};
  row.orphan("timer_orphan", "timer " + std::to_string(timer.id),
             "run " + std::to_string(timer.target.run) + " does not wait for it");
  return {};
}

Status QueueJudge::date_timer(Row& row, const Timer& timer) {
  const std::string where = "timer " + std::to_string(timer.id);
  const std::string wait = date_wait_key(timer.target.automation, timer.target.record);
  KITH_ASSIGN(const auto found, row.txn.get(Table::kQueue, wait));
  if (found && *found == encode(DateWait{timer.due, timer.id})) {
    if (timer.target.run == 0) return {};
    row.add("queue_corrupt", where, "it is about a date and names a run");
    return {};
  }
  if (found) {
    row.orphan("timer_orphan", where,
               label_(timer.target.record) + " waits for another date, or its date was reached");
    return {};
  }
  if (std::string why = rules_.judge_target(timer.target.automation, timer.target.record);
      !why.empty()) {
    row.orphan("timer_orphan", where, std::move(why));
    return {};
  }
  row.add("date_wait_missing", where,
          label_(timer.target.record) + " is not noted as waiting for it",
          {Mend::put(Table::kQueue, wait, encode(DateWait{timer.due, timer.id}))});
  return {};
}

Status QueueJudge::run(Row& row) {
  const std::uint64_t id = row.key.u64();
  const std::string where = "run " + std::to_string(id);
  if (!row.empty_value(where)) return {};
  saw("run", id);
  const Result<RunFacts> run = rules_.read_run(id, row.value);
  if (!run.ok()) {
    row.add("run_corrupt", where, std::string(run.status().message()));
    return {};
  }
  if (run->active) return active_run(row, id, *run);
  if (!expires(row.whole_key)) {
    row.add("expiry_missing", where, "it has ended and nothing says when it is forgotten",
            {Mend::put(Table::kQueue, expiry_key(rules_.forget_at, row.whole_key))});
  }
  return {};
}

Status QueueJudge::active_run(Row& row, std::uint64_t id, const RunFacts& run) {
  const std::string where = "run " + std::to_string(id);
  if (!run.timer) {
    row.add("run_corrupt", where, "it is active and waits for nothing");
    return {};
  }
  saw("timer", run.timer->id);
  const std::string timer = timer_key(run.timer->due, run.timer->id);
  KITH_ASSIGN(const bool armed, row.has(timer, encode(run.timer->target)));
  if (!armed) {
    row.add("timer_missing", where, "it is active and no timer wakes it",
            {Mend::put(Table::kQueue, timer, encode(run.timer->target))});
  }
  const std::string place = active_run_key(run.record, run.automation, id);
  KITH_ASSIGN(const auto listed, row.txn.get(Table::kQueue, place));
  if (!listed) {
    row.add("active_missing", where, label_(run.record) + " does not know that it is active",
            {Mend::put(Table::kQueue, place)});
  }
  const std::string kept = version_key(run.automation, run.version);
  KITH_ASSIGN(const auto version, row.txn.get(Table::kQueue, kept));
  if (!version) {
    std::vector<Mend> mends;
    if (auto bytes = rules_.present_version(run.automation, run.version)) {
      mends.push_back(Mend::put(Table::kQueue, kept, *std::move(bytes)));
    }
    row.add("version_missing", where,
            "version " + std::to_string(run.version) + " of its automation was not kept",
            std::move(mends));
  }
  if (std::string why = rules_.judge_target(run.automation, run.record); !why.empty()) {
    row.add("run_record_missing", where, std::move(why));
  }
  return {};
}

Status QueueJudge::active(Row& row) {
  const RecordId record(row.key.u64());
  const std::uint32_t automation = row.key.u32();
  const std::uint64_t id = row.key.u64();
  const std::string where = "run " + std::to_string(id);
  if (!row.empty_value(where)) return {};
  const auto run = find_run(row.txn, id);
  if (!run.ok()) return run.status().code() == Code::kCorrupt ? Status() : run.status();
  const bool agrees = *run && (*run)->active && (*run)->record == record &&
                      (*run)->automation == automation && row.value.empty();
  if (!agrees)
    row.orphan("active_orphan", where, label_(record) + " lists it as active and it is not");
  return {};
}

Status QueueJudge::enrolment(Row& row) {
  const std::uint32_t automation = row.key.u32();
  const RecordId record(row.key.u64());
  const Enrolment found = read_enrolment(row.in);
  const std::string where = "enrolment of " + label_(record);
  if (!row.decodes(where)) return {};
  const bool counts = found.number > 0 && found.in_window > 0 && found.in_window <= found.number;
  if (!counts || !in_calendar(found.window_start)) {
    row.add("queue_corrupt", where, "its numbers do not agree");
  } else if (std::string why = rules_.judge_target(automation, record); !why.empty()) {
    row.add("queue_corrupt", where, std::move(why));
  }
  return {};
}

Status QueueJudge::date_wait(Row& row) {
  Timer timer;
  timer.target.kind = TimerKind::kDate;
  timer.target.automation = row.key.u32();
  timer.target.record = RecordId(row.key.u64());
  const DateWait wait = read_date_wait(row.in);
  timer.due = wait.due;
  timer.id = wait.timer;
  const std::string where = "date of " + label_(timer.target.record);
  if (!row.decodes(where)) return {};
  saw("timer", timer.id);
  if (!in_calendar(timer.due)) {
    row.add("queue_corrupt", where, "it lies outside the years 1 to 9999");
    return {};
  }
  if (std::string why = rules_.judge_target(timer.target.automation, timer.target.record);
      !why.empty()) {
    row.orphan("date_wait_orphan", where, std::move(why));
    return {};
  }
  if (timer.id == 0) return {};
  const std::string timer_row_key = timer_key(timer.due, timer.id);
  KITH_ASSIGN(const bool armed, row.has(timer_row_key, encode(timer.target)));
  if (!armed) {
    row.add("timer_missing", where, "it is waited for and no timer is armed",
            {Mend::put(Table::kQueue, timer_row_key, encode(timer.target))});
  }
  return {};
}

Status QueueJudge::sweep(Row& row) {
  const std::uint32_t automation = row.key.u32();
  Sweep sweep;
  read_sweep(row.in, &sweep);
  const std::string where = "sweep of automation " + std::to_string(automation);
  if (!row.decodes(where)) return {};
  if (!in_calendar(sweep.begun.value_or(Timestamp())))
    row.add("queue_corrupt", where, "it began outside the years 1 to 9999");
  if (std::string why = rules_.judge_target(automation, RecordId(sweep.next.type(), 0));
      !why.empty()) {
    row.add("queue_corrupt", where, std::move(why));
  }
  return {};
}

Status QueueJudge::version(Row& row) {
  const std::uint32_t automation = row.key.u32();
  const std::uint32_t number = row.key.u32();
  const std::string where =
      "version " + std::to_string(number) + " of automation " + std::to_string(automation);
  if (!row.empty_value(where)) return {};
  if (std::string why = rules_.judge_version(automation, number, row.value); !why.empty()) {
    row.add("version_corrupt", where, std::move(why));
  }
  return {};
}

}  // namespace kith::queue
