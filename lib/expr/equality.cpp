// Equality, order and map lookup over data.
#include <bit>
#include <cmath>
#include <functional>
#include <optional>

#include "expr/frame.hpp"
#include "expr/map_index.hpp"

namespace kith::expr {
namespace {

constexpr double kIntLimit = 9223372036854775808.0;    // 2^63
constexpr double kUintLimit = 18446744073709551616.0;  // 2^64

template <typename T>
Order order_of(const T& a, const T& b) {
  return a < b ? Order::kLess : b < a ? Order::kGreater : Order::kEqual;
}

Order reverse(Order order) {
  if (order == Order::kLess) return Order::kGreater;
  return order == Order::kGreater ? Order::kLess : order;
}

Order compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return Order::kUnordered;
  return order_of(a, b);
}

// The conformance tests want the range checked first and then both sides compared as doubles,
// although that equates the largest ints with 2^63.
Order compare_int_double(std::int64_t a, double b) {
  if (std::isnan(b)) return Order::kUnordered;
  if (b < -kIntLimit) return Order::kGreater;
  if (b > kIntLimit) return Order::kLess;
  return order_of(static_cast<double>(a), b);
}

Order compare_uint_double(std::uint64_t a, double b) {
  if (std::isnan(b)) return Order::kUnordered;
  if (b < 0) return Order::kGreater;
  if (b > kUintLimit) return Order::kLess;
  return order_of(static_cast<double>(a), b);
}

Order compare_int_uint(std::int64_t a, std::uint64_t b) {
  if (a < 0) return Order::kLess;
  return order_of(static_cast<std::uint64_t>(a), b);
}

Order compare_decimals(const Decimal& a, const Decimal& b) {
  const auto order = a <=> b;
  return order < 0 ? Order::kLess : order > 0 ? Order::kGreater : Order::kEqual;
}

Order compare_decimal(const Datum& a, const Datum& b) {
  const Decimal left = a.decimal();
  switch (b.tag) {
    case Tag::kInt: return compare_decimals(left, Decimal(b.int_value));
    case Tag::kUint: return compare_decimals(left, Decimal(int128{b.uint_value}, 0));
    case Tag::kDouble: return compare_doubles(left.to_double(), b.double_value);
    default: return compare_decimals(left, b.decimal());
  }
}

Order compare_numbers(const Datum& a, const Datum& b) {
  if (a.is(Tag::kDecimal)) return compare_decimal(a, b);
  if (b.is(Tag::kDecimal)) return reverse(compare_decimal(b, a));
  switch (a.tag) {
    case Tag::kInt:
      if (b.is(Tag::kInt)) return order_of(a.int_value, b.int_value);
      if (b.is(Tag::kUint)) return compare_int_uint(a.int_value, b.uint_value);
      return compare_int_double(a.int_value, b.double_value);
    case Tag::kUint:
      if (b.is(Tag::kUint)) return order_of(a.uint_value, b.uint_value);
      if (b.is(Tag::kInt)) return reverse(compare_int_uint(b.int_value, a.uint_value));
      return compare_uint_double(a.uint_value, b.double_value);
    default:
      if (b.is(Tag::kDouble)) return compare_doubles(a.double_value, b.double_value);
      if (b.is(Tag::kInt)) return reverse(compare_int_double(b.int_value, a.double_value));
      return reverse(compare_uint_double(b.uint_value, a.double_value));
  }
}

bool equal_lists(Frame& frame, const ListData& a, const ListData& b) {
  if (a.size != b.size) return false;
  for (std::size_t i = 0; i < a.size; ++i) {
    if (!equal(frame, a.items[i], b.items[i])) return false;
  }
  return true;
}

bool equal_maps(Frame& frame, const MapData& a, const MapData& b) {
  if (a.size != b.size) return false;
  for (std::size_t i = 0; i < a.size; ++i) {
    const Datum* other = find_key(frame, b, a.keys[i]);
    if (other == nullptr || !equal(frame, a.values[i], *other)) return false;
  }
  return true;
}

// Equal keys hash alike, whatever their number type.
std::size_t hash_key(const Datum& key) {
  switch (key.tag) {
    case Tag::kInt:
    case Tag::kUint:
    case Tag::kBool: return std::hash<std::uint64_t>{}(key.uint_value * 0x9E3779B97F4A7C15u);
    case Tag::kDouble: {
      const double d = key.double_value;
      std::uint64_t bits = 0;
      if (d >= -kIntLimit && d < kIntLimit) {
        bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(d));
      } else if (d >= 0 && d < kUintLimit) {
        bits = static_cast<std::uint64_t>(d);
      }
      return std::hash<std::uint64_t>{}(bits * 0x9E3779B97F4A7C15u);
    }
    case Tag::kString: return std::hash<std::string_view>{}(key.text());
    default: return 0;
  }
}

}  // namespace

bool compare(const Datum& a, const Datum& b, Order* order) {
  if (a.is_number() && b.is_number()) return *order = compare_numbers(a, b), true;
  if (a.tag != b.tag) return false;
  switch (a.tag) {
    case Tag::kBool: *order = order_of(a.uint_value, b.uint_value); return true;
    case Tag::kString:
    case Tag::kBytes: *order = order_of(a.text(), b.text()); return true;
    case Tag::kDate:
    case Tag::kDuration: *order = order_of(a.int_value, b.int_value); return true;
    case Tag::kTimestamp: *order = order_of(a.timestamp(), b.timestamp()); return true;
    default: return false;
  }
}

bool equal(Frame& frame, const Datum& a, const Datum& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == Order::kEqual;
  if (a.tag != b.tag) return false;
  switch (a.tag) {
    case Tag::kNull: return true;
    case Tag::kBool:
    case Tag::kDate:
    case Tag::kDuration:
    case Tag::kRecord: return a.uint_value == b.uint_value;
    case Tag::kString:
    case Tag::kBytes:
    case Tag::kType:
      return a.second == b.second && frame.charge_long(a.second) && a.text() == b.text();
    case Tag::kTimestamp: return a.timestamp() == b.timestamp();
    case Tag::kList:
      return frame.charge(1 + a.list_value->size / 4) &&
             equal_lists(frame, *a.list_value, *b.list_value);
    case Tag::kMap:
      return frame.charge(1 + a.map_value->size) && equal_maps(frame, *a.map_value, *b.map_value);
    case Tag::kOptional:
      if (a.inner == nullptr || b.inner == nullptr) return a.inner == b.inner;
      return equal(frame, *a.inner, *b.inner);
    default: return false;
  }
}

const Datum* find_key(Frame& frame, const MapData& map, const Datum& key) {
  if (key.is(Tag::kString) && !frame.charge_long(key.second)) return nullptr;
  if (map.index == nullptr) {
    for (std::size_t i = 0; i < map.size; ++i) {
      if (equal(frame, map.keys[i], key)) return &map.values[i];
    }
    return nullptr;
  }
  for (std::size_t at = hash_key(key) & map.mask;; at = (at + 1) & map.mask) {
    const std::uint32_t entry = map.index[at];
    if (entry == 0) return nullptr;
    if (equal(frame, map.keys[entry - 1], key)) return &map.values[entry - 1];
  }
}

bool index_map(Arena& arena, MapData* map) {
  const std::size_t capacity = std::bit_ceil(map->size * 2);
  auto* index = arena.make<std::uint32_t>(capacity);
  if (index == nullptr) return false;
  std::memset(index, 0, capacity * sizeof(*index));
  const auto mask = static_cast<std::uint32_t>(capacity - 1);
  for (std::size_t i = 0; i < map->size; ++i) {
    std::size_t at = hash_key(map->keys[i]) & mask;
    while (index[at] != 0) at = (at + 1) & mask;
    index[at] = static_cast<std::uint32_t>(i + 1);
  }
  map->index = index;
  map->mask = mask;
  return true;
}

bool has_repeated_key(Frame& frame, const MapData& map) {
  for (std::size_t i = 0; i < map.size; ++i) {
    // The first entry with an equal key is found; for a repeated one that is another entry.
    if (find_key(frame, map, map.keys[i]) != &map.values[i]) return true;
  }
  return false;
}

}  // namespace kith::expr
