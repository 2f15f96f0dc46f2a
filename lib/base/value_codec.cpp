#include "base/value_codec.hpp"

#include <bit>
#include <cmath>

#include "base/try.hpp"
#include "base/wide_int.hpp"

namespace kith::base {
namespace {

// On disk for ever; new kinds take new numbers.
enum class Tag : std::uint8_t {
  kNull = 0,
  kFalse = 1,
  kTrue = 2,
  kInt = 3,
  kUint = 4,
  kDouble = 5,
  kDecimal = 6,
  kMoney = 7,
  kText = 8,
  kBytes = 9,
  kDate = 10,
  kTimestamp = 11,
  kDuration = 12,
  kReference = 13,
  kList = 14,
  kMap = 15,
  kType = 16,
};

constexpr std::uint64_t kCanonicalNan = 0x7FF8000000000000ULL;

void put_tag(Tag tag, ByteWriter* out) { out->u8(static_cast<std::uint8_t>(tag)); }

void put_double(double value, ByteWriter* out) {
  out->u64(std::isnan(value) ? kCanonicalNan : std::bit_cast<std::uint64_t>(value));
}

void put_decimal(const Decimal& value, ByteWriter* out) {
  out->u8(static_cast<std::uint8_t>(value.scale()));
  uint128 bits = static_cast<uint128>(value.coefficient()) << 1;  // zigzag
  if (value.is_negative()) bits = ~bits;
  for (; bits >= 0x80; bits >>= 7) {
    out->u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(bits) | 0x80));
  }
  out->u8(static_cast<std::uint8_t>(bits));
}

double get_double(ByteReader* in) {
  const std::uint64_t bits = in->u64();
  const auto value = std::bit_cast<double>(bits);
  if (std::isnan(value) && bits != kCanonicalNan) in->fail();
  return value;
}

Decimal get_decimal(ByteReader* in) {
  const std::uint8_t scale = in->u8();
  uint128 bits = 0;
  for (int shift = 0;; shift += 7) {
    const std::uint8_t byte = in->u8();
    const bool last = (byte & 0x80) == 0;
    // The nineteenth byte has room for two bits; a last byte of zero is not the shortest form.
    if (!in->ok() || (shift == 126 && byte > 3) || (last && byte == 0 && shift > 0)) {
      in->fail();
      return {};
    }
    bits |= static_cast<uint128>(byte & 0x7F) << shift;
    if (last) break;
  }
  if (scale > Decimal::kMaxScale) {
    in->fail();
    return {};
  }
  const auto half = static_cast<int128>(bits >> 1);
  return Decimal((bits & 1) != 0 ? ~half : half, scale);
}

Money get_money(ByteReader* in) {
  Money money;
  money.amount = get_decimal(in);
  const std::string_view code = in->raw(3);
  if (!in->ok() || code == std::string_view("\0\0\0", 3)) return money;
  const Result<Currency> currency = Currency::parse(code);
  if (currency.ok()) {
    money.currency = *currency;
  } else {
    in->fail();
  }
  return money;
}

Value get_date(ByteReader* in) {
  const std::int64_t days = in->signed_varint();
  if (days != static_cast<std::int32_t>(days)) in->fail();
  return Date(static_cast<std::int32_t>(days));
}

Value get_timestamp(ByteReader* in) {
  const std::int64_t seconds = in->signed_varint();
  const std::uint32_t nanoseconds = in->varint32();
  if (nanoseconds >= 1'000'000'000) in->fail();
  return Timestamp(seconds, static_cast<std::int32_t>(nanoseconds));
}

Value get_reference(ByteReader* in) {
  const std::uint16_t type = in->varint16();
  const std::uint64_t sequence = in->varint();
  if (sequence > RecordId::kMaxSequence) in->fail();
  return RecordId(type, sequence);
}

bool is_key_kind(Value::Kind kind) {
  return kind == Value::Kind::kBool || kind == Value::Kind::kInt || kind == Value::Kind::kUint ||
         kind == Value::Kind::kText;
}

Status encode(const Value& value, int depth, ByteWriter* out);

Status encode_list(const List& list, int depth, ByteWriter* out) {
  put_tag(Tag::kList, out);
  out->varint(list.size());
  for (const Value& element : list) KITH_TRY(encode(element, depth + 1, out));
  return Status();
}

Status encode_map(const Map& map, int depth, ByteWriter* out) {
  put_tag(Tag::kMap, out);
  out->varint(map.size());
  for (const auto& [key, value] : map) {
    if (!is_key_kind(key.kind())) {
      return Status(Code::kInvalidArgument, "a map key cannot be of the kind " +
                                                std::string(kind_name(key.kind())) +
                                                "; it must be bool, int, uint or text");
    }
    KITH_TRY(encode(key, depth + 1, out));
    KITH_TRY(encode(value, depth + 1, out));
  }
  return Status();
}

void encode_scalar(const Value& value, ByteWriter* out) {
  switch (value.kind()) {
    case Value::Kind::kBool: put_tag(*value.boolean() ? Tag::kTrue : Tag::kFalse, out); break;
    case Value::Kind::kInt: put_tag(Tag::kInt, out), out->signed_varint(*value.integer()); break;
    case Value::Kind::kUint:
      put_tag(Tag::kUint, out), out->varint(*value.unsigned_integer());
      break;
    case Value::Kind::kDouble:
      put_tag(Tag::kDouble, out), put_double(*value.floating(), out);
      break;
    case Value::Kind::kDecimal:
      put_tag(Tag::kDecimal, out), put_decimal(*value.decimal(), out);
      break;
    case Value::Kind::kMoney:
      put_tag(Tag::kMoney, out), put_decimal(value.money()->amount, out);
      out->raw(std::string_view(value.money()->currency.code, 3));
      break;
    case Value::Kind::kText: put_tag(Tag::kText, out), out->string(*value.text()); break;
    case Value::Kind::kBytes: put_tag(Tag::kBytes, out), out->string(value.bytes()->data); break;
    case Value::Kind::kDate:
      put_tag(Tag::kDate, out), out->signed_varint(value.date()->days_since_epoch());
      break;
    case Value::Kind::kTimestamp:
      put_tag(Tag::kTimestamp, out), out->signed_varint(value.timestamp()->seconds());
      out->varint(static_cast<std::uint32_t>(value.timestamp()->nanoseconds()));
      break;
    case Value::Kind::kDuration:
      put_tag(Tag::kDuration, out), out->signed_varint(value.duration()->total_nanoseconds());
      break;
    case Value::Kind::kReference:
      put_tag(Tag::kReference, out), out->varint(value.reference()->type());
      out->varint(value.reference()->sequence());
      break;
    case Value::Kind::kType: put_tag(Tag::kType, out), out->string(value.type_name()->name); break;
    default: put_tag(Tag::kNull, out); break;
  }
}

Status encode(const Value& value, int depth, ByteWriter* out) {
  if (depth > kMaxValueDepth) {
    return Status(Code::kLimit, "a value is nested deeper than max_value_depth, " +
                                    std::to_string(kMaxValueDepth) + " levels");
  }
  if (value.list() != nullptr) return encode_list(*value.list(), depth, out);
  if (value.map() != nullptr) return encode_map(*value.map(), depth, out);
  if (const Optional* optional = value.optional()) {
    return encode(optional->has_value() ? optional->value() : Value(), depth + 1, out);
  }
  encode_scalar(value, out);
  return Status();
}

Value decode(int depth, ByteReader* in);

Value decode_list(int depth, ByteReader* in) {
  List list;
  const std::size_t count = in->count();
  list.reserve(count);
  for (std::size_t i = 0; i < count && in->ok(); ++i) list.push_back(decode(depth + 1, in));
  return list;
}

Value decode_map(int depth, ByteReader* in) {
  Map map;
  const std::size_t count = in->count(2);
  map.reserve(count);
  for (std::size_t i = 0; i < count && in->ok(); ++i) {
    Value key = decode(depth + 1, in);
    if (!is_key_kind(key.kind())) in->fail();
    map.emplace_back(std::move(key), decode(depth + 1, in));
  }
  return map;
}

Value decode(int depth, ByteReader* in) {
  if (depth > kMaxValueDepth) in->fail();
  const auto tag = static_cast<Tag>(in->u8());
  if (!in->ok()) return Value();
  switch (tag) {
    case Tag::kNull: return Value();
    case Tag::kFalse: return false;
    case Tag::kTrue: return true;
    case Tag::kInt: return in->signed_varint();
    case Tag::kUint: return in->varint();
    case Tag::kDouble: return get_double(in);
    case Tag::kDecimal: return get_decimal(in);
    case Tag::kMoney: return get_money(in);
    case Tag::kText: return in->string();
    case Tag::kBytes: return Bytes{std::string(in->string())};
    case Tag::kDate: return get_date(in);
    case Tag::kTimestamp: return get_timestamp(in);
    case Tag::kDuration: return Duration::nanoseconds(in->signed_varint());
    case Tag::kReference: return get_reference(in);
    case Tag::kList: return decode_list(depth, in);
    case Tag::kMap: return decode_map(depth, in);
    case Tag::kType: return TypeName{std::string(in->string())};
  }
  in->fail();
  return Value();
}

}  // namespace

Status encode_value(const Value& value, ByteWriter* out) { return encode(value, 0, out); }

Result<Value> decode_value(ByteReader* in) {
  Value value = decode(0, in);
  KITH_TRY(in->status("a stored value"));
  return value;
}

}  // namespace kith::base
