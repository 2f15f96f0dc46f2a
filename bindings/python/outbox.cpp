// The outbox in Python: writing messages, and handing them out.
#include "choices.hpp"
#include "transaction.hpp"

namespace kith::python {

namespace {

py::list messages_to_python(const std::vector<OutboxMessage>& messages, const IdNames& names) {
  py::list result;
  for (const OutboxMessage& message : messages) {
    result.append(py::make_tuple(
        message.sequence, text_to_python(message.topic), to_python(Value(message.payload), names),
        text_to_python(message.idempotency_key), to_python(message.record, names),
        to_python(message.created), message_state_name(message.state),
        to_python(message.not_before), message.attempts, message.token,
        message_text(message.last_error), message.run));
  }
  return result;
}

}  // namespace

py::list PyReader::outbox(const std::string& state, const std::string& topic, std::uint64_t after,
                          std::uint64_t limit) {
  OutboxFilter filter;
  filter.state =
      choice_from_python(state, message_state_name, MessageState::kDead, "state of a message");
  filter.topic = topic;
  filter.after = after;
  filter.limit = limit;
  return messages_to_python(
      run([&](const Reader& reader) { return learnt(reader.outbox(filter), reader, *names_); }),
      *names_);
}

std::uint64_t PyTransaction::send(const std::string& topic, const py::dict& payload,
                                  const std::string& idempotency_key, const std::string& record,
                                  py::handle not_before) {
  MessageDraft draft;
  draft.topic = topic;
  draft.payload = map_from_python(payload);
  draft.idempotency_key = idempotency_key;
  draft.not_before = optional_timestamp_from_python(not_before);
  return run_about(record, [&](const Reader&, RecordId parsed) {
    draft.record = parsed;
    return transaction_.peek()->send(draft);
  });
}

py::list PyTransaction::lease(std::uint32_t limit, py::handle ttl, const std::string& topic) {
  LeaseOptions options;
  options.limit = limit;
  options.ttl = duration_from_python(ttl);
  options.topic = topic;
  return messages_to_python(run([&](const Reader& reader) {
                              return learnt(transaction_.peek()->lease(options), reader, *names_);
                            }),
                            *names_);
}

void PyTransaction::acknowledge(std::uint64_t sequence, std::uint64_t token) {
  write([&](Transaction& transaction) { return transaction.acknowledge(sequence, token); });
}

void PyTransaction::refuse(std::uint64_t sequence, std::uint64_t token, const std::string& error,
                           py::handle retry_after, bool dead) {
  RefuseOptions options;
  options.error = error;
  if (!retry_after.is_none()) options.retry_after = duration_from_python(retry_after);
  options.dead = dead;
  write([&](Transaction& transaction) { return transaction.refuse(sequence, token, options); });
}

void PyTransaction::revive(std::uint64_t sequence) {
  write([&](Transaction& transaction) { return transaction.revive(sequence); });
}

void PyTransaction::discard(std::uint64_t sequence) {
  write([&](Transaction& transaction) { return transaction.discard(sequence); });
}

}  // namespace kith::python
