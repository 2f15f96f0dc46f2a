#include "exchange/dump_queue_read.hpp"

#include <utility>

#include "automation/definition.hpp"
#include "automation/run.hpp"
#include "base/try.hpp"
#include "exchange/dump_line.hpp"
#include "queue/keys.hpp"

namespace kith::exchange {
namespace {

using automation::RunRecord;
using json::Node;

constexpr std::array<std::string_view, 6> kRunStates = {"active", "done",      "stopped",
                                                        "failed", "cancelled", "suspended"};
constexpr std::array<std::string_view, 3> kMessageStates = {"pending", "leased", "dead"};

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
    queue::RememberedEvent row;
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

}  // namespace

Result<ReadQueueRow> read_queue_row(const Node& node, const DumpValues& values) {
  RowReader reader(node, values);
  KITH_ASSIGN(queue::Row row, reader.row(node.members().front().name));
  return ReadQueueRow{std::move(row), reader.ready()};
}

}  // namespace kith::exchange
