#include "queue/keys.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace kith::queue {

namespace {

base::ByteWriter begin(char kind) {
  base::ByteWriter key;
  key.u8(static_cast<std::uint8_t>(kind));
  return key;
}

}  // namespace

std::uint64_t sortable(Timestamp when) {
  return static_cast<std::uint64_t>(when.to_microseconds()) ^ kSignBit;
}

Timestamp from_sortable(std::uint64_t bits) {
  return Timestamp::from_microseconds(static_cast<std::int64_t>(bits ^ kSignBit));
}

Timestamp after(Timestamp when, Duration span) {
  constexpr std::int64_t kLast = 253'402'300'799'999'999;
  // Both lie far from the limits of the sum.
  return Timestamp::from_microseconds(
      std::min(kLast, when.to_microseconds() + span.total_microseconds()));
}

std::string timer_key(Timestamp due, std::uint64_t id) {
  base::ByteWriter key = begin('t');
  key.u64(sortable(due));
  key.u64(id);
  return key.take();
}

std::string run_key(std::uint64_t run) {
  base::ByteWriter key = begin('r');
  key.u64(run);
  return key.take();
}

std::string active_run_prefix(RecordId record) {
  base::ByteWriter key = begin('a');
  key.u64(record.bits());
  return key.take();
}

std::string active_run_key(RecordId record, std::uint32_t automation, std::uint64_t run) {
  base::ByteWriter key = begin('a');
  key.u64(record.bits());
  key.u32(automation);
  key.u64(run);
  return key.take();
}

std::string enrolment_key(std::uint32_t automation, RecordId record) {
  base::ByteWriter key = begin('e');
  key.u32(automation);
  key.u64(record.bits());
  return key.take();
}

std::string date_wait_key(std::uint32_t automation, RecordId record) {
  base::ByteWriter key = begin('d');
  key.u32(automation);
  key.u64(record.bits());
  return key.take();
}

std::string sweep_key(std::uint32_t automation) {
  base::ByteWriter key = begin('s');
  key.u32(automation);
  return key.take();
}

std::string message_key(std::uint64_t sequence) {
  base::ByteWriter key = begin('o');
  key.u64(sequence);
  return key.take();
}

std::string message_order_prefix(RecordId record) {
  base::ByteWriter key = begin('q');
  key.u64(record.bits());
  return key.take();
}

std::string message_order_key(RecordId record, std::uint64_t sequence) {
  base::ByteWriter key = begin('q');
  key.u64(record.bits());
  key.u64(sequence);
  return key.take();
}

std::string message_ready_key(Timestamp when, std::uint64_t sequence) {
  base::ByteWriter key = begin('p');
  key.u64(sortable(when));
  key.u64(sequence);
  return key.take();
}

std::string idempotency_key(std::string_view text) {
  base::ByteWriter key = begin('k');
  key.raw(text);
  return key.take();
}

std::string inbox_key(std::string_view id) {
  base::ByteWriter key = begin('i');
  key.raw(id);
  return key.take();
}

std::string expiry_key(Timestamp when, std::string_view expiring) {
  base::ByteWriter key = begin('x');
  key.u64(sortable(when));
  key.raw(expiring);
  return key.take();
}

std::string counter_key(std::string_view name) {
  base::ByteWriter key = begin('c');
  key.raw(name);
  return key.take();
}

std::string version_key(std::uint32_t automation, std::uint32_t version) {
  base::ByteWriter key = begin('v');
  key.u32(automation);
  key.u32(version);
  return key.take();
}

store::KeyRange due_range(char kind, Timestamp until) {
  base::ByteWriter last = begin(kind);
  // The key of an instant in range ends well before the last number.
  last.u64(sortable(until) + 1);
  return {std::string(1, kind), last.take()};
}

store::KeyRange kind_range(char kind) { return store::KeyRange::prefix(std::string(1, kind)); }

}  // namespace kith::queue
