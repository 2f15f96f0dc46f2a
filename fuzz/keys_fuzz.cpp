// Keys compare as what they stand for: index keys of one field and of several, their bounds, and
// the keys of the queue. The first byte chooses the property, the rest makes the values.
#include <bit>
#include <cmath>
#include <optional>
#include <variant>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "query/index_key.hpp"
#include "queue/keys.hpp"

namespace {

using kith::Decimal;
using kith::Duration;
using kith::RecordId;
using kith::Timestamp;
using kith::Value;
using kith::fuzz::check;
using kith::fuzz::Input;
using kith::schema::FieldType;

int sign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }
int compare_bytes(std::string_view a, std::string_view b) { return sign(a <=> b); }

// A field of a key, null or of the type that its number stands for.
using Part = std::variant<std::monostate, bool, std::int64_t, std::int32_t, double, std::uint32_t,
                          std::uint64_t, std::string>;

Part part_of(Input& in, std::size_t type) {
  if (in.below(8) == 0) return {};
  switch (type) {
    case 1: return in.below(2) == 1;
    case 2: return in.number();
    case 3: return static_cast<std::int32_t>(in.number());
    case 4:
      return in.below(2) == 1 ? std::bit_cast<double>(in.word())
                              : static_cast<double>(in.number()) / 8;
    case 5: return static_cast<std::uint32_t>(in.number());
    case 6: return static_cast<std::uint64_t>(in.number());
    default: return std::string(in.text());
  }
}

void append(const Part& part, std::string* key) {
  namespace query = kith::query;
  switch (part.index()) {
    case 0: return query::append_null(key);
    case 1: return query::append_bool(std::get<1>(part), key);
    case 2: return query::append_int(std::get<2>(part), key);
    case 3: return query::append_date(std::get<3>(part), key);
    case 4: return query::append_float(std::get<4>(part), key);
    case 5: return query::append_u32(std::get<5>(part), key);
    case 6: return query::append_u64(std::get<6>(part), key);
    default: return query::append_text(std::get<7>(part), key);
  }
}

// Numbers by value, NaN after all of them and equal to itself.
int compare_doubles(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) {
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

int compare_parts(const Part& a, const Part& b) {
  if (const auto* x = std::get_if<double>(&a)) {
    if (const auto* y = std::get_if<double>(&b)) return compare_doubles(*x, *y);
  }
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_keys(const std::vector<Part>& a, const std::vector<Part>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (const int order = compare_parts(a[i], b[i])) return order;
  }
  return 0;
}

std::string key_of(const std::vector<Part>& parts, std::uint32_t index) {
  std::string key = kith::query::index_prefix(index);
  for (const Part& part : parts) append(part, &key);
  return key;
}

// Two keys of one index, of up to four fields.
void index_keys(Input& in) {
  namespace query = kith::query;
  std::vector<Part> a;
  std::vector<Part> b;
  for (std::size_t fields = 1 + in.below(4); fields > 0; --fields) {
    const std::size_t type = 1 + in.below(7);
    a.push_back(part_of(in, type));
    b.push_back(part_of(in, type));
  }
  const RecordId id_a(in.word());
  const RecordId id_b(in.word());
  const std::string open_a = key_of(a, 7);
  const std::string open_b = key_of(b, 7);
  const int order = compare_keys(a, b);
  check(compare_bytes(open_a, open_b) == order, "keys compare as their fields do");

  std::string full_a = open_a;
  std::string full_b = open_b;
  query::finish_ordered(id_a, &full_a);
  query::finish_ordered(id_b, &full_b);
  check(full_a.size() <= kith::store::kMaxKeyBytes, "a key fits the store");
  check(kith::fuzz::must(query::ordered_key_id(full_a), "a key has an id") == id_a,
        "a key ends with its record");
  const kith::store::KeyRange own = query::key_range(open_a, query::after_prefix(open_a));
  check(own.first <= full_a && (own.last.empty() || full_a < own.last),
        "a key lies in the range of its fields");
  if (!query::is_truncated(full_a) && !query::is_truncated(full_b)) {
    const int expected = order != 0 ? order : sign(id_a <=> id_b);
    check(compare_bytes(full_a, full_b) == expected, "equal fields are in order of records");
  } else if (order < 0) {
    const kith::store::KeyRange below = query::key_range(open_a, open_b);
    check(below.first <= full_a && (below.last.empty() || full_a < below.last),
          "a cut key lies in every range that its fields lie in");
  }

  std::string exact_a = open_a;
  std::string exact_b = open_b;
  query::finish_exact(&exact_a);
  query::finish_exact(&exact_b);
  check(exact_a.size() <= kith::store::kMaxKeyBytes, "an exact key fits the store");
  check((exact_a == exact_b) == (order == 0), "exact keys are equal when their fields are");
}

void prefixes(Input& in) {
  namespace query = kith::query;
  const std::string prefix(in.text());
  const std::string text(in.text());
  std::string low;
  query::append_text_prefix(prefix, &low);
  std::string key;
  query::append_text(text, &key);
  const std::string high = query::after_prefix(low);
  const bool inside = low <= key && (high.empty() || key < high);
  check(inside == text.starts_with(prefix), "the range of a prefix holds what starts with it");
}

// A stored value and a constant of the language compare as the value and the constant's bound do.
template <typename T>
void compare_with_bound(FieldType type, std::uint8_t scale, std::int64_t stored, const T& value,
                        const T& constant) {
  kith::schema::Field field;
  field.type = type;
  field.scale = scale;
  const std::optional<kith::query::StoredBound> bound =
      kith::query::stored_bound(field, Value(constant));
  if (!bound) return;
  if (bound->exact) {
    check((stored == bound->value) == (value == constant), "an exact bound equals its constant");
    check((stored < bound->value) == (value < constant), "an exact bound is its constant");
  } else {
    check(value != constant, "nothing that is stored equals a constant between");
    check((stored <= bound->value) == (value < constant), "the bound is the next value below");
  }
}

void bounds(Input& in) {
  const std::int64_t stored = in.number();
  switch (in.below(3)) {
    case 0: {
      const auto scale = static_cast<std::uint8_t>(in.below(10));
      const kith::int128 coefficient = static_cast<kith::int128>(in.number()) * in.number();
      compare_with_bound(FieldType::kDecimal, scale, stored, Decimal(stored, scale),
                         Decimal(coefficient, static_cast<int>(in.below(19))));
      return;
    }
    case 1: {
      const std::int64_t us = stored / 1'000'000;  // a span in nanoseconds fits 64 bits
      compare_with_bound(FieldType::kDuration, 0, us, Duration::microseconds(us),
                         Duration::nanoseconds(in.number()));
      return;
    }
    default: {
      const std::int64_t us = stored / 100;
      const Timestamp constant(in.number() / 1'000'000'000,
                               static_cast<std::int32_t>(in.word() % 1'000'000'000));
      compare_with_bound(FieldType::kTimestamp, 0, us, Timestamp::from_microseconds(us), constant);
      return;
    }
  }
}

// Around now, or anywhere between the years 1 and 9999.
Timestamp instant(Input& in) {
  const std::int64_t seconds = in.number() % 62'000'000'000;
  return Timestamp::from_microseconds(seconds * 1'000'000 + in.byte());
}

void queue_keys(Input& in) {
  namespace queue = kith::queue;
  const Timestamp a = instant(in);
  const Timestamp b = instant(in);
  const std::uint64_t id_a = in.word();
  const std::uint64_t id_b = in.word();
  check(queue::from_sortable(queue::sortable(a)) == a, "an instant comes back from its key");
  const int order = sign(a != b ? a <=> b : id_a <=> id_b);
  check(compare_bytes(queue::timer_key(a, id_a), queue::timer_key(b, id_b)) == order,
        "timers are in order of time, then of arming");
  check(
      compare_bytes(queue::message_ready_key(a, id_a), queue::message_ready_key(b, id_b)) == order,
      "messages are in order of time, then of sending");
  const kith::store::KeyRange due = queue::due_range('t', b);
  const std::string timer = queue::timer_key(a, id_a);
  check((due.first <= timer && timer < due.last) == (a <= b), "what is due is in the range");
  const std::string message = queue::message_order_key(RecordId(id_a), id_b);
  const auto own = kith::store::KeyRange::prefix(queue::message_order_prefix(RecordId(id_a)));
  check(own.first <= message && (own.last.empty() || message < own.last),
        "a message is among its record's");
}

}  // namespace

void kith::fuzz::run(std::string_view input) {
  Input in(input);
  switch (in.below(4)) {
    case 0: return index_keys(in);
    case 1: return prefixes(in);
    case 2: return bounds(in);
    default: return queue_keys(in);
  }
}
