#include "queue/rows.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/message_row.hpp"
#include "queue/row_codec.hpp"

namespace kith::queue {
namespace {

using base::ByteReader;

std::string rest_of(std::string_view key) { return std::string(key.substr(1)); }

Row counter_row(std::string_view key, ByteReader& in) { return CounterRow{rest_of(key), in.u64()}; }

Row date_wait_row(ByteReader& key, ByteReader& in) {
  DateWaitRow row;
  row.automation = key.u32();
  row.record = RecordId(key.u64());
  const DateWait wait = read_date_wait(in);
  row.due = wait.due;
  row.timer = wait.timer;
  return row;
}

Row enrolment_row(ByteReader& key, ByteReader& in) {
  EnrolmentRow row;
  row.automation = key.u32();
  row.record = RecordId(key.u64());
  row.enrolment = read_enrolment(in);
  return row;
}

Row event_row(std::string_view key, ByteReader& in) {
  return RememberedEvent{read_event(in), rest_of(key)};
}

Row sweep_row(ByteReader& key, ByteReader& in) {
  Sweep row;
  row.automation = key.u32();
  read_sweep(in, &row);
  return row;
}

Row timer_row(ByteReader& key, ByteReader& in) {
  Timer row;
  row.due = from_sortable(key.u64());
  row.id = key.u64();
  row.target = read_timer_target(in);
  return row;
}

Row version_row(ByteReader& key, ByteReader& in) {
  VersionRow row;
  row.automation = key.u32();
  row.version = key.u32();
  row.bytes = std::string(in.raw(in.remaining()));
  return row;
}

Row active_row(ByteReader& key) {
  ActiveRun row;
  row.record = RecordId(key.u64());
  row.automation = key.u32();
  row.run = key.u64();
  return row;
}

struct Encoder {
  Result<RowBytes> operator()(const CounterRow& row) const {
    return RowBytes{counter_key(row.name), encode_number(row.value)};
  }
  Result<RowBytes> operator()(const DateWaitRow& row) const {
    return RowBytes{date_wait_key(row.automation, row.record),
                    encode(DateWait{row.due, row.timer})};
  }
  Result<RowBytes> operator()(const EnrolmentRow& row) const {
    return RowBytes{enrolment_key(row.automation, row.record), encode(row.enrolment)};
  }
  Result<RowBytes> operator()(const RememberedEvent& row) const {
    return RowBytes{inbox_key(row.id), encode(static_cast<const EventRow&>(row))};
  }
  Result<RowBytes> operator()(const UsedKeyRow& row) const {
    return RowBytes{idempotency_key(row.key), encode_number(row.message)};
  }
  Result<RowBytes> operator()(const OutboxMessage& row) const {
    KITH_ASSIGN(std::string bytes, encode_message(row));
    return RowBytes{message_key(row.sequence), std::move(bytes)};
  }
  Result<RowBytes> operator()(const StoredRun& row) const {
    return RowBytes{run_key(row.run), row.bytes};
  }
  Result<RowBytes> operator()(const Sweep& row) const {
    return RowBytes{sweep_key(row.automation), encode(row)};
  }
  Result<RowBytes> operator()(const Timer& row) const {
    return RowBytes{timer_key(row.due, row.id), encode(row.target)};
  }
  Result<RowBytes> operator()(const VersionRow& row) const {
    return RowBytes{version_key(row.automation, row.version), row.bytes};
  }
  Result<RowBytes> operator()(const ExpiryRow& row) const {
    return RowBytes{expiry_key(row.when, row.key), {}};
  }
  Result<RowBytes> operator()(const ActiveRun& row) const {
    return RowBytes{active_run_key(row.record, row.automation, row.run), {}};
  }
  Result<RowBytes> operator()(const MessageOrderRow& row) const {
    return RowBytes{message_order_key(row.record, row.message), {}};
  }
  Result<RowBytes> operator()(const MessageReadyRow& row) const {
    return RowBytes{message_ready_key(row.when, row.message), {}};
  }
};

// By the letter of the key. Sets `whole` for a kind whose key ends where it wants.
Result<Row> read_row(std::string_view key_bytes, ByteReader& key, std::string_view value,
                     ByteReader& in, bool* whole) {
  *whole = false;
  switch (key.u8()) {
    case 'c': *whole = true; return counter_row(key_bytes, in);
    case 'd': return date_wait_row(key, in);
    case 'e': return enrolment_row(key, in);
    case 'i': *whole = true; return event_row(key_bytes, in);
    case 'k': *whole = true; return Row(UsedKeyRow{rest_of(key_bytes), in.u64()});
    case 'o': {
      const std::uint64_t sequence = key.u64();
      in.raw(in.remaining());
      KITH_ASSIGN(OutboxMessage message, decode_message(sequence, value));
      return Row(std::move(message));
    }
    case 'r': {
      const std::uint64_t run = key.u64();
      return Row(StoredRun{run, std::string(in.raw(in.remaining()))});
    }
    case 's': return sweep_row(key, in);
    case 't': return timer_row(key, in);
    case 'v': return version_row(key, in);
    case 'x': {
      *whole = true;
      const Timestamp when = from_sortable(key.u64());
      return Row(ExpiryRow{when, std::string(key.raw(key.remaining()))});
    }
    case 'a': return active_row(key);
    case 'q': {
      const RecordId record(key.u64());
      return Row(MessageOrderRow{record, key.u64()});
    }
    case 'p': {
      const Timestamp when = from_sortable(key.u64());
      return Row(MessageReadyRow{when, key.u64()});
    }
    default: break;
  }
  return Status(Code::kCorrupt, "the queue has a row " + base::quoted(key_bytes) +
                                    " of a kind that this version does not know");
}

}  // namespace

Result<Row> decode_row(std::string_view key_bytes, std::string_view value) {
  ByteReader key(key_bytes);
  ByteReader in(value);
  bool whole = false;
  KITH_ASSIGN(Row row, read_row(key_bytes, key, value, in, &whole));
  const std::string what = "row " + base::quoted(key_bytes) + " of the queue";
  KITH_TRY(whole ? key.status(what) : key.finish(what));
  KITH_TRY(in.finish(what));
  return row;
}

Result<RowBytes> encode_row(const Row& row) { return std::visit(Encoder{}, row); }

}  // namespace kith::queue
