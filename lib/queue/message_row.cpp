#include "queue/message_row.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"

namespace kith::queue {

namespace {

constexpr std::uint8_t kForm = 1;

}  // namespace

Result<std::string> encode_message(const OutboxMessage& message) {
  base::ByteWriter row;
  row.u8(kForm);
  row.u8(static_cast<std::uint8_t>(message.state));
  row.signed_varint(message.not_before.to_microseconds());
  row.varint(message.attempts);
  row.varint(message.token);
  row.signed_varint(message.created.to_microseconds());
  row.varint(message.record.bits());
  row.varint(message.run);
  row.string(message.topic);
  row.string(message.idempotency_key);
  row.string(message.last_error);
  KITH_TRY(base::encode_value(Value(message.payload), &row));
  return row.take();
}

Result<OutboxMessage> decode_message(std::uint64_t sequence, std::string_view bytes) {
  base::ByteReader row(bytes);
  OutboxMessage message;
  message.sequence = sequence;
  if (row.u8() != kForm) row.fail();
  message.state = base::read_enum(row, MessageState::kPending, MessageState::kDead);
  message.not_before = Timestamp::from_microseconds(row.signed_varint());
  message.attempts = row.varint32();
  message.token = row.varint();
  message.created = Timestamp::from_microseconds(row.signed_varint());
  message.record = RecordId(row.varint());
  message.run = row.varint();
  message.topic = base::read_string(row);
  message.idempotency_key = base::read_string(row);
  message.last_error = base::read_string(row);
  KITH_TRY(row.status("outbox message " + std::to_string(sequence)));
  KITH_ASSIGN(Value payload, base::decode_value(&row));
  KITH_TRY(row.finish("outbox message " + std::to_string(sequence)));
  if (payload.map() == nullptr) {
    return Status(Code::kCorrupt,
                  "the payload of outbox message " + std::to_string(sequence) + " is no map");
  }
  message.payload = *payload.map();
  return message;
}

}  // namespace kith::queue
