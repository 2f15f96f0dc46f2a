#include "automation/run.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"

namespace kith::automation {
namespace {

using base::ByteReader;
using base::ByteWriter;
using base::read_all;
using base::read_enum;
using base::read_string;
using base::write_all;

constexpr std::uint8_t kFormat = 0;

// Whole instants, to the nanosecond.
void write_instant(ByteWriter& out, Timestamp at) {
  out.signed_varint(at.seconds());
  out.varint(static_cast<std::uint32_t>(at.nanoseconds()));
}
Timestamp read_instant(ByteReader& in) {
  const std::int64_t seconds = in.signed_varint();
  const std::uint32_t nanoseconds = in.varint32();
  if (nanoseconds > 999'999'999) in.fail();
  return {seconds, static_cast<std::int32_t>(nanoseconds % 1'000'000'000)};
}

void write_link(ByteWriter& out, const ChainLink& link) {
  out.varint(link.automation);
  out.u64(link.record.bits());
}
ChainLink read_link(ByteReader& in) {
  ChainLink link;
  link.automation = in.varint32();
  link.record = RecordId(in.u64());
  return link;
}

void write_timer(ByteWriter& out, const std::optional<queue::Timer>& timer) {
  out.boolean(timer.has_value());
  if (!timer) return;
  write_instant(out, timer->due);
  out.varint(timer->id);
  out.u8(static_cast<std::uint8_t>(timer->target.kind));
  out.varint(timer->target.run);
  out.varint(timer->target.automation);
  out.u64(timer->target.record.bits());
}
std::optional<queue::Timer> read_timer(ByteReader& in) {
  if (!in.boolean()) return std::nullopt;
  queue::Timer timer;
  timer.due = read_instant(in);
  timer.id = in.varint();
  timer.target.kind = read_enum(in, queue::TimerKind::kRun, queue::TimerKind::kDate);
  timer.target.run = in.varint();
  timer.target.automation = in.varint32();
  timer.target.record = RecordId(in.u64());
  return timer;
}

}  // namespace

Result<std::string> encode(const RunRecord& run) {
  ByteWriter out;
  out.u8(kFormat);
  out.varint(run.id);
  out.varint(run.automation);
  out.varint(run.version);
  out.string(run.name);
  out.u64(run.record.bits());
  out.varint(run.enrolment);
  out.u8(static_cast<std::uint8_t>(run.state));
  out.varint(run.step);
  write_timer(out, run.timer);
  write_instant(out, run.started);
  write_instant(out, run.ended);
  out.varint(run.depth);
  out.varint(run.parent);
  write_all(out, run.chain, write_link);
  KITH_TRY(base::encode_value(Value(run.event), &out));
  out.string(run.message);
  return out.take();
}

Result<RunRecord> decode_run(std::string_view bytes) {
  RunRecord run;
  ByteReader in(bytes);
  if (in.u8() != kFormat) in.fail();
  run.id = in.varint();
  run.automation = in.varint32();
  run.version = in.varint32();
  run.name = read_string(in);
  run.record = RecordId(in.u64());
  run.enrolment = in.varint();
  run.state = read_enum(in, RunState::kActive, RunState::kSuspended);
  run.step = in.varint32();
  run.timer = read_timer(in);
  run.started = read_instant(in);
  run.ended = read_instant(in);
  run.depth = in.varint32();
  run.parent = in.varint();
  run.chain = read_all<ChainLink>(in, read_link);
  KITH_TRY(in.status("stored run"));
  KITH_ASSIGN(const Value event, base::decode_value(&in));
  run.message = read_string(in);
  if (event.map() == nullptr) in.fail();
  KITH_TRY(in.finish("stored run"));
  run.event = *event.map();
  return run;
}

}  // namespace kith::automation
