#include <utility>

#include "automation/run.hpp"
#include "base/base64.hpp"
#include "base/try.hpp"
#include "exchange/dump_queue.hpp"
#include "exchange/dump_queue_read.hpp"

namespace kith::exchange {
namespace {

using automation::RunRecord;
using json::Writer;

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
  Result<bool> operator()(const queue::RememberedEvent& row) {
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

}  // namespace

Result<bool> write_queue_row(const queue::Row& row, bool ready, const DumpValues& values,
                             Writer* out) {
  out->begin_object();
  KITH_ASSIGN(const bool written, std::visit(RowWriter(values, ready, out), row));
  out->end_object();
  return written;
}

}  // namespace kith::exchange
