#include "queue/rows.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/message_row.hpp"

namespace kith::queue {
namespace {

using base::ByteReader;
using base::ByteWriter;

std::string rest_of(std::string_view key) { return std::string(key.substr(1)); }

Row read_counter(std::string_view key, ByteReader& in) {
  return CounterRow{rest_of(key), in.u64()};
}

Row read_date_wait(ByteReader& key, ByteReader& in) {
  DateWaitRow row;
  row.automation = key.u32();
  row.record = RecordId(key.u64());
  row.due = from_sortable(in.u64());
  row.timer = in.varint();
  return row;
}

Row read_enrolment(ByteReader& key, ByteReader& in) {
  EnrolmentRow row;
  row.automation = key.u32();
  row.record = RecordId(key.u64());
  row.enrolment.number = in.varint();
  row.enrolment.window_start = from_sortable(in.u64());
  row.enrolment.in_window = in.varint32();
  return row;
}

Row read_event(std::string_view key, ByteReader& in) {
  RememberedEvent row;
  row.id = rest_of(key);
  row.forgotten = from_sortable(in.u64());
  row.answer = base::read_string(in);
  row.discretion.about =
      base::read_all<RecordId>(in, [](ByteReader& ids) { return RecordId(ids.u64()); });
  row.discretion.blank = base::read_string(in);
  return row;
}

Row read_sweep(ByteReader& key, ByteReader& in) {
  Sweep row;
  row.automation = key.u32();
  row.version = in.varint32();
  row.next = RecordId(in.u64());
  if (in.boolean()) row.begun = from_sortable(in.u64());
  return row;
}

Row read_timer(ByteReader& key, ByteReader& in) {
  Timer row;
  row.due = from_sortable(key.u64());
  row.id = key.u64();
  row.target.kind = base::read_enum(in, TimerKind::kRun, TimerKind::kDate);
  row.target.run = in.varint();
  row.target.automation = in.varint32();
  row.target.record = RecordId(in.varint());
  return row;
}

Row read_version(ByteReader& key, ByteReader& in) {
  VersionRow row;
  row.automation = key.u32();
  row.version = key.u32();
  row.bytes = std::string(in.raw(in.remaining()));
  return row;
}

Row read_active(ByteReader& key) {
  ActiveRun row;
  row.record = RecordId(key.u64());
  row.automation = key.u32();
  row.run = key.u64();
  return row;
}

struct Encoder {
  Result<RowBytes> operator()(const CounterRow& row) const {
    ByteWriter out;
    out.u64(row.value);
    return RowBytes{counter_key(row.name), out.take()};
  }
  Result<RowBytes> operator()(const DateWaitRow& row) const {
    ByteWriter out;
    out.u64(sortable(row.due));
    out.varint(row.timer);
    return RowBytes{date_wait_key(row.automation, row.record), out.take()};
  }
  Result<RowBytes> operator()(const EnrolmentRow& row) const {
    ByteWriter out;
    out.varint(row.enrolment.number);
    out.u64(sortable(row.enrolment.window_start));
    out.varint(row.enrolment.in_window);
    return RowBytes{enrolment_key(row.automation, row.record), out.take()};
  }
  Result<RowBytes> operator()(const RememberedEvent& row) const {
    ByteWriter out;
    out.u64(sortable(row.forgotten));
    out.string(row.answer);
    base::write_all(out, row.discretion.about,
                    [](ByteWriter& ids, RecordId id) { ids.u64(id.bits()); });
    out.string(row.discretion.blank);
    return RowBytes{inbox_key(row.id), out.take()};
  }
  Result<RowBytes> operator()(const UsedKeyRow& row) const {
    ByteWriter out;
    out.u64(row.message);
    return RowBytes{idempotency_key(row.key), out.take()};
  }
  Result<RowBytes> operator()(const OutboxMessage& row) const {
    KITH_ASSIGN(std::string bytes, encode_message(row));
    return RowBytes{message_key(row.sequence), std::move(bytes)};
  }
  Result<RowBytes> operator()(const StoredRun& row) const {
    return RowBytes{run_key(row.run), row.bytes};
  }
  Result<RowBytes> operator()(const Sweep& row) const {
    ByteWriter out;
    out.varint(row.version);
    out.u64(row.next.bits());
    out.boolean(row.begun.has_value());
    if (row.begun) out.u64(sortable(*row.begun));
    return RowBytes{sweep_key(row.automation), out.take()};
  }
  Result<RowBytes> operator()(const Timer& row) const {
    ByteWriter out;
    out.u8(static_cast<std::uint8_t>(row.target.kind));
    out.varint(row.target.run);
    out.varint(row.target.automation);
    out.varint(row.target.record.bits());
    return RowBytes{timer_key(row.due, row.id), out.take()};
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
    case 'c': *whole = true; return read_counter(key_bytes, in);
    case 'd': return read_date_wait(key, in);
    case 'e': return read_enrolment(key, in);
    case 'i': *whole = true; return read_event(key_bytes, in);
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
    case 's': return read_sweep(key, in);
    case 't': return read_timer(key, in);
    case 'v': return read_version(key, in);
    case 'x': {
      *whole = true;
      const Timestamp when = from_sortable(key.u64());
      return Row(ExpiryRow{when, std::string(key.raw(key.remaining()))});
    }
    case 'a': return read_active(key);
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
