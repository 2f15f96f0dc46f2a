#include "engine/outbox.hpp"

#include "engine/writer.hpp"
#include "queue/outbox.hpp"
#include "schema/types.hpp"

namespace kith::engine {

namespace {

queue::OutboxLimits limits_of(const Writer& writer) {
  queue::OutboxLimits limits;
  limits.max_attempts = writer.session().database_limits().max_message_attempts;
  return limits;
}

Status check(Writer& writer, const MessageDraft& message) {
  if (message.topic.empty()) {
    return Status(Code::kInvalidArgument,
                  "a message needs a topic: it says what kind of deliverer takes it");
  }
  if (message.record.is_null()) return {};
  KITH_ASSIGN(const auto record, writer.find_record(message.record));
  if (record) return {};
  return Status(Code::kInvalidArgument, "the message is about " +
                                            schema::format_id(writer.catalog(), message.record) +
                                            ", which does not exist");
}

}  // namespace

Result<std::vector<OutboxMessage>> outbox(Reader& reader, const OutboxFilter& filter) {
  KITH_TRY(reader.check_present("messages of the outbox"));
  KITH_ASSIGN(const Timestamp now, reader.now());
  return queue::messages(reader.txn(), now, filter);
}

Result<std::uint64_t> send(Writer& writer, const MessageDraft& message) {
  return writer.with_queue([&](store::WriteTxn& txn) -> Result<std::uint64_t> {
    KITH_TRY(check(writer, message));
    return queue::enqueue(txn, writer.stamp().at, message, 0);
  });
}

Result<std::vector<OutboxMessage>> lease(Writer& writer, const LeaseOptions& options) {
  return writer.with_queue([&](store::WriteTxn& txn) {
    return queue::lease(txn, writer.stamp().at, options, limits_of(writer));
  });
}

Status acknowledge(Writer& writer, std::uint64_t sequence, std::uint64_t token) {
  return writer.with_queue([&](store::WriteTxn& txn) {
    return queue::acknowledge(txn, writer.stamp().at, sequence, token, kKeepKeys);
  });
}

Status refuse(Writer& writer, std::uint64_t sequence, std::uint64_t token,
              const RefuseOptions& options) {
  return writer.with_queue([&](store::WriteTxn& txn) {
    return queue::refuse(txn, writer.stamp().at, sequence, token, options, limits_of(writer));
  });
}

Status revive(Writer& writer, std::uint64_t sequence) {
  return writer.with_queue(
      [&](store::WriteTxn& txn) { return queue::revive(txn, writer.stamp().at, sequence); });
}

Status discard(Writer& writer, std::uint64_t sequence) {
  return writer.with_queue([&](store::WriteTxn& txn) {
    return queue::discard(txn, writer.stamp().at, sequence, kKeepKeys);
  });
}

}  // namespace kith::engine
