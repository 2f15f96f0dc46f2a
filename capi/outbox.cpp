// The outbox: messages written, leased, acknowledged, refused.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_message_draft> {
  static constexpr const char* kName = "kith_message_draft";
  static constexpr std::size_t kFirstSize = KITH_MESSAGE_DRAFT_V1_SIZE;
  static kith_message_draft defaults() {
    kith_message_draft to{};
    to.topic_size = KITH_NTS;
    to.idempotency_key_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_message_filter> {
  static constexpr const char* kName = "kith_message_filter";
  static constexpr std::size_t kFirstSize = KITH_MESSAGE_FILTER_V1_SIZE;
  static kith_message_filter defaults() {
    kith_message_filter to{};
    to.state = KITH_MESSAGE_ANY;
    to.topic_size = KITH_NTS;
    to.limit = OutboxFilter().limit;
    return to;
  }
};

template <>
struct Known<kith_lease_options> {
  static constexpr const char* kName = "kith_lease_options";
  static constexpr std::size_t kFirstSize = KITH_LEASE_OPTIONS_V1_SIZE;
  static kith_lease_options defaults() {
    kith_lease_options to{};
    const LeaseOptions from;
    to.limit = from.limit;
    to.ttl = duration_out(from.ttl);
    to.topic_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_refuse_options> {
  static constexpr const char* kName = "kith_refuse_options";
  static constexpr std::size_t kFirstSize = KITH_REFUSE_OPTIONS_V1_SIZE;
  static kith_refuse_options defaults() {
    kith_refuse_options to{};
    to.error_size = KITH_NTS;
    return to;
  }
};

namespace {

Result<MessageDraft> read_draft(const kith_message_draft* draft) {
  KITH_ASSIGN(const kith_message_draft from, read_struct(draft));
  if (!is_zero(from.reserved)) return wrong_struct("kith_message_draft", "reserved is not 0");
  MessageDraft to;
  KITH_ASSIGN(to.topic, text_in(from.topic, from.topic_size, "topic"));
  KITH_ASSIGN(to.payload, map_in(from.payload, "payload"));
  KITH_ASSIGN(to.idempotency_key,
              text_in(from.idempotency_key, from.idempotency_key_size, "idempotency_key"));
  to.record = RecordId(from.record);
  KITH_ASSIGN(const bool later, flag(from.has_not_before, "has_not_before"));
  if (later) {
    KITH_ASSIGN(to.not_before, time_in(&from.not_before, "not_before"));
  }
  return to;
}

Result<OutboxFilter> read_filter(const kith_message_filter* filter) {
  OutboxFilter to;
  if (filter == nullptr) return to;
  KITH_ASSIGN(const kith_message_filter from, read_struct(filter));
  if (from.state != KITH_MESSAGE_ANY) {
    KITH_ASSIGN(to.state,
                enum_in(from.state, MessageState::kDead, "kith_message_filter", "KITH_MESSAGE_"));
  }
  KITH_ASSIGN(to.topic, text_in(from.topic, from.topic_size, "topic"));
  to.after = from.after;
  to.limit = limit_in(from.limit);
  return to;
}

Result<LeaseOptions> read_options(const kith_lease_options* options) {
  LeaseOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_lease_options from, read_struct(options));
  to.limit = from.limit;
  KITH_ASSIGN(to.ttl, duration_in(&from.ttl, "ttl"));
  KITH_ASSIGN(to.topic, text_in(from.topic, from.topic_size, "topic"));
  return to;
}

Result<RefuseOptions> read_options(const kith_refuse_options* options) {
  RefuseOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_refuse_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_refuse_options", "reserved is not 0");
  KITH_ASSIGN(to.dead, flag(from.dead, "dead"));
  KITH_ASSIGN(to.error, text_in(from.error, from.error_size, "error"));
  KITH_ASSIGN(const bool stated, flag(from.has_retry_after, "has_retry_after"));
  if (stated) {
    KITH_ASSIGN(to.retry_after, duration_in(&from.retry_after, "retry_after"));
  }
  return to;
}

// `read` gives the message, given who knows the names of records.
template <typename Read>
Status send(kith_txn* txn, std::uint64_t* sequence, Read&& read) {
  clear_optional(sequence);
  KITH_ASSIGN(Transaction * transaction, use(txn));
  KITH_ASSIGN(const MessageDraft message, read(*transaction));
  KITH_ASSIGN(const std::uint64_t sent, transaction->send(message));
  if (sequence != nullptr) *sequence = sent;
  return {};
}

kith_messages* make_messages(std::vector<OutboxMessage> messages) {
  auto list = std::make_unique<kith_messages>();
  list->payloads.reserve(messages.size());
  for (OutboxMessage& message : messages) list->payloads.emplace_back(std::move(message.payload));
  list->items = std::move(messages);
  return list.release();
}

// The messages with their payloads in them again.
std::vector<OutboxMessage> whole(const kith_messages& messages) {
  std::vector<OutboxMessage> items = messages.items;
  for (std::size_t i = 0; i < items.size(); ++i) items[i].payload = *messages.payloads[i].map();
  return items;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_message_draft_init(kith_message_draft* draft, size_t size) {
  return guard(nullptr, [&] { return initialise(draft, size); });
}

int32_t kith_message_filter_init(kith_message_filter* filter, size_t size) {
  return guard(nullptr, [&] { return initialise(filter, size); });
}

int32_t kith_lease_options_init(kith_lease_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_refuse_options_init(kith_refuse_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_txn_send(kith_txn* txn, const kith_message_draft* draft, uint64_t* sequence,
                      kith_error** error) {
  return guard(
      error, [&] { return send(txn, sequence, [&](const Reader&) { return read_draft(draft); }); });
}

int32_t kith_txn_send_json(kith_txn* txn, const char* draft, size_t draft_size, uint64_t* sequence,
                           kith_error** error) {
  return guard(error, [&] {
    return send(txn, sequence, [&](const Reader& ids) -> Result<MessageDraft> {
      KITH_ASSIGN(const std::string_view text, text_in(draft, draft_size, "draft"));
      return message_draft_from_json(text, ids);
    });
  });
}

int32_t kith_txn_lease(kith_txn* txn, const kith_lease_options* options, kith_messages** out,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const LeaseOptions how, read_options(options));
    KITH_ASSIGN(std::vector<OutboxMessage> leased, transaction->lease(how));
    *out = make_messages(std::move(leased));
    return {};
  });
}

int32_t kith_txn_acknowledge(kith_txn* txn, uint64_t sequence, uint64_t token, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    return transaction->acknowledge(sequence, token);
  });
}

int32_t kith_txn_refuse(kith_txn* txn, uint64_t sequence, uint64_t token,
                        const kith_refuse_options* options, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const RefuseOptions how, read_options(options));
    return transaction->refuse(sequence, token, how);
  });
}

int32_t kith_txn_revive(kith_txn* txn, uint64_t sequence, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    return transaction->revive(sequence);
  });
}

int32_t kith_txn_discard(kith_txn* txn, uint64_t sequence, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    return transaction->discard(sequence);
  });
}

int32_t kith_reader_outbox(const kith_reader* reader, const kith_message_filter* filter,
                           kith_messages** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const OutboxFilter which, read_filter(filter));
    KITH_ASSIGN(std::vector<OutboxMessage> messages, view->outbox(which));
    *out = make_messages(std::move(messages));
    return {};
  });
}

void kith_messages_free(kith_messages* messages) {
  guard_free([&] { delete messages; });
}

size_t kith_messages_count(const kith_messages* messages) {
  return guard_get(size_t{0}, [&] { return count(messages); });
}

uint64_t kith_messages_sequence(const kith_messages* messages, size_t index) {
  return guard_get(uint64_t{0}, [&] {
    return number<uint64_t>(item(messages, index), &OutboxMessage::sequence);
  });
}

uint64_t kith_messages_token(const kith_messages* messages, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(messages, index), &OutboxMessage::token); });
}

uint64_t kith_messages_record(const kith_messages* messages, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(messages, index), &OutboxMessage::record); });
}

uint64_t kith_messages_run(const kith_messages* messages, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(messages, index), &OutboxMessage::run); });
}

int32_t kith_messages_state(const kith_messages* messages, size_t index) {
  return guard_get(int32_t{0},
                   [&] { return number<int32_t>(item(messages, index), &OutboxMessage::state); });
}

uint32_t kith_messages_attempts(const kith_messages* messages, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    return number<uint32_t>(item(messages, index), &OutboxMessage::attempts);
  });
}

const char* kith_messages_topic(const kith_messages* messages, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(messages, index), &OutboxMessage::topic, size); });
}

const char* kith_messages_idempotency_key(const kith_messages* messages, size_t index,
                                          size_t* size) {
  return guard_get(
      "", [&] { return text(item(messages, index), &OutboxMessage::idempotency_key, size); });
}

const char* kith_messages_last_error(const kith_messages* messages, size_t index, size_t* size) {
  return guard_get("",
                   [&] { return text(item(messages, index), &OutboxMessage::last_error, size); });
}

const kith_value* kith_messages_payload(const kith_messages* messages, size_t index) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    return messages != nullptr ? wrap(item_of(messages->payloads, index)) : nullptr;
  });
}

int32_t kith_messages_created(const kith_messages* messages, size_t index, kith_time* out,
                              kith_error** error) {
  return guard(
      error, [&] { return give_time(messages, "messages", index, &OutboxMessage::created, out); });
}

int32_t kith_messages_not_before(const kith_messages* messages, size_t index, kith_time* out,
                                 kith_error** error) {
  return guard(error, [&] {
    return give_time(messages, "messages", index, &OutboxMessage::not_before, out);
  });
}

int32_t kith_messages_to_json(const kith_messages* messages, const kith_reader* reader,
                              kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(messages, "messages"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(whole(*messages), *ids), out);
  });
}

const char* kith_message_state_name(int32_t state) {
  return guard_get("", [&]() -> const char* {
    if (state < KITH_MESSAGE_PENDING || state > KITH_MESSAGE_DEAD) return "";
    return message_state_name(static_cast<MessageState>(state)).data();
  });
}
