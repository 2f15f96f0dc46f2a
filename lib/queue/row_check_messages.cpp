// The outbox: messages, their lines, who may be leased, keys.
#include <utility>

#include "base/message.hpp"
#include "base/utf8.hpp"
#include "queue/judged_row.hpp"
#include "queue/message_row.hpp"

namespace kith::queue {

using store::Mend;
using store::Table;

Status QueueJudge::message(Row& row) {
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  saw("message", sequence);
  const Result<OutboxMessage> message = decode_message(sequence, row.value);
  if (!message.ok()) {
    row.add("message_corrupt", where, std::string(message.status().message()));
    return {};
  }
  const bool dead = message->state == MessageState::kDead;
  if (!in_calendar(message->not_before) || !in_calendar(message->created)) {
    row.add("message_corrupt", where, "its times lie outside the years 1 to 9999");
    return {};
  }
  const std::string used = idempotency_key(message->idempotency_key);
  KITH_ASSIGN(const bool known, row.has(used, encode_number(sequence)));
  if (!known) {
    row.add("key_missing", where, "its idempotency key is not noted as used by it",
            {Mend::put(Table::kQueue, used, encode_number(sequence))});
  }
  if (dead) return {};
  if (message->record.is_null()) {
    const std::string place = message_ready_key(message->not_before, sequence);
    KITH_ASSIGN(const bool ready, row.has(place, {}));
    if (!ready) {
      row.add("ready_missing", where, "nobody would ever lease it",
              {Mend::put(Table::kQueue, place)});
    }
    return {};
  }
  const std::string place = message_order_key(message->record, sequence);
  KITH_ASSIGN(const bool in_line, row.has(place, {}));
  if (!in_line) {
    row.add("order_missing", where, "it has no place in the line of " + label_(message->record),
            {Mend::put(Table::kQueue, place)});
  }
  return {};
}

Status QueueJudge::order(Row& row) {
  const RecordId record(row.key.u64());
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (bytes) {
    const Result<OutboxMessage> message = decode_message(sequence, *bytes);
    if (!message.ok()) return {};  // reported where it lies
    const bool in_line = message->record == record && message->state != MessageState::kDead;
    if (in_line && row.value.empty()) {
      // Rows come in order, so the first of a record is the one to judge its line at.
      return std::exchange(lined_up_, record) == record ? Status() : line_of(row, record, sequence);
    }
  }
  row.orphan("order_orphan", where,
             "it stands in the line of " + label_(record) + " and is not in it");
  return {};
}

// Of the messages of a record exactly one may be leased. Judged at the first of them.
Status QueueJudge::line_of(Row& row, RecordId record, std::uint64_t first) {
  std::vector<std::string> ready;
  std::string best;
  bool is_first = true;
  const Status walked = store::for_each_row(
      row.txn, Table::kQueue, store::KeyRange::prefix(message_order_prefix(record)),
      [&](const store::KeyValue& other) -> Status {
        base::ByteReader key(other.key.substr(kInstantBytes));
        const std::uint64_t sequence = key.u64();
        if (!key.finish("key").ok() || !is_first) return {};
        KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
        if (!bytes) return {};
        const Result<OutboxMessage> message = decode_message(sequence, *bytes);
        if (!message.ok() || message->record != record || message->state == MessageState::kDead) {
          return {};
        }
        if (sequence < first) is_first = false;
        const std::string place = message_ready_key(message->not_before, sequence);
        if (best.empty()) best = place;
        KITH_ASSIGN(const bool there, row.has(place, {}));
        if (there && message->state == MessageState::kLeased) {
          ready.insert(ready.begin(), place);  // whoever holds it goes on
        } else if (there) {
          ready.push_back(place);
        }
        return {};
      });
  KITH_TRY(walked);
  if (!is_first || ready.size() == 1) return {};
  std::vector<Mend> mends;
  if (ready.empty()) mends.push_back(Mend::put(Table::kQueue, best));
  for (std::size_t i = 1; i < ready.size(); ++i) {
    mends.push_back(Mend::erase(Table::kQueue, ready[i]));
  }
  row.add(ready.empty() ? "ready_missing" : "ready_twice", "message " + std::to_string(first),
          ready.empty() ? "nobody would ever lease the messages of " + label_(record)
                        : "several messages of " + label_(record) + " may be leased at once",
          std::move(mends));
  return {};
}

Status QueueJudge::ready(Row& row) {
  const Timestamp when = from_sortable(row.key.u64());
  const std::uint64_t sequence = row.key.u64();
  const std::string where = "message " + std::to_string(sequence);
  if (!row.empty_value(where)) return {};
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (bytes) {
    const Result<OutboxMessage> message = decode_message(sequence, *bytes);
    if (!message.ok()) return {};
    const bool agrees = message->state != MessageState::kDead &&
                        message->not_before.to_microseconds() == when.to_microseconds();
    if (agrees && row.value.empty()) return {};
  }
  row.orphan("ready_orphan", where, "it may be leased at a time that is not its own, or is gone");
  return {};
}

Status QueueJudge::key(Row& row) {
  const std::string_view text = row.whole_key.substr(1);
  const std::uint64_t sequence = row.in.u64();
  const std::string where = "idempotency key " + base::quoted(text);
  if (!row.in.finish("row").ok() || text.empty() || !base::is_valid_utf8(text)) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  saw("message", sequence);
  KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, message_key(sequence)));
  if (!bytes) {
    if (!expires(row.whole_key)) {
      row.add("expiry_missing", where, "its message is gone and nothing says when it is forgotten",
              {Mend::put(Table::kQueue, expiry_key(rules_.forget_at, row.whole_key))});
    }
    return {};
  }
  const Result<OutboxMessage> message = decode_message(sequence, *bytes);
  if (message.ok() && message->idempotency_key != text) {
    row.orphan("key_orphan", where, "message " + std::to_string(sequence) + " has another key");
  }
  return {};
}

}  // namespace kith::queue
