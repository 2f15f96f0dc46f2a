#include "query/ordering.hpp"

#include <bit>
#include <cmath>

#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"

namespace kith::query {
namespace {

using base::ByteReader;
using base::ByteWriter;
using Kind = Value::Kind;

template <typename T>
int three_way(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return three_way(std::isnan(a), std::isnan(b));
  return three_way(a, b);
}

bool is_number(Kind kind) {
  return kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kDouble ||
         kind == Kind::kDecimal;
}

Decimal as_decimal(const Value& value) {
  if (const auto* v = value.integer()) return Decimal(*v);
  if (const auto* v = value.unsigned_integer()) return Decimal(static_cast<int128>(*v), 0);
  if (const auto* v = value.decimal()) return *v;
  return {};
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kInt && b.kind() == Kind::kInt)
    return three_way(*a.integer(), *b.integer());
  if (a.floating() != nullptr || b.floating() != nullptr) {
    const double x = a.floating() != nullptr ? *a.floating() : as_decimal(a).to_double();
    const double y = b.floating() != nullptr ? *b.floating() : as_decimal(b).to_double();
    return compare_doubles(x, y);
  }
  return three_way(as_decimal(a), as_decimal(b));
}

// Numbers share a place; every other kind has its own.
int rank(Kind kind) {
  return is_number(kind) ? static_cast<int>(Kind::kInt) : static_cast<int>(kind);
}

constexpr std::uint8_t kTokenVersion = 1;

}  // namespace

int compare_values(const Value& a, const Value& b) {
  const int ra = rank(a.kind());
  const int rb = rank(b.kind());
  if (ra != rb) return three_way(ra, rb);
  switch (a.kind()) {
    case Kind::kNull: return 0;
    case Kind::kBool: return three_way(*a.boolean(), *b.boolean());
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kDecimal: return compare_numbers(a, b);
    case Kind::kMoney: {
      const int by_currency = three_way(a.money()->currency, b.money()->currency);
      return by_currency != 0 ? by_currency : three_way(a.money()->amount, b.money()->amount);
    }
    case Kind::kText: return three_way(*a.text(), *b.text());
    case Kind::kBytes: return three_way(a.bytes()->data, b.bytes()->data);
    case Kind::kDate: return three_way(*a.date(), *b.date());
    case Kind::kTimestamp: return three_way(*a.timestamp(), *b.timestamp());
    case Kind::kDuration: return three_way(*a.duration(), *b.duration());
    case Kind::kReference: return three_way(*a.reference(), *b.reference());
    case Kind::kList:
    case Kind::kMap:
    case Kind::kType:
    case Kind::kOptional: return three_way(a.to_string(), b.to_string());
  }
  return 0;
}

bool is_orderable(const expr::Type& type) {
  switch (type.unwrapped().kind()) {
    case expr::TypeKind::kList:
    case expr::TypeKind::kMap:
    case expr::TypeKind::kType:
    case expr::TypeKind::kOptional:
    case expr::TypeKind::kOpaque: return false;
    default: return true;
  }
}

Status encode_equal(const Value& value, std::string* out) {
  ByteWriter writer;
  if (const Decimal* decimal = value.decimal()) {
    KITH_TRY(base::encode_value(Value(decimal->normalized()), &writer));
  } else if (value.floating() != nullptr && *value.floating() == 0) {
    KITH_TRY(base::encode_value(Value(0.0), &writer));
  } else {
    KITH_TRY(base::encode_value(value, &writer));
  }
  out->append(writer.bytes());
  return {};
}

Result<std::uint64_t> query_hash(const Query& query) {
  ByteWriter out;
  out.string(query.entity);
  out.string(query.where);
  out.varint(query.select.size());
  for (const Selection& s : query.select) out.string(s.name), out.string(s.of);
  out.varint(query.group_by.size());
  for (const GroupBy& g : query.group_by) {
    out.string(g.name);
    out.string(g.of);
    out.u8(static_cast<std::uint8_t>(g.bucket));
  }
  out.varint(query.measures.size());
  for (const Measure& m : query.measures) {
    for (const std::string* text : {&m.name, &m.of, &m.where, &m.numerator, &m.denominator}) {
      out.string(*text);
    }
    out.u8(static_cast<std::uint8_t>(m.function));
  }
  out.string(query.having);
  out.varint(query.order_by.size());
  for (const Order& o : query.order_by) out.string(o.of), out.boolean(o.descending);
  out.boolean(query.include_deleted);
  for (const auto& [name, value] : query.params) {
    KITH_TRY(base::encode_value(name, &out));
    KITH_TRY(base::encode_value(value, &out));
  }
  return base::stable_hash(out.bytes());
}

Result<std::string> make_token(const Position& position) {
  ByteWriter out;
  out.u8(kTokenVersion);
  out.u64(position.query);
  out.varint(position.keys.size());
  for (const Value& key : position.keys) KITH_TRY(base::encode_value(key, &out));
  out.u64(position.id.bits());
  out.varint(position.offset);
  return base::base64_encode(out.bytes());
}

Result<Position> read_token(std::string_view token, std::uint64_t query) {
  const Status bad(Code::kInvalidArgument,
                   "continuation is not one that a query returned; pass Rows::continuation "
                   "unchanged, or nothing to start from the beginning");
  const Result<std::string> bytes = base::base64_decode(token);
  if (!bytes.ok()) return bad;
  ByteReader in(*bytes);
  if (in.u8() != kTokenVersion) return bad;
  Position position;
  position.query = in.u64();
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count; ++i) {
    Result<Value> key = base::decode_value(&in);
    if (!key.ok()) return bad;
    position.keys.push_back(*std::move(key));
  }
  position.id = RecordId(in.u64());
  position.offset = in.varint();
  if (!in.finish("continuation").ok()) return bad;
  if (position.query != query) {
    return Status(Code::kInvalidArgument,
                  "continuation belongs to another query; use it with the query that returned it, "
                  "or leave it out to start from the beginning");
  }
  return position;
}

}  // namespace kith::query
