#include "history/entry.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"

namespace kith {

std::string_view change_kind_name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kCreate: return "create";
    case ChangeKind::kUpdate: return "update";
    case ChangeKind::kDelete: return "delete";
    case ChangeKind::kRestore: return "restore";
    case ChangeKind::kPurge: return "purge";
  }
  return "unknown";
}

namespace history {
namespace {

constexpr std::uint8_t kEntryForm = 1;  // the first byte of every entry
constexpr std::uint8_t kBlankedFlag = 1;
constexpr std::uint8_t kOverriddenFlag = 2;
constexpr std::uint8_t kBeginsFlag = 4;
constexpr std::uint8_t kAllFlags = kBlankedFlag | kOverriddenFlag | kBeginsFlag;
constexpr std::size_t kMinChangeBytes = 3;  // a field id and two nulls

bool is_kind(std::uint8_t kind) { return kind <= static_cast<std::uint8_t>(ChangeKind::kPurge); }

// A damaged row may hold any numbers; they must not overflow.
std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

Result<FieldChange> decode_change(base::ByteReader* in) {
  FieldChange change;
  change.field_id = in->varint32();
  KITH_ASSIGN(change.before, base::decode_value(in));
  KITH_ASSIGN(change.after, base::decode_value(in));
  return change;
}

}  // namespace

Result<std::string> encode(const Entry& entry) {
  base::ByteWriter out;
  out.u8(kEntryForm);
  out.u8(static_cast<std::uint8_t>(entry.kind));
  out.u8(static_cast<std::uint8_t>((entry.blanked ? kBlankedFlag : 0) |
                                   (entry.overridden ? kOverriddenFlag : 0) |
                                   (entry.begins ? kBeginsFlag : 0)));
  out.u64(entry.record.bits());
  out.signed_varint(entry.at.to_microseconds());
  out.signed_varint(entry.effective_at.to_microseconds());
  out.varint(entry.actor.bits());
  out.varint(entry.prev);
  if (entry.prev != 0) {
    out.signed_varint(difference(entry.at.to_microseconds(), entry.prev_at.to_microseconds()));
  }
  out.varint(entry.key_id);
  out.string(entry.cause);
  out.varint(entry.changes.size());
  for (const FieldChange& change : entry.changes) {
    out.varint(change.field_id);
    KITH_TRY(base::encode_value(change.before, &out));
    KITH_TRY(base::encode_value(change.after, &out));
  }
  return out.take();
}

Result<Entry> decode(std::uint64_t sequence, std::string_view bytes) {
  base::ByteReader in(bytes);
  Entry entry;
  entry.sequence = sequence;
  if (in.u8() != kEntryForm) in.fail();
  const std::uint8_t kind = in.u8();
  if (!is_kind(kind)) in.fail();
  entry.kind = static_cast<ChangeKind>(kind);
  const std::uint8_t flags = in.u8();
  if ((flags & ~kAllFlags) != 0) in.fail();
  entry.blanked = (flags & kBlankedFlag) != 0;
  entry.overridden = (flags & kOverriddenFlag) != 0;
  entry.begins = (flags & kBeginsFlag) != 0;
  entry.record = RecordId(in.u64());
  entry.at = Timestamp::from_microseconds(in.signed_varint());
  entry.effective_at = Timestamp::from_microseconds(in.signed_varint());
  entry.actor = RecordId(in.varint());
  entry.prev = in.varint();
  if (entry.prev != 0) {
    entry.prev_at =
        Timestamp::from_microseconds(difference(entry.at.to_microseconds(), in.signed_varint()));
  }
  entry.key_id = in.varint32();
  entry.cause = in.string();
  const std::size_t count = in.count(kMinChangeBytes);
  entry.changes.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    KITH_ASSIGN(FieldChange change, decode_change(&in));
    entry.changes.push_back(std::move(change));
  }
  if (entry.prev >= sequence) in.fail();
  KITH_TRY(in.finish("history entry " + std::to_string(sequence)));
  return entry;
}

}  // namespace history
}  // namespace kith
