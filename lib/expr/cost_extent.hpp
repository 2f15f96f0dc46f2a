// expr/cost_extent.hpp: bounds of sizes and costs, and arithmetic with them. Internal to cost.
//
//   Bounds bytes = left.size + right.size;          // of a concatenation
//   CostEstimate cost = text_cost(bytes);
//
// Sums and products that do not fit become "no bound" above and the largest number below.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "expr/checker.hpp"
#include "expr/cost.hpp"
#include "expr/frame.hpp"
#include "expr/functions.hpp"

namespace kith::expr {

using Bounds = CostEstimate;

inline Bounds exactly(std::uint64_t n) { return {n, n}; }
inline Bounds up_to(std::optional<std::uint64_t> n) { return {0, n}; }
inline Bounds unbounded() { return {0, std::nullopt}; }

inline std::optional<std::uint64_t> added(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_add_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}
inline std::optional<std::uint64_t> multiplied(std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  return __builtin_mul_overflow(a, b, &out) ? std::nullopt : std::optional(out);
}

inline Bounds operator+(const Bounds& a, const Bounds& b) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  Bounds out{added(a.min, b.min).value_or(kMost), std::nullopt};
  if (a.max && b.max) out.max = added(*a.max, *b.max);
  return out;
}
inline Bounds operator*(const Bounds& a, const Bounds& b) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  Bounds out{multiplied(a.min, b.min).value_or(kMost), std::nullopt};
  const bool nothing = a.max == 0u || b.max == 0u;  // none of something without a bound
  if (nothing) out.max = 0;
  if (!nothing && a.max && b.max) out.max = multiplied(*a.max, *b.max);
  return out;
}
inline Bounds operator/(const Bounds& a, std::uint64_t n) {
  Bounds out{a.min / n, std::nullopt};
  if (a.max) out.max = *a.max / n;
  return out;
}
// One or the other.
inline Bounds either(const Bounds& a, const Bounds& b) {
  Bounds out{std::min(a.min, b.min), std::nullopt};
  if (a.max && b.max) out.max = std::max(*a.max, *b.max);
  return out;
}
// The smaller of the two.
inline Bounds smaller(const Bounds& a, const Bounds& b) {
  Bounds out{std::min(a.min, b.min), a.max};
  if (b.max && (!a.max || *b.max < *a.max)) out.max = b.max;
  return out;
}
inline Bounds at_most(const Bounds& a) { return {0, a.max}; }

// What Frame::charge_text() and charge_long() take for that many bytes.
inline Bounds text_cost(const Bounds& bytes) { return exactly(1) + bytes / 10; }
inline Bounds long_cost(const Bounds& bytes) {
  Bounds out = bytes / 10;
  if (bytes.min <= kShortText) out.min = 0;
  if (bytes.max && *bytes.max <= kShortText) out.max = 0;
  return out;
}
inline Bounds search_cost(const Bounds& text, const Bounds& part) {
  return (exactly(1) + text / 10) * (exactly(1) + part / 10);
}

// How large a value is: bytes of text, elements of a list, entries of a map; and what it holds.
struct Extent {
  Bounds size;
  std::shared_ptr<const Extent> element;  // of a list or optional; nullptr: unknown
  std::shared_ptr<const Extent> key;      // of a map
  std::shared_ptr<const Extent> value;    // of a map

  static Extent of(Bounds bounds) { return {bounds, nullptr, nullptr, nullptr}; }
  static Extent unknown() { return of(unbounded()); }
  static Extent list(Bounds bounds, Extent item) {
    return {bounds, std::make_shared<const Extent>(std::move(item)), nullptr, nullptr};
  }
  static Extent map(Bounds bounds, Extent keys, Extent values) {
    return {bounds, nullptr, std::make_shared<const Extent>(std::move(keys)),
            std::make_shared<const Extent>(std::move(values))};
  }
  Extent item() const { return element == nullptr ? unknown() : *element; }
  Extent keys() const { return key == nullptr ? unknown() : *key; }
  Extent values() const { return value == nullptr ? unknown() : *value; }
};

inline std::shared_ptr<const Extent> either(const std::shared_ptr<const Extent>& a,
                                            const std::shared_ptr<const Extent>& b);

inline Extent either(const Extent& a, const Extent& b) {
  // What an empty list or map holds says nothing.
  if (a.size.max == 0u) return {either(a.size, b.size), b.element, b.key, b.value};
  if (b.size.max == 0u) return {either(a.size, b.size), a.element, a.key, a.value};
  return {either(a.size, b.size), either(a.element, b.element), either(a.key, b.key),
          either(a.value, b.value)};
}
inline std::shared_ptr<const Extent> either(const std::shared_ptr<const Extent>& a,
                                            const std::shared_ptr<const Extent>& b) {
  if (a == nullptr || b == nullptr) return nullptr;
  return a == b ? a : std::make_shared<const Extent>(either(*a, *b));
}

struct Costed {
  Bounds cost;
  Extent extent = Extent::unknown();
};

// Of a constant.
Extent extent_of(const Datum& value);
// What handing a result on takes (Frame::charge_result).
Bounds result_cost(const Type& type, const Extent& extent);
// What reading the field itself takes, its record being at hand.
Costed field_cost(const Note& field);
// Taking a variable's value over from the activation.
Costed variable_cost(const Note& variable);
// What rollup() takes: how many records there are is not known, and asking for them is not free.
Costed rollup_cost(const Note& rollup);

// What a call takes beyond its arguments, and how large its result is.
struct CallShape {
  const Overload* overload = nullptr;
  std::vector<Type> types;  // of the arguments, without wrappers
  std::vector<Extent> args;
};
Costed cost_of_call(const CallShape& call);

// What comparing two values for equality takes.
Bounds equality_cost(const Type& a, const Extent& x, const Type& b, const Extent& y);
// Looking a key up in a map, and making one.
Bounds lookup_cost(const Extent& map, const Extent& key);
Bounds map_cost(const Bounds& entries, const Extent& keys);
Bounds sort_cost(const Bounds& items, const Extent& keys);

}  // namespace kith::expr
