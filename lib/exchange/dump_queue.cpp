#include "exchange/dump_queue.hpp"

#include <array>
#include <utility>

#include "automation/definition.hpp"
#include "automation/run.hpp"
#include "base/base64.hpp"
#include "base/try.hpp"
#include "exchange/dump_line.hpp"
#include "queue/keys.hpp"

namespace kith::exchange {
namespace {

using automation::RunRecord;
using json::Node;
using json::Writer;
using store::Table;

constexpr std::array<std::string_view, 11> kKinds = {
    "counter", "date_wait", "enrolment",          "event", "used_key", "message", "run",
    "sweep",   "timer",     "automation_version", "expiry"};
constexpr std::array<std::string_view, 6> kRunStates = {"active", "done",      "stopped",
                                                        "failed", "cancelled", "suspended"};
constexpr std::array<std::string_view, 3> kMessageStates = {"pending", "leased", "dead"};
constexpr std::array<std::string_view, 2> kTimerKinds = {"run", "date"};

// What a key in an expiry row begins with, and the member that tells the rest.
constexpr char kRunLetter = 'r';
constexpr char kUsedKeyLetter = 'k';
constexpr char kEventLetter = 'i';

std::uint64_t wide(std::uint32_t number) { return number; }

// Writes lines; knows how values and ids look.
class RowWriter {
 public:
  RowWriter(const DumpValues& values, bool ready, Writer* out)
      : values_(values), ready_(ready), out_(*out) {}

  Result<bool> operator()(const queue::CounterRow& row) {
    text("counter", row.name);
    out_.key("value").number(row.value);
    return true;
  }
  Result<bool> operator()(const queue::DateWaitRow& row) {
    out_.key("date_wait").number(wide(row.automation));
    id("record", row.record);
    instant("due", row.due);
    number("timer", row.timer);
    return true;
  }
  Result<bool> operator()(const queue::EnrolmentRow& row) {
    out_.key("enrolment").number(wide(row.automation));
    id("record", row.record);
    out_.key("number").number(row.enrolment.number);
    instant("window", row.enrolment.window_start);
    out_.key("in_window").number(wide(row.enrolment.in_window));
    return true;
  }
  Result<bool> operator()(const queue::EventRow& row) {
    text("event", row.id);
    instant("forgotten", row.forgotten);
    out_.key("answer").text(base::base64_encode(row.answer));
    if (!row.discretion.about.empty()) {
      out_.key("about").begin_array();
      for (const RecordId record : row.discretion.about) out_.text(values_.id_text(record));
      out_.end_array().key("blank").text(base::base64_encode(row.discretion.blank));
    }
    return true;
  }
  Result<bool> operator()(const queue::UsedKeyRow& row) {
    text("used_key", row.key);
    out_.key("message").number(row.message);
    return true;
  }
  Result<bool> operator()(const OutboxMessage& row) {
    out_.key("message").number(row.sequence);
    text("topic", row.topic);
    text("key", row.idempotency_key);
    id("record", row.record);
    number("run", row.run);
    instant("created", row.created);
    out_.key("state").text(message_state_name(row.state));
    instant("not_before", row.not_before);
    number("attempts", row.attempts);
    number("token", row.token);
    if (!row.last_error.empty()) text("last_error", row.last_error);
    if (ready_) out_.key("ready").boolean(true);
    out_.key("payload");
    values_.write(Value(row.payload), &out_);
    return true;
  }
  Result<bool> operator()(const queue::StoredRun& row) {
    KITH_ASSIGN(const RunRecord run, automation::decode_run(row.bytes));
    write_run(run);
    return true;
  }
  Result<bool> operator()(const queue::Sweep& row) {
    out_.key("sweep").number(wide(row.automation)).key("version").number(wide(row.version));
    id("next", row.next);
    if (row.begun) instant("begun", *row.begun);
    return true;
  }
  Result<bool> operator()(const queue::Timer& row) {
    out_.key("timer");
    write_timer(row);
    return true;
  }
  Result<bool> operator()(const queue::VersionRow& row) {
    out_.key("automation_version").number(wide(row.version));
    out_.key("automation").number(wide(row.automation));
    out_.key("bytes").text(base::base64_encode(row.bytes));
    return true;
  }
  Result<bool> operator()(const queue::ExpiryRow& row) {
    out_.key("expiry");
    write_instant(row.when, &out_);
    const std::string rest = row.key.empty() ? std::string() : row.key.substr(1);
    switch (row.key.empty() ? '\0' : row.key[0]) {
      case kRunLetter: {
        KITH_ASSIGN(const queue::Row run, queue::decode_row(row.key, {}));
        out_.key("run").number(std::get<queue::StoredRun>(run).run);
        return true;
      }
      case kUsedKeyLetter: text("used_key", rest); return true;
      case kEventLetter: text("event", rest); return true;
      default: break;
    }
    return Status(Code::kCorrupt, "the queue has a row of expiry that names nothing");
  }
  Result<bool> operator()(const queue::ActiveRun&) { return false; }
  Result<bool> operator()(const queue::MessageOrderRow&) { return false; }
  Result<bool> operator()(const queue::MessageReadyRow&) { return false; }

 private:
  void text(std::string_view name, const std::string& value) {
    out_.key(name);
    values_.write(Value(value), &out_);
  }
  void id(std::string_view name, RecordId record) {
    if (!record.is_null()) out_.key(name).text(values_.id_text(record));
  }
  void instant(std::string_view name, Timestamp at) {
    out_.key(name);
    write_instant(at, &out_);
  }
  void number(std::string_view name, std::uint64_t value) {
    if (value != 0) out_.key(name).number(value);
  }

  void write_timer(const queue::Timer& timer) {
    out_.number(timer.id).key("kind").text(
        kTimerKinds[static_cast<std::size_t>(timer.target.kind)]);
    instant("due", timer.due);
    number("run", timer.target.run);
    number("automation", timer.target.automation);
    id("record", timer.target.record);
  }

  void write_run(const RunRecord& run) {
    out_.key("run").number(run.id).key("automation").number(wide(run.automation));
    out_.key("version").number(wide(run.version));
    text("name", run.name);
    id("record", run.record);
    number("enrolment", run.enrolment);
    out_.key("state").text(run_state_name(run.state));
    number("step", run.step);
    if (run.timer) {
      out_.key("timer").begin_object().key("id");
      write_timer(*run.timer);
      out_.end_object();
    }
    instant("started", run.started);
    if (run.ended != Timestamp()) instant("ended", run.ended);
    number("depth", run.depth);
    number("parent", run.parent);
    out_.key("chain").begin_array();
    for (const automation::ChainLink& link : run.chain) {
      out_.begin_object().key("automation").number(wide(link.automation));
      id("record", link.record);
      out_.end_object();
    }
    out_.end_array();
    if (!run.event.empty()) {
      out_.key("event");
      values_.write(Value(run.event), &out_);
    }
    if (!run.message.empty()) text("message", run.message);
  }

  const DumpValues& values_;
  bool ready_;
  Writer& out_;
};

// Reads lines.
class RowReader {
 public:
  RowReader(const Node& node, const DumpValues& values) : in_(node, values), values_(values) {}

  Result<queue::Row> row(std::string_view kind) {
    KITH_ASSIGN(queue::Row row, read(kind));
    KITH_TRY(in_.finish());
    return row;
  }
  bool ready() const { return ready_; }

 private:
  Result<queue::Row> read(std::string_view kind) {
    if (kind == "counter") return counter();
    if (kind == "date_wait") return date_wait();
    if (kind == "enrolment") return enrolment();
    if (kind == "event") return event();
    if (kind == "used_key") return used_key();
    if (kind == "message") return message();
    if (kind == "run") return run();
    if (kind == "sweep") return sweep();
    if (kind == "timer") return timer_row();
    if (kind == "automation_version") return version();
    return expiry();
  }

  // A text that may be any bytes.
  Result<std::string> any_text(std::string_view name) {
    KITH_ASSIGN(const Node* node, in_.need(name));
    KITH_ASSIGN(const Value value, values_.read(*node));
    if (value.text() != nullptr) return *value.text();
    return dump_error(*node, "expected a text");
  }
  Result<Map> map_or_empty(std::string_view name) {
    const Node* node = in_.find(name);
    if (node == nullptr) return Map();
    KITH_ASSIGN(Value value, values_.read(*node));
    if (value.map() != nullptr) return *value.map();
    return dump_error(*node, "expected an object");
  }
  static Result<std::uint32_t> small(Result<std::uint64_t> number) {
    if (!number.ok()) return number.status();
    return static_cast<std::uint32_t>(*number);
  }
  Result<std::uint32_t> small(std::string_view name) { return small(in_.number(name, UINT32_MAX)); }

  Result<queue::Row> counter() {
    queue::CounterRow row;
    KITH_ASSIGN(row.name, any_text("counter"));
    KITH_ASSIGN(row.value, in_.number("value"));
    return queue::Row(std::move(row));
  }
  Result<queue::Row> date_wait() {
    queue::DateWaitRow row;
    KITH_ASSIGN(row.automation, small("date_wait"));
    KITH_ASSIGN(row.record, in_.id_or_null("record"));
    KITH_ASSIGN(row.due, in_.instant("due"));
    KITH_ASSIGN(row.timer, in_.number_or_zero("timer"));
    return queue::Row(row);
  }
  Result<queue::Row> enrolment() {
    queue::EnrolmentRow row;
    KITH_ASSIGN(row.automation, small("enrolment"));
    KITH_ASSIGN(row.record, in_.id_or_null("record"));
    KITH_ASSIGN(row.enrolment.number, in_.number("number"));
    KITH_ASSIGN(row.enrolment.window_start, in_.instant("window"));
    KITH_ASSIGN(row.enrolment.in_window, small("in_window"));
    return queue::Row(row);
  }
  Result<queue::Row> event() {
    queue::EventRow row;
    KITH_ASSIGN(row.id, any_text("event"));
    KITH_ASSIGN(row.forgotten, in_.instant("forgotten"));
    KITH_ASSIGN(row.answer, in_.bytes("answer"));
    if (const Node* about = in_.find("about")) {
      if (!about->is_array()) return dump_error(*about, "expected an array");
      for (const Node& element : about->elements()) {
        KITH_ASSIGN(const RecordId record, values_.read_id(element));
        row.discretion.about.push_back(record);
      }
      KITH_ASSIGN(row.discretion.blank, in_.bytes("blank"));
    }
    return queue::Row(std::move(row));
  }
  Result<queue::Row> used_key() {
    queue::UsedKeyRow row;
    KITH_ASSIGN(row.key, any_text("used_key"));
    KITH_ASSIGN(row.message, in_.number("message"));
    return queue::Row(std::move(row));
  }
  Result<queue::Row> message() {
    OutboxMessage row;
    KITH_ASSIGN(row.sequence, in_.number("message"));
    KITH_ASSIGN(row.topic, any_text("topic"));
    KITH_ASSIGN(row.idempotency_key, any_text("key"));
    KITH_ASSIGN(row.record, in_.id_or_null("record"));
    KITH_ASSIGN(row.run, in_.number_or_zero("run"));
    KITH_ASSIGN(row.created, in_.instant("created"));
    KITH_ASSIGN(const std::size_t state, in_.one_of("state", kMessageStates));
    row.state = static_cast<MessageState>(state);
    KITH_ASSIGN(row.not_before, in_.instant("not_before"));
    KITH_ASSIGN(row.attempts, small(in_.number_or_zero("attempts", UINT32_MAX)));
    KITH_ASSIGN(row.token, in_.number_or_zero("token"));
    if (in_.has("last_error")) {
      KITH_ASSIGN(row.last_error, any_text("last_error"));
    }
    KITH_ASSIGN(ready_, in_.flag("ready"));
    KITH_TRY(in_.need("payload").status());
    KITH_ASSIGN(row.payload, map_or_empty("payload"));
    return queue::Row(std::move(row));
  }
  Result<queue::Row> sweep() {
    queue::Sweep row;
    KITH_ASSIGN(row.automation, small("sweep"));
    KITH_ASSIGN(row.version, small("version"));
    KITH_ASSIGN(row.next, in_.id_or_null("next"));
    KITH_ASSIGN(row.begun, in_.instant_if("begun"));
    return queue::Row(row);
  }
  Result<queue::Row> timer_row() {
    KITH_ASSIGN(const queue::Timer timer, read_timer(in_, "timer"));
    return queue::Row(timer);
  }
  Result<queue::Row> version() {
    queue::VersionRow row;
    KITH_ASSIGN(row.version, small("automation_version"));
    KITH_ASSIGN(row.automation, small("automation"));
    KITH_ASSIGN(row.bytes, in_.bytes("bytes"));
    KITH_ASSIGN(const automation::Automation same, automation::decode_automation(row.bytes));
    if (same.id == row.automation && same.version == row.version) {
      return queue::Row(std::move(row));
    }
    return dump_error(in_.node(), "the bytes are those of another version");
  }
  Result<queue::Row> expiry() {
    queue::ExpiryRow row;
    KITH_ASSIGN(row.when, in_.instant("expiry"));
    if (in_.has("run")) {
      KITH_ASSIGN(const std::uint64_t run, in_.number("run"));
      row.key = queue::run_key(run);
    } else if (in_.has("used_key")) {
      KITH_ASSIGN(const std::string key, any_text("used_key"));
      row.key = queue::idempotency_key(key);
    } else {
      KITH_ASSIGN(const std::string event, any_text("event"));
      row.key = queue::inbox_key(event);
    }
    return queue::Row(std::move(row));
  }

  Result<queue::Timer> read_timer(DumpObject& in, std::string_view number) {
    queue::Timer timer;
    KITH_ASSIGN(timer.id, in.number(number));
    KITH_ASSIGN(const std::size_t kind, in.one_of("kind", kTimerKinds));
    timer.target.kind = static_cast<queue::TimerKind>(kind);
    KITH_ASSIGN(timer.due, in.instant("due"));
    KITH_ASSIGN(timer.target.run, in.number_or_zero("run"));
    KITH_ASSIGN(timer.target.automation, small(in.number_or_zero("automation", UINT32_MAX)));
    KITH_ASSIGN(timer.target.record, in.id_or_null("record"));
    return timer;
  }

  Result<queue::Row> run() {
    RunRecord run;
    KITH_ASSIGN(run.id, in_.number("run"));
    KITH_ASSIGN(run.automation, small("automation"));
    KITH_ASSIGN(run.version, small("version"));
    KITH_ASSIGN(run.name, any_text("name"));
    KITH_ASSIGN(run.record, in_.id_or_null("record"));
    KITH_ASSIGN(run.enrolment, in_.number_or_zero("enrolment"));
    KITH_ASSIGN(const std::size_t state, in_.one_of("state", kRunStates));
    run.state = static_cast<RunState>(state);
    KITH_ASSIGN(run.step, small(in_.number_or_zero("step", UINT32_MAX)));
    if (const Node* node = in_.find("timer")) {
      DumpObject in(*node, values_);
      KITH_ASSIGN(run.timer, read_timer(in, "id"));
      KITH_TRY(in.finish());
    }
    KITH_ASSIGN(run.started, in_.instant("started"));
    KITH_ASSIGN(const auto ended, in_.instant_if("ended"));
    if (ended) run.ended = *ended;
    KITH_ASSIGN(run.depth, small(in_.number_or_zero("depth", UINT32_MAX)));
    KITH_ASSIGN(run.parent, in_.number_or_zero("parent"));
    KITH_TRY(read_chain(&run));
    KITH_ASSIGN(run.event, map_or_empty("event"));
    if (in_.has("message")) {
      KITH_ASSIGN(run.message, any_text("message"));
    }
    KITH_ASSIGN(std::string bytes, automation::encode(run));
    return queue::Row(queue::StoredRun{run.id, std::move(bytes)});
  }

  Status read_chain(RunRecord* run) {
    KITH_ASSIGN(const Node* chain, in_.need("chain"));
    if (!chain->is_array()) return dump_error(*chain, "expected an array");
    for (const Node& element : chain->elements()) {
      DumpObject in(element, values_);
      automation::ChainLink link;
      KITH_ASSIGN(link.automation, small(in.number("automation", UINT32_MAX)));
      KITH_ASSIGN(link.record, in.id_or_null("record"));
      KITH_TRY(in.finish());
      run->chain.push_back(link);
    }
    return {};
  }

  DumpObject in_;
  const DumpValues& values_;
  bool ready_ = false;
};

Status misfit(const std::string& message) { return {Code::kImportInvalid, message}; }

Result<std::optional<queue::Row>> find_row(store::ReadTxn& txn, const std::string& key) {
  KITH_ASSIGN(const auto value, txn.get(Table::kQueue, key));
  if (!value) return std::optional<queue::Row>();
  KITH_ASSIGN(queue::Row row, queue::decode_row(key, *value));
  return std::optional<queue::Row>(std::move(row));
}

}  // namespace

Result<bool> write_queue_row(const queue::Row& row, bool ready, const DumpValues& values,
                             Writer* out) {
  out->begin_object();
  KITH_ASSIGN(const bool written, std::visit(RowWriter(values, ready, out), row));
  out->end_object();
  return written;
}

bool is_queue_line(std::string_view kind) {
  for (const std::string_view known : kKinds) {
    if (known == kind) return true;
  }
  return false;
}

Status QueueLoader::load(const Node& node, store::WriteTxn& txn) {
  RowReader reader(node, values_);
  KITH_ASSIGN(const queue::Row row, reader.row(node.members().front().name));
  KITH_ASSIGN(const queue::RowBytes bytes, queue::encode_row(row));
  if (bytes.key <= last_key_) {
    return dump_error(node, "the row is out of order, or there twice");
  }
  // What is written must be readable again.
  KITH_TRY(queue::decode_row(bytes.key, bytes.value).status());
  KITH_TRY(txn.put(Table::kQueue, bytes.key, bytes.value));
  last_key_ = bytes.key;
  return follow(row, reader.ready(), txn);
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
  if (const auto* event = std::get_if<queue::EventRow>(&*row)) {
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

Status QueueLoader::finish() const {
  if (timers_found_ != timers_wanted_) {
    return misfit("there are " + std::to_string(timers_found_) +
                  " timers, but runs and dates wait for " + std::to_string(timers_wanted_));
  }
  for (const auto& [record, ready] : lines_) {
    if (!ready) {
      return misfit("none of the messages about " + values_.id_text(record) + " is ready");
    }
  }
  return {};
}

}  // namespace kith::exchange
