#include "queue/outbox.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/message_row.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

namespace {

constexpr std::string_view kCounter = "message";
constexpr std::size_t kMaxKeyBytes = 400;
constexpr std::size_t kMaxErrorBytes = 1000;
// What is left is for numbers that grow and the error of a refusal.
constexpr std::size_t kMaxMessageBytes = store::kMaxValueBytes - kMaxErrorBytes - 100;
constexpr std::size_t kPage = 128;

std::string number(std::uint64_t sequence) { return "message " + std::to_string(sequence); }

Result<std::optional<OutboxMessage>> find_row(store::ReadTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, message_key(sequence)));
  if (!row) return std::optional<OutboxMessage>();
  KITH_ASSIGN(OutboxMessage message, decode_message(sequence, *row));
  return std::optional<OutboxMessage>(std::move(message));
}

Result<OutboxMessage> existing(store::ReadTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(auto message, find_row(txn, sequence));
  if (!message) {
    return Status(Code::kNotFound, "the outbox has no " + number(sequence) + " (any more)");
  }
  return *std::move(message);
}

Status put_row(store::WriteTxn& txn, const OutboxMessage& message) {
  KITH_ASSIGN(const std::string bytes, encode_message(message));
  return txn.put(store::Table::kQueue, message_key(message.sequence), bytes);
}

Status set_ready(store::WriteTxn& txn, const OutboxMessage& message) {
  return txn.put(store::Table::kQueue, message_ready_key(message.not_before, message.sequence), {});
}

Result<bool> is_ready(store::ReadTxn& txn, const OutboxMessage& message) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue,
                                message_ready_key(message.not_before, message.sequence)));
  return row.has_value();
}

// The first message in the order of a record, or 0.
Result<std::uint64_t> first_of(store::ReadTxn& txn, RecordId record) {
  store::ScanOptions one;
  one.row_limit = 1;
  KITH_ASSIGN(
      const store::ScanBatch batch,
      txn.scan(store::Table::kQueue, store::KeyRange::prefix(message_order_prefix(record)), one));
  if (batch.rows.empty()) return std::uint64_t{0};
  base::ByteReader key(batch.rows.front().key);
  key.u8();
  key.u64();
  const std::uint64_t sequence = key.u64();
  KITH_TRY(key.finish("order of a record's messages"));
  return sequence;
}

// Puts a message in line: behind those of its record, or right into the index.
Status line_up(store::WriteTxn& txn, const OutboxMessage& message) {
  if (message.record.is_null()) return set_ready(txn, message);
  KITH_ASSIGN(const std::uint64_t first, first_of(txn, message.record));
  KITH_TRY(txn.put(store::Table::kQueue, message_order_key(message.record, message.sequence), {}));
  return first == 0 ? set_ready(txn, message) : Status();
}

// Takes a message out of the line; the next one of its record steps forward.
Status step_out(store::WriteTxn& txn, const OutboxMessage& message) {
  KITH_ASSIGN(const bool ready, is_ready(txn, message));
  if (ready) {
    KITH_TRY(
        txn.erase(store::Table::kQueue, message_ready_key(message.not_before, message.sequence)));
  }
  if (message.record.is_null()) return {};
  KITH_TRY(txn.erase(store::Table::kQueue, message_order_key(message.record, message.sequence)));
  if (!ready) return {};
  KITH_ASSIGN(const std::uint64_t next, first_of(txn, message.record));
  if (next == 0) return {};
  KITH_ASSIGN(const auto following, find_row(txn, next));
  if (!following) {
    return Status(Code::kCorrupt, "the outbox has lost " + number(next) + " of a record's order");
  }
  return set_ready(txn, *following);
}

Status bury(store::WriteTxn& txn, OutboxMessage message) {
  if (message.state != MessageState::kDead) KITH_TRY(step_out(txn, message));
  message.state = MessageState::kDead;
  return put_row(txn, message);
}

Status drop(store::WriteTxn& txn, Timestamp now, const OutboxMessage& message, Duration keep) {
  if (message.state != MessageState::kDead) KITH_TRY(step_out(txn, message));
  KITH_TRY(txn.erase(store::Table::kQueue, message_key(message.sequence)));
  return expire_at(txn, after(now, keep), idempotency_key(message.idempotency_key));
}

// How long the message waits after its latest attempt.
Duration back_off(std::uint32_t attempts, const OutboxLimits& limits) {
  Duration wait = limits.first_retry;
  for (std::uint32_t i = 1; i < attempts && wait < limits.last_retry; ++i) {
    wait = Duration::nanoseconds(wait.total_nanoseconds() * 2);
  }
  return std::min(wait, limits.last_retry);
}

Result<std::uint64_t> find_key(store::ReadTxn& txn, std::string_view text) {
  KITH_ASSIGN(auto row, txn.get(store::Table::kQueue, idempotency_key(text)));
  if (!row) return std::uint64_t{0};
  base::ByteReader in(*row);
  const std::uint64_t sequence = in.u64();
  KITH_TRY(in.finish("idempotency key " + base::quoted(text)));
  return sequence;
}

// A key for a message that was given none.
Result<std::string> key_from(store::ReadTxn& txn, std::uint64_t sequence) {
  std::string text = "message/" + std::to_string(sequence);
  while (true) {
    KITH_ASSIGN(const std::uint64_t used, find_key(txn, text));
    if (used == 0) return text;
    text += '+';  // a host has used it for one of its own
  }
}

// The beginning of a text, not cut within a character.
std::string shortened(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  while (max_bytes > 0 && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80) --max_bytes;
  return std::string(text.substr(0, max_bytes));
}

// The lease is the present one of this message.
Result<OutboxMessage> held(store::ReadTxn& txn, std::uint64_t sequence, std::uint64_t token) {
  KITH_ASSIGN(OutboxMessage message, existing(txn, sequence));
  if (message.state == MessageState::kLeased && message.token == token) return message;
  return Status(Code::kConflict, number(sequence) +
                                     " is not held by this lease any more: it was given back, "
                                     "leased again or buried");
}

// As its readers see it at `now`.
OutboxMessage seen(OutboxMessage message, Timestamp now) {
  if (message.state == MessageState::kLeased && message.not_before <= now) {
    message.state = MessageState::kPending;
  }
  if (message.state != MessageState::kLeased) message.token = 0;
  return message;
}

struct Candidates {
  std::vector<std::uint64_t> sequences;
  std::string continuation;
};

Result<Candidates> next_candidates(store::ReadTxn& txn, const store::KeyRange& range) {
  store::ScanOptions how;
  how.row_limit = kPage;
  how.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, how));
  Candidates found;
  for (const store::KeyValue& row : batch.rows) {
    base::ByteReader key(row.key);
    key.u8();
    key.u64();
    found.sequences.push_back(key.u64());
    KITH_TRY(key.finish("index of the outbox"));
  }
  found.continuation = batch.continuation;
  return found;
}

Status take(store::WriteTxn& txn, Timestamp until, OutboxMessage* message) {
  KITH_TRY(
      txn.erase(store::Table::kQueue, message_ready_key(message->not_before, message->sequence)));
  message->state = MessageState::kLeased;
  message->not_before = until;
  ++message->attempts;
  ++message->token;
  KITH_TRY(set_ready(txn, *message));
  return put_row(txn, *message);
}

}  // namespace

Result<std::uint64_t> enqueue(store::WriteTxn& txn, Timestamp now, const MessageDraft& draft,
                              std::uint64_t run) {
  if (draft.idempotency_key.size() > kMaxKeyBytes) {
    return Status(Code::kLimit, "an idempotency key has at most " + std::to_string(kMaxKeyBytes) +
                                    " bytes, not " + std::to_string(draft.idempotency_key.size()));
  }
  std::string key = draft.idempotency_key;
  if (!key.empty()) {
    KITH_ASSIGN(const std::uint64_t used, find_key(txn, key));
    if (used != 0 && run == 0) return used;
    if (used != 0) key += "/run " + std::to_string(run);
  }
  KITH_ASSIGN(const std::uint64_t last, counter(txn, kCounter));
  OutboxMessage message;
  message.sequence = last + 1;
  message.topic = draft.topic;
  message.payload = draft.payload;
  message.idempotency_key = std::move(key);
  message.record = draft.record;
  message.created = now;
  message.not_before = std::max(now, draft.not_before.value_or(now));
  message.run = run;
  if (message.idempotency_key.empty()) {
    KITH_ASSIGN(message.idempotency_key, key_from(txn, message.sequence));
  }
  KITH_ASSIGN(const std::string bytes, encode_message(message));
  if (bytes.size() > kMaxMessageBytes) {
    return Status(Code::kLimit, "a message to the outbox takes " + std::to_string(bytes.size()) +
                                    " bytes; at most " + std::to_string(kMaxMessageBytes) +
                                    " are stored: put a reference into the payload instead");
  }
  KITH_TRY(set_counter(txn, kCounter, message.sequence));
  KITH_TRY(txn.put(store::Table::kQueue, message_key(message.sequence), bytes));
  base::ByteWriter used;
  used.u64(message.sequence);
  KITH_TRY(txn.put(store::Table::kQueue, idempotency_key(message.idempotency_key), used.bytes()));
  KITH_TRY(line_up(txn, message));
  return message.sequence;
}

Result<std::vector<OutboxMessage>> lease(store::WriteTxn& txn, Timestamp now,
                                         const LeaseOptions& options, const OutboxLimits& limits) {
  if (options.ttl <= Duration()) {
    return Status(Code::kInvalidArgument, "a lease needs a time to live above zero");
  }
  const Timestamp until = after(now, options.ttl);
  std::vector<OutboxMessage> leased;
  const store::KeyRange everything = due_range('p', now);
  store::KeyRange range = everything;
  while (leased.size() < options.limit) {
    KITH_ASSIGN(const Candidates page, next_candidates(txn, range));
    bool stepped_forward = false;
    for (std::uint64_t sequence : page.sequences) {
      if (stepped_forward || leased.size() == options.limit) break;
      KITH_ASSIGN(OutboxMessage message, existing(txn, sequence));
      if (!options.topic.empty() && message.topic != options.topic) continue;
      if (message.attempts >= limits.max_attempts) {
        // Whoever took it last never came back.
        message.last_error = "its last lease ran out";
        stepped_forward = !message.record.is_null();
        KITH_TRY(bury(txn, std::move(message)));
        continue;
      }
      KITH_TRY(take(txn, until, &message));
      leased.push_back(std::move(message));
    }
    // What stepped forward may stand before the place that the walk has reached.
    range.first = stepped_forward ? everything.first : page.continuation;
    if (range.first.empty()) break;
  }
  return leased;
}

Status acknowledge(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, std::uint64_t token,
                   Duration keep) {
  KITH_ASSIGN(const OutboxMessage message, held(txn, sequence, token));
  return drop(txn, now, message, keep);
}

Status refuse(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, std::uint64_t token,
              const RefuseOptions& options, const OutboxLimits& limits) {
  KITH_ASSIGN(OutboxMessage message, held(txn, sequence, token));
  if (options.retry_after && *options.retry_after < Duration()) {
    return Status(Code::kInvalidArgument, "retry_after must not be negative");
  }
  message.last_error = shortened(options.error, kMaxErrorBytes);
  if (options.dead || message.attempts >= limits.max_attempts) {
    return bury(txn, std::move(message));
  }
  KITH_TRY(txn.erase(store::Table::kQueue, message_ready_key(message.not_before, sequence)));
  message.state = MessageState::kPending;
  message.not_before = after(now, options.retry_after.value_or(back_off(message.attempts, limits)));
  KITH_TRY(set_ready(txn, message));
  return put_row(txn, message);
}

Status revive(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence) {
  KITH_ASSIGN(OutboxMessage message, existing(txn, sequence));
  if (message.state != MessageState::kDead) {
    return Status(Code::kInvalidArgument, number(sequence) + " is not dead");
  }
  message.state = MessageState::kPending;
  message.attempts = 0;
  message.not_before = now;
  KITH_TRY(put_row(txn, message));
  return line_up(txn, message);
}

Status discard(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, Duration keep) {
  KITH_ASSIGN(const OutboxMessage message, existing(txn, sequence));
  return drop(txn, now, message, keep);
}

Status erase_message(store::WriteTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(const OutboxMessage message, existing(txn, sequence));
  if (message.state != MessageState::kDead) KITH_TRY(step_out(txn, message));
  KITH_TRY(txn.erase(store::Table::kQueue, message_key(sequence)));
  return txn.erase(store::Table::kQueue, idempotency_key(message.idempotency_key));
}

Result<std::vector<OutboxMessage>> messages(store::ReadTxn& txn, Timestamp now,
                                            const OutboxFilter& filter) {
  std::vector<OutboxMessage> found;
  store::KeyRange range = kind_range('o');
  if (filter.after == std::numeric_limits<std::uint64_t>::max()) return found;
  range.first = message_key(filter.after + 1);
  while (found.size() < filter.limit) {
    store::ScanOptions how;
    how.row_limit = kPage;
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, how));
    for (const store::KeyValue& row : batch.rows) {
      if (found.size() == filter.limit) return found;
      base::ByteReader key(row.key);
      key.u8();
      const std::uint64_t sequence = key.u64();
      KITH_TRY(key.finish("key of an outbox message"));
      KITH_ASSIGN(OutboxMessage stored, decode_message(sequence, row.value));
      OutboxMessage message = seen(std::move(stored), now);
      const bool wanted = (!filter.state || *filter.state == message.state) &&
                          (filter.topic.empty() || filter.topic == message.topic);
      if (wanted) found.push_back(std::move(message));
    }
    if (batch.done()) break;
    range.first = batch.continuation;
  }
  return found;
}

}  // namespace kith::queue
