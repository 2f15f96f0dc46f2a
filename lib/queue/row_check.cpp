#include "queue/row_check.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "queue/inbox.hpp"
#include "queue/keys.hpp"
#include "queue/message_row.hpp"
#include "queue/runs.hpp"

namespace kith::queue {
namespace {

using store::Mend;
using store::Table;

constexpr std::size_t kInstantBytes = 1 + 8;

std::string as_u64(std::uint64_t number) {
  base::ByteWriter row;
  row.u64(number);
  return row.take();
}

std::string timer_row(const TimerTarget& target) {
  base::ByteWriter row;
  row.u8(static_cast<std::uint8_t>(target.kind));
  row.varint(target.run);
  row.varint(target.automation);
  row.varint(target.record.bits());
  return row.take();
}

std::string wait_row(const Timer& timer) {
  base::ByteWriter row;
  row.u64(sortable(timer.due));
  row.varint(timer.id);
  return row.take();
}

bool in_calendar(Timestamp when) { return when.in_range(); }

}  // namespace

// A row, its key past the letter, and what is found wrong with it.
struct QueueJudge::Row {
  store::ReadTxn& txn;
  std::string_view whole_key;
  std::string_view value;
  base::ByteReader key;
  base::ByteReader in;
  store::Verdicts* out;

  // False, and a verdict, unless key and value were read to their ends.
  bool decodes(std::string_view what) {
    if (key.finish("key").ok() && in.finish("row").ok()) return true;
    add("queue_corrupt", std::string(what), "its row does not decode");
    return false;
  }
  bool empty_value(std::string_view what) {
    if (!key.finish("key").ok()) {
      add("queue_corrupt", std::string(what), "its key does not decode");
      return false;
    }
    return true;
  }
  void add(const char* code, std::string where, std::string message, std::vector<Mend> mends = {}) {
    out->push_back({code, std::move(where), std::move(message), std::move(mends)});
  }
  // The row follows from nothing: away with it.
  void orphan(const char* code, std::string where, std::string message) {
    add(code, std::move(where), std::move(message), {Mend::erase(Table::kQueue, whole_key)});
  }
  Result<bool> has(const std::string& other, std::string_view expected) {
    KITH_ASSIGN(const auto found, txn.get(Table::kQueue, other));
    return found && *found == expected;
  }
};

Status QueueJudge::open(store::ReadTxn& txn) {
  expiring_.clear();
  const Status read =
      store::for_each_row(txn, Table::kQueue, kind_range('x'), [&](const store::KeyValue& row) {
        if (row.key.size() > kInstantBytes) {
          expiring_.push_back(base::stable_hash(row.key.substr(kInstantBytes)));
        }
        return Status();
      });
  KITH_TRY(read);
  std::sort(expiring_.begin(), expiring_.end());
  opened_ = true;
  return {};
}

Status QueueJudge::judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) {
  static constexpr std::pair<char, Judge> kKinds[] = {
      {'t', &QueueJudge::timer},     {'r', &QueueJudge::run},       {'a', &QueueJudge::active},
      {'e', &QueueJudge::enrolment}, {'d', &QueueJudge::date_wait}, {'s', &QueueJudge::sweep},
      {'o', &QueueJudge::message},   {'q', &QueueJudge::order},     {'p', &QueueJudge::ready},
      {'k', &QueueJudge::key},       {'i', &QueueJudge::event},     {'x', &QueueJudge::expiry},
      {'c', &QueueJudge::counter},   {'v', &QueueJudge::version},
  };
  Row judged{txn, row.key, row.value, base::ByteReader(row.key), base::ByteReader(row.value), out};
  const char letter = static_cast<char>(judged.key.u8());
  for (const auto& [kind, look] : kKinds) {
    if (kind == letter) return (this->*look)(judged);
  }
  judged.add("queue_unknown", "queue",
             "a row of a kind that there is not: " + base::quoted(row.key));
  return {};
}

void QueueJudge::saw(const char* counter, std::uint64_t number) {
  std::uint64_t& greatest = greatest_[counter];
  greatest = std::max(greatest, number);
}

bool QueueJudge::expires(std::string_view row_key) const {
  return !opened_ ||
         std::binary_search(expiring_.begin(), expiring_.end(), base::stable_hash(row_key));
}

Result<std::optional<RunFacts>> QueueJudge::find_run(store::ReadTxn& txn, std::uint64_t id) const {
  KITH_ASSIGN(const auto bytes, txn.get(Table::kQueue, run_key(id)));
  if (!bytes) return std::optional<RunFacts>();
  Result<RunFacts> run = rules_.read_run(id, *bytes);
  if (!run.ok()) return run.status();
  return std::optional<RunFacts>(*std::move(run));
}

// ---- runs and timers -----------------------------------------------------------------------

Status QueueJudge::timer(Row& row) {
  Timer timer;
  timer.due = from_sortable(row.key.u64());
  timer.id = row.key.u64();
  timer.target.kind = base::read_enum(row.in, TimerKind::kRun, TimerKind::kDate);
  timer.target.run = row.in.varint();
  timer.target.automation = row.in.varint32();
  timer.target.record = RecordId(row.in.varint());
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
  if (found && *found == wait_row(timer)) {
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
          {Mend::put(Table::kQueue, wait, wait_row(timer))});
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
  KITH_ASSIGN(const bool armed, row.has(timer, timer_row(run.timer->target)));
  if (!armed) {
    row.add("timer_missing", where, "it is active and no timer wakes it",
            {Mend::put(Table::kQueue, timer, timer_row(run.timer->target))});
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
  Enrolment found;
  found.number = row.in.varint();
  found.window_start = from_sortable(row.in.u64());
  found.in_window = row.in.varint32();
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
  timer.due = from_sortable(row.in.u64());
  timer.id = row.in.varint();
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
  KITH_ASSIGN(const bool armed, row.has(timer_row_key, timer_row(timer.target)));
  if (!armed) {
    row.add("timer_missing", where, "it is waited for and no timer is armed",
            {Mend::put(Table::kQueue, timer_row_key, timer_row(timer.target))});
  }
  return {};
}

Status QueueJudge::sweep(Row& row) {
  const std::uint32_t automation = row.key.u32();
  row.in.varint32();
  const RecordId next(row.in.u64());
  const bool begun = row.in.boolean();
  const Timestamp since = begun ? from_sortable(row.in.u64()) : Timestamp();
  const std::string where = "sweep of automation " + std::to_string(automation);
  if (!row.decodes(where)) return {};
  if (!in_calendar(since)) row.add("queue_corrupt", where, "it began outside the years 1 to 9999");
  if (std::string why = rules_.judge_target(automation, RecordId(next.type(), 0)); !why.empty()) {
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

// ---- the outbox ----------------------------------------------------------------------------

Status QueueJudge::message(Row& row) {
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  saw("message", sequence);
  const Result<OutboxMessage> message = decode_message(sequence, row.value);
  if (!message.ok()) {
    row.add("message_corrupt", where, std::string(message.status().message()));
    return {};
  }
  const bool dead = message->state == MessageState::kDead;
  if (!in_calendar(message->not_before) || !in_calendar(message->created)) {
    row.add("message_corrupt", where, "its times lie outside the years 1 to 9999");
    return {};
  }
  const std::string used = idempotency_key(message->idempotency_key);
  KITH_ASSIGN(const bool known, row.has(used, as_u64(sequence)));
  if (!known) {
    row.add("key_missing", where, "its idempotency key is not noted as used by it",
            {Mend::put(Table::kQueue, used, as_u64(sequence))});
  }
  if (dead) return {};
  if (message->record.is_null()) {
    const std::string place = message_ready_key(message->not_before, sequence);
    KITH_ASSIGN(const bool ready, row.has(place, {}));
    if (!ready) {
      row.add("ready_missing", where, "nobody would ever lease it",
              {Mend::put(Table::kQueue, place)});
    }
    return {};
  }
  const std::string place = message_order_key(message->record, sequence);
  KITH_ASSIGN(const bool in_line, row.has(place, {}));
  if (!in_line) {
    row.add("order_missing", where, "it has no place in the line of " + label_(message->record),
            {Mend::put(Table::kQueue, place)});
  }
  return {};
}

Status QueueJudge::order(Row& row) {
  const RecordId record(row.key.u64());
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (bytes) {
    const Result<OutboxMessage> message = decode_message(sequence, *bytes);
    if (!message.ok()) return {};  // reported where it lies
    const bool in_line = message->record == record && message->state != MessageState::kDead;
    if (in_line && row.value.empty()) {
      // Rows come in order, so the first of a record is the one to judge its line at.
      return std::exchange(lined_up_, record) == record ? Status() : line_of(row, record, sequence);
    }
  }
  row.orphan("order_orphan", where,
             "it stands in the line of " + label_(record) + " and is not in it");
  return {};
}

// Of the messages of a record exactly one may be leased. Judged at the first of them.
Status QueueJudge::line_of(Row& row, RecordId record, std::uint64_t first) {
  std::vector<std::string> ready;
  std::string best;
  bool is_first = true;
  const Status walked = store::for_each_row(
      row.txn, Table::kQueue, store::KeyRange::prefix(message_order_prefix(record)),
      [&](const store::KeyValue& other) -> Status {
        base::ByteReader key(other.key.substr(kInstantBytes));
        const std::uint64_t sequence = key.u64();
        if (!key.finish("key").ok() || !is_first) return {};
        KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
        if (!bytes) return {};
        const Result<OutboxMessage> message = decode_message(sequence, *bytes);
        if (!message.ok() || message->record != record || message->state == MessageState::kDead) {
          return {};
        }
        if (sequence < first) is_first = false;
        const std::string place = message_ready_key(message->not_before, sequence);
        if (best.empty()) best = place;
        KITH_ASSIGN(const bool there, row.has(place, {}));
        if (there && message->state == MessageState::kLeased) {
          ready.insert(ready.begin(), place);  // whoever holds it goes on
        } else if (there) {
          ready.push_back(place);
        }
        return {};
      });
  KITH_TRY(walked);
  if (!is_first || ready.size() == 1) return {};
  std::vector<Mend> mends;
  if (ready.empty()) mends.push_back(Mend::put(Table::kQueue, best));
  for (std::size_t i = 1; i < ready.size(); ++i) {
    mends.push_back(Mend::erase(Table::kQueue, ready[i]));
  }
  row.add(ready.empty() ? "ready_missing" : "ready_twice", "message " + std::to_string(first),
          ready.empty() ? "nobody would ever lease the messages of " + label_(record)
                        : "several messages of " + label_(record) + " may be leased at once",
          std::move(mends));
  return {};
}

Status QueueJudge::ready(Row& row) {
  const Timestamp when = from_sortable(row.key.u64());
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (bytes) {
    const Result<OutboxMessage> message = decode_message(sequence, *bytes);
    if (!message.ok()) return {};
    const bool agrees = message->state != MessageState::kDead &&
                        message->not_before.to_microseconds() == when.to_microseconds();
    if (agrees && row.value.empty()) return {};
  }
  row.orphan("ready_orphan", where, "it may be leased at a time that is not its own, or is gone");
  return {};
}

Status QueueJudge::key(Row& row) {
  const std::string_view text = row.whole_key.substr(1);
  const std::uint64_t sequence = row.in.u64();
  const std::string where = "idempotency key " + base::quoted(text);
  if (!row.in.finish("row").ok() || text.empty() || !base::is_valid_utf8(text)) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  saw("message", sequence);
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (!bytes) {
    if (!expires(row.whole_key)) {
      row.add("expiry_missing", where, "its message is gone and nothing says when it is forgotten",
              {Mend::put(Table::kQueue, expiry_key(rules_.forget_at, row.whole_key))});
    }
    return {};
  }
  const Result<OutboxMessage> message = decode_message(sequence, *bytes);
  if (message.ok() && message->idempotency_key != text) {
    row.orphan("key_orphan", where, "message " + std::to_string(sequence) + " has another key");
  }
  return {};
}

// ---- what is forgotten, and numbers --------------------------------------------------------

Status QueueJudge::event(Row& row) {
  const std::string_view id = row.whole_key.substr(1);
  const std::string where = "event " + base::quoted(id);
  const Result<EventRow> event = decode_event(row.value);
  if (!event.ok() || !in_calendar(event->forgotten)) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  std::string why = rules_.judge_answer(id, event->answer);
  const std::string& blank = event->discretion.blank;
  if (why.empty() && !blank.empty()) why = rules_.judge_answer(id, blank);
  if (!why.empty()) {
    row.add("queue_corrupt", where, std::move(why));
    return {};
  }
  const std::string place = expiry_key(event->forgotten, row.whole_key);
  KITH_ASSIGN(const bool there, row.has(place, {}));
  if (!there) {
    row.add("expiry_missing", where, "nothing says when it is forgotten",
            {Mend::put(Table::kQueue, place)});
  }
  return {};
}

Status QueueJudge::expiry(Row& row) {
  const Timestamp when = from_sortable(row.key.u64());
  const std::string target(row.whole_key.substr(std::min(row.whole_key.size(), kInstantBytes)));
  bool right = row.key.ok() && !target.empty() && row.value.empty() && in_calendar(when);
  if (right) {
    KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, target));
    base::ByteReader key(target);
    const char kind = static_cast<char>(key.u8());
    right = bytes.has_value();
    if (right && kind == 'r') {
      const Result<RunFacts> run = rules_.read_run(key.u64(), *bytes);
      right = !run.ok() || (!run->active && when >= run->ended);
    } else if (right && kind == 'i') {
      right = base::ByteReader(*bytes).u64() == sortable(when);
    } else if (right && kind == 'k') {
      KITH_ASSIGN(const auto message,
                  row.txn.get(Table::kQueue, message_key(base::ByteReader(*bytes).u64())));
      right = !message;
    } else {
      right = false;
    }
  }
  if (!right) {
    row.orphan("expiry_orphan", "expiry",
               "what it would erase, " + base::quoted(target) + ", is not there or has not ended");
  }
  return {};
}

Status QueueJudge::counter(Row& row) {
  const std::string_view name = row.whole_key.substr(1);
  row.in.u64();
  const std::string where = "counter " + base::quoted(name);
  if (!row.in.finish("row").ok()) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  const bool known =
      name == "timer" || name == "run" || name == "message" || name.starts_with("assign/");
  if (!known) row.add("queue_unknown", where, "there is no such counter");
  return {};
}

Status QueueJudge::judge_counters(store::ReadTxn& txn, store::Verdicts* out) const {
  for (const auto& [name, greatest] : greatest_) {
    const std::string key = counter_key(name);
    KITH_ASSIGN(const auto bytes, txn.get(Table::kQueue, key));
    base::ByteReader in(bytes.value_or(std::string_view()));
    const std::uint64_t counter = bytes ? in.u64() : 0;
    if (bytes && !in.finish("row").ok()) continue;  // reported as a row
    if (counter >= greatest) continue;
    out->push_back({"counter_low",
                    "counter \"" + name + "\"",
                    "it says " + std::to_string(counter) + " and " + std::to_string(greatest) +
                        " was given out",
                    {Mend::put(Table::kQueue, key, as_u64(greatest))}});
  }
  return {};
}

}  // namespace kith::queue
