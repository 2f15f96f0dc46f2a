// queue/rows.hpp: any row of Table::kQueue as what it means, and back.
//
//   KITH_ASSIGN(const queue::Row row, queue::decode_row(key, value));
//   if (const auto* timer = std::get_if<queue::Timer>(&row)) ...
//   KITH_ASSIGN(const queue::RowBytes same, queue::encode_row(row));
//
// For those who look at the whole table: dumps and checks. Decoding is strict: kCorrupt unless the
// bytes are exactly what encode_row() writes. Runs and versions stay bytes, which automation/
// knows. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "kith/outbox.hpp"
#include "kith/result.hpp"
#include "queue/date_waits.hpp"
#include "queue/inbox.hpp"
#include "queue/runs.hpp"
#include "queue/timers.hpp"

namespace kith::queue {

struct CounterRow {
  std::string name;
  std::uint64_t value = 0;
};
struct DateWaitRow {
  std::uint32_t automation = 0;
  RecordId record{};
  Timestamp due{};
  std::uint64_t timer = 0;  // 0: it was reached
};
struct EnrolmentRow {
  std::uint32_t automation = 0;
  RecordId record{};
  Enrolment enrolment{};
};
struct RememberedEvent : EventRow {
  std::string id;
};
struct UsedKeyRow {
  std::string key;
  std::uint64_t message = 0;
};
struct VersionRow {
  std::uint32_t automation = 0;
  std::uint32_t version = 0;
  std::string bytes;
};
struct ExpiryRow {
  Timestamp when{};
  std::string key;  // of the row that goes
};
struct MessageOrderRow {
  RecordId record{};
  std::uint64_t message = 0;
};
struct MessageReadyRow {
  Timestamp when{};
  std::uint64_t message = 0;
};

using Row = std::variant<CounterRow, DateWaitRow, EnrolmentRow, RememberedEvent, UsedKeyRow,
                         OutboxMessage, StoredRun, Sweep, Timer, VersionRow, ExpiryRow, ActiveRun,
                         MessageOrderRow, MessageReadyRow>;

struct RowBytes {
  std::string key;
  std::string value;
};

Result<Row> decode_row(std::string_view key, std::string_view value);
// Errors are those of encoding a message.
Result<RowBytes> encode_row(const Row& row);

}  // namespace kith::queue
