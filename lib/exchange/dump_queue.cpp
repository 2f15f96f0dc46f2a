#include "exchange/dump_queue.hpp"

#include <array>
#include <utility>

#include "automation/run.hpp"
#include "base/try.hpp"
#include "engine/check_queue.hpp"
#include "exchange/dump_queue_read.hpp"
#include "queue/keys.hpp"
#include "queue/row_check.hpp"

namespace kith::exchange {
namespace {

using automation::RunRecord;
using json::Node;
using store::Table;

constexpr std::array<std::string_view, 11> kKinds = {
    "counter", "date_wait", "enrolment",          "event", "used_key", "message", "run",
    "sweep",   "timer",     "automation_version", "expiry"};

Status misfit(const std::string& message) { return {Code::kImportInvalid, message}; }

Result<std::optional<queue::Row>> find_row(store::ReadTxn& txn, const std::string& key) {
  KITH_ASSIGN(const auto value, txn.get(Table::kQueue, key));
  if (!value) return std::optional<queue::Row>();
  KITH_ASSIGN(queue::Row row, queue::decode_row(key, *value));
  return std::optional<queue::Row>(std::move(row));
}

}  // namespace

bool is_queue_line(std::string_view kind) {
  for (const std::string_view known : kKinds) {
    if (known == kind) return true;
  }
  return false;
}

Status QueueLoader::load(const Node& node, store::WriteTxn& txn) {
  KITH_ASSIGN(const ReadQueueRow read, read_queue_row(node, values_));
  const queue::Row& row = read.row;
  KITH_ASSIGN(const queue::RowBytes bytes, queue::encode_row(row));
  if (bytes.key <= last_key_) {
    return dump_error(node, "the row is out of order, or there twice");
  }
  // What is written must be readable again.
  KITH_TRY(queue::decode_row(bytes.key, bytes.value).status());
  KITH_TRY(txn.put(Table::kQueue, bytes.key, bytes.value));
  last_key_ = bytes.key;
  return follow(row, read.ready, txn);
}

Status QueueLoader::follow(const queue::Row& row, bool ready, store::WriteTxn& txn) {
  if (const auto* counter = std::get_if<queue::CounterRow>(&row)) {
    counters_[counter->name] = counter->value;
    return {};
  }
  if (const auto* message = std::get_if<OutboxMessage>(&row)) {
    return follow_message(*message, ready, txn);
  }
  if (const auto* run = std::get_if<queue::StoredRun>(&row)) return follow_run(*run, txn);
  if (const auto* wait = std::get_if<queue::DateWaitRow>(&row)) {
    if (wait->timer != 0) ++timers_wanted_;
    return {};
  }
  if (const auto* timer = std::get_if<queue::Timer>(&row)) return check_timer(*timer, txn);
  if (const auto* expiry = std::get_if<queue::ExpiryRow>(&row)) return check_expiry(*expiry, txn);
  return {};
}

Status QueueLoader::check_numbers(std::string_view counter, std::uint64_t number) const {
  const auto last = counters_.find(std::string(counter));
  if (number != 0 && last != counters_.end() && number <= last->second) return {};
  return misfit("the " + std::string(counter) + " " + std::to_string(number) +
                " has a number that was never given");
}

Status QueueLoader::follow_message(const OutboxMessage& message, bool ready, store::WriteTxn& txn) {
  KITH_TRY(check_numbers("message", message.sequence));
  KITH_ASSIGN(const auto used, find_row(txn, queue::idempotency_key(message.idempotency_key)));
  if (!used || std::get<queue::UsedKeyRow>(*used).message != message.sequence) {
    return misfit("the key of the message is not among the used keys, or is another message's");
  }
  if (message.state == MessageState::kDead) {
    return ready ? misfit("a dead message cannot be ready") : Status();
  }
  if (message.record.is_null()) {
    if (!ready) return misfit("a message about no record waits for no other, so it is ready");
  } else {
    bool& first = lines_[message.record];
    if (first && ready) return misfit("two messages about one record are ready");
    first = first || ready;
    KITH_TRY(
        txn.put(Table::kQueue, queue::message_order_key(message.record, message.sequence), {}));
  }
  if (!ready) return {};
  return txn.put(Table::kQueue, queue::message_ready_key(message.not_before, message.sequence), {});
}

Status QueueLoader::follow_run(const queue::StoredRun& stored, store::WriteTxn& txn) {
  KITH_TRY(check_numbers("run", stored.run));
  KITH_ASSIGN(const RunRecord run, automation::decode_run(stored.bytes));
  if (run.state != RunState::kActive) {
    return run.timer ? misfit("a run that has ended waits for no timer") : Status();
  }
  if (!run.timer || run.timer->target.kind != queue::TimerKind::kRun ||
      run.timer->target.run != run.id) {
    return misfit("an active run waits for a timer of its own");
  }
  ++timers_wanted_;
  return queue::set_active(txn, {run.record, run.automation, run.id}, true);
}

Status QueueLoader::check_timer(const queue::Timer& timer, store::WriteTxn& txn) {
  KITH_TRY(check_numbers("timer", timer.id));
  ++timers_found_;
  if (timer.target.kind == queue::TimerKind::kRun) {
    KITH_ASSIGN(const auto row, find_row(txn, queue::run_key(timer.target.run)));
    if (row) {
      KITH_ASSIGN(const RunRecord run,
                  automation::decode_run(std::get<queue::StoredRun>(*row).bytes));
      if (run.timer && run.timer->id == timer.id && run.timer->due == timer.due &&
          timer.target == run.timer->target) {
        return {};
      }
    }
    return misfit("no run waits for the timer");
  }
  KITH_ASSIGN(const auto row,
              find_row(txn, queue::date_wait_key(timer.target.automation, timer.target.record)));
  if (row && timer.target.run == 0) {
    const auto& wait = std::get<queue::DateWaitRow>(*row);
    if (wait.timer == timer.id && wait.due == timer.due) return {};
  }
  return misfit("no automation waits for the date of the timer");
}

Status QueueLoader::check_expiry(const queue::ExpiryRow& expiry, store::WriteTxn& txn) const {
  KITH_ASSIGN(const auto row, find_row(txn, expiry.key));
  if (!row) return misfit("what is to be forgotten is not there");
  bool right = true;
  if (const auto* event = std::get_if<queue::RememberedEvent>(&*row)) {
    right = event->forgotten == expiry.when;
  } else if (const auto* key = std::get_if<queue::UsedKeyRow>(&*row)) {
    KITH_ASSIGN(const auto message, txn.get(Table::kQueue, queue::message_key(key->message)));
    right = !message;
  } else {
    KITH_ASSIGN(const RunRecord run,
                automation::decode_run(std::get<queue::StoredRun>(*row).bytes));
    right = run.state != RunState::kActive && expiry.when >= run.ended;
  }
  return right ? Status() : misfit("what is to be forgotten then has not ended");
}

Status QueueLoader::finish(store::ReadTxn& txn, const engine::CompiledModel& model,
                           Timestamp last) const {
  if (timers_found_ != timers_wanted_) {
    return misfit("there are " + std::to_string(timers_found_) +
                  " timers, but runs and dates wait for " + std::to_string(timers_wanted_));
  }
  for (const auto& [record, ready] : lines_) {
    if (!ready) {
      return misfit("none of the messages about " + values_.id_text(record) + " is ready");
    }
  }
  queue::QueueJudge judge(engine::queue_rules(txn, model, last),
                          [this](RecordId id) { return values_.id_text(id); });
  KITH_TRY(judge.open(txn));
  store::Verdicts verdicts;
  const auto agrees = [&] {
    if (verdicts.empty()) return Status();
    return misfit(verdicts.front().where + ": " + verdicts.front().message);
  };
  const auto look = [&](const store::KeyValue& row) -> Status {
    KITH_TRY(judge.judge(txn, row, &verdicts));
    return agrees();
  };
  KITH_TRY(store::for_each_row(txn, Table::kQueue, store::KeyRange::all(), look));
  KITH_TRY(judge.judge_counters(txn, &verdicts));
  return agrees();
}

}  // namespace kith::exchange
