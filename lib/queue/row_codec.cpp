#include "queue/row_codec.hpp"

#include "queue/keys.hpp"

namespace kith::queue {

using base::ByteReader;
using base::ByteWriter;

std::string encode(const TimerTarget& target) {
  ByteWriter row;
  row.u8(static_cast<std::uint8_t>(target.kind));
  row.varint(target.run);
  row.varint(target.automation);
  row.varint(target.record.bits());
  return row.take();
}

TimerTarget read_timer_target(ByteReader& in) {
  TimerTarget target;
  target.kind = base::read_enum(in, TimerKind::kRun, TimerKind::kDate);
  target.run = in.varint();
  target.automation = in.varint32();
  target.record = RecordId(in.varint());
  return target;
}

std::string encode(const DateWait& wait) {
  ByteWriter row;
  row.u64(sortable(wait.due));
  row.varint(wait.timer);
  return row.take();
}

DateWait read_date_wait(ByteReader& in) {
  DateWait wait;
  wait.due = from_sortable(in.u64());
  wait.timer = in.varint();
  return wait;
}

std::string encode(const Enrolment& enrolment) {
  ByteWriter row;
  row.varint(enrolment.number);
  row.u64(sortable(enrolment.window_start));
  row.varint(enrolment.in_window);
  return row.take();
}

Enrolment read_enrolment(ByteReader& in) {
  Enrolment enrolment;
  enrolment.number = in.varint();
  enrolment.window_start = from_sortable(in.u64());
  enrolment.in_window = in.varint32();
  return enrolment;
}

std::string encode(const Sweep& sweep) {
  ByteWriter row;
  row.varint(sweep.version);
  row.u64(sweep.next.bits());
  row.boolean(sweep.begun.has_value());
  if (sweep.begun) row.u64(sortable(*sweep.begun));
  return row.take();
}

void read_sweep(ByteReader& in, Sweep* sweep) {
  sweep->version = in.varint32();
  sweep->next = RecordId(in.u64());
  if (in.boolean()) sweep->begun = from_sortable(in.u64());
}

std::string encode(const EventRow& event) {
  ByteWriter row;
  row.u64(sortable(event.forgotten));
  row.string(event.answer);
  base::write_all(row, event.discretion.about,
                  [](ByteWriter& out, RecordId id) { out.u64(id.bits()); });
  row.string(event.discretion.blank);
  return row.take();
}

EventRow read_event(ByteReader& in) {
  EventRow event;
  event.forgotten = from_sortable(in.u64());
  event.answer = base::read_string(in);
  event.discretion.about =
      base::read_all<RecordId>(in, [](ByteReader& ids) { return RecordId(ids.u64()); });
  event.discretion.blank = base::read_string(in);
  return event;
}

std::string encode_number(std::uint64_t number) {
  ByteWriter row;
  row.u64(number);
  return row.take();
}

}  // namespace kith::queue
