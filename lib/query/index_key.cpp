#include "query/index_key.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace kith::query {
namespace {

using schema::FieldType;

constexpr char kNullMarker = 0;
constexpr char kPresentMarker = 1;
constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kHashBytes = 8;
// A cut key has exactly the greatest length a key may have, and no other key has it.
constexpr std::size_t kCutBytes = store::kMaxKeyBytes;
constexpr std::size_t kCutOrderedBytes = kCutBytes - kIdBytes - kHashBytes;

template <typename T>
void put_big_endian(T value, std::string* out) {
  char bytes[sizeof(T)];
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bytes[i] = static_cast<char>(value >> (8 * (sizeof(T) - 1 - i)));
  }
  out->append(bytes, sizeof(T));
}

std::uint64_t get_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

// FNV-1a with a final mix. Part of the file format: never change it.
std::uint64_t key_hash(std::string_view bytes) {
  std::uint64_t h = 0xCBF29CE484222325U;
  for (char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCDU;
  h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53U;
  return h ^ (h >> 33);
}

void append_escaped(std::string_view value, std::string* key) {
  std::size_t from = 0;
  for (std::size_t zero = value.find('\0'); zero != std::string_view::npos;
       zero = value.find('\0', from)) {
    key->append(value.substr(from, zero + 1 - from));
    key->push_back('\xFF');
    from = zero + 1;
  }
  key->append(value.substr(from));
}

KeyBound int_bound(std::int64_t value, bool exact) {
  KeyBound bound;
  append_int(value, &bound.bytes);
  bound.exact = exact;
  return bound;
}

std::optional<KeyBound> integer_bound(const Value& constant) {
  if (const auto* v = constant.integer()) return int_bound(*v, true);
  if (const auto* v = constant.unsigned_integer()) {
    const std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (*v > most) return int_bound(std::numeric_limits<std::int64_t>::max(), false);
    return int_bound(static_cast<std::int64_t>(*v), true);
  }
  if (const auto* v = constant.floating()) {
    // Beyond 2^53 the language compares after rounding the integer: leave that to it.
    if (!(std::fabs(*v) <= 9007199254740992.0)) return std::nullopt;
    return int_bound(static_cast<std::int64_t>(std::floor(*v)), *v == std::floor(*v));
  }
  return std::nullopt;
}

std::optional<KeyBound> decimal_bound(const schema::Field& field, const Value& constant) {
  Decimal wanted;
  if (const auto* v = constant.decimal()) {
    wanted = *v;
  } else if (const auto* m = constant.money()) {
    wanted = m->amount;
  } else if (const auto* i = constant.integer()) {
    wanted = Decimal(*i);
  } else {
    return std::nullopt;
  }
  const int scale = field.type == FieldType::kMoney ? 4 : field.scale;
  Result<Decimal> stored = wanted.rescale(scale, Rounding::kFloor);
  if (!stored.ok()) return std::nullopt;
  const int128 coefficient = stored->coefficient();
  if (coefficient > std::numeric_limits<std::int64_t>::max() ||
      coefficient < std::numeric_limits<std::int64_t>::min()) {
    return std::nullopt;
  }
  return int_bound(static_cast<std::int64_t>(coefficient), *stored == wanted);
}

std::optional<KeyBound> float_bound(const Value& constant) {
  double wanted = 0;
  if (const auto* v = constant.floating()) {
    wanted = *v;
  } else if (const auto* i = constant.integer()) {
    wanted = static_cast<double>(*i);
    if (std::fabs(wanted) > 9007199254740992.0) return std::nullopt;
  } else {
    return std::nullopt;
  }
  if (std::isnan(wanted)) return std::nullopt;
  KeyBound bound;
  append_float(wanted, &bound.bytes);
  return bound;
}

std::optional<KeyBound> choice_bound(const schema::Field& field, const Value& constant) {
  const std::string* name = constant.text();
  if (name == nullptr) return std::nullopt;
  KeyBound bound;
  const schema::Option* option = field.find_option(std::string_view(*name));
  if (option == nullptr) {
    bound.exact = false;
  } else {
    append_u32(option->id, &bound.bytes);
  }
  return bound;
}

std::optional<KeyBound> duration_bound(Duration wanted) {
  const std::int64_t ns = wanted.total_nanoseconds();
  std::int64_t us = ns / 1000;
  if (ns % 1000 < 0) --us;
  return int_bound(us, ns % 1000 == 0);
}

}  // namespace

std::string index_prefix(std::uint32_t index_id) {
  std::string key;
  key.reserve(64);
  put_big_endian(index_id, &key);
  return key;
}

void append_null(std::string* key) { key->push_back(kNullMarker); }

void append_bool(bool value, std::string* key) {
  key->push_back(kPresentMarker);
  key->push_back(value ? 1 : 0);
}

void append_int(std::int64_t value, std::string* key) {
  key->push_back(kPresentMarker);
  put_big_endian(static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63), key);
}

void append_date(std::int32_t days, std::string* key) {
  key->push_back(kPresentMarker);
  put_big_endian(static_cast<std::uint32_t>(days) ^ (std::uint32_t{1} << 31), key);
}

void append_float(double value, std::string* key) {
  if (value == 0) value = 0;  // -0.0 equals 0.0
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
  const std::uint64_t sign = std::uint64_t{1} << 63;
  bits = (bits & sign) != 0 ? ~bits : bits | sign;
  key->push_back(kPresentMarker);
  put_big_endian(bits, key);
}

void append_u32(std::uint32_t value, std::string* key) {
  key->push_back(kPresentMarker);
  put_big_endian(value, key);
}

void append_u64(std::uint64_t value, std::string* key) {
  key->push_back(kPresentMarker);
  put_big_endian(value, key);
}

void append_text(std::string_view value, std::string* key) {
  append_text_prefix(value, key);
  key->push_back('\0');
  key->push_back('\1');
}

void append_text_prefix(std::string_view value, std::string* key) {
  key->push_back(kPresentMarker);
  append_escaped(value, key);
}

void finish_ordered(RecordId id, std::string* key) {
  if (key->size() + kIdBytes >= kCutBytes) {
    const std::uint64_t hash = key_hash(*key);
    key->resize(kCutOrderedBytes);
    put_big_endian(hash, key);
  }
  put_big_endian(id.bits(), key);
}

void finish_exact(std::string* key) {
  if (key->size() < kCutBytes) return;
  const std::uint64_t hash = key_hash(*key);
  key->resize(kCutBytes - kHashBytes);
  put_big_endian(hash, key);
}

bool is_truncated(std::string_view finished_key) { return finished_key.size() == kCutBytes; }

std::optional<KeyBound> key_bound(const schema::Field& field, const Value& constant) {
  KeyBound bound;
  switch (field.type) {
    case FieldType::kBool:
      if (const bool* v = constant.boolean()) return append_bool(*v, &bound.bytes), bound;
      return std::nullopt;
    case FieldType::kInt: return integer_bound(constant);
    case FieldType::kFloat: return float_bound(constant);
    case FieldType::kDecimal:
    case FieldType::kMoney: return decimal_bound(field, constant);
    case FieldType::kChoice:
    case FieldType::kMultiChoice: return choice_bound(field, constant);
    case FieldType::kDate:
      if (const Date* v = constant.date()) {
        return append_date(v->days_since_epoch(), &bound.bytes), bound;
      }
      return std::nullopt;
    case FieldType::kTimestamp:
      if (const Timestamp* v = constant.timestamp()) {
        return int_bound(v->to_microseconds(), v->nanoseconds() % 1000 == 0);
      }
      return std::nullopt;
    case FieldType::kDuration:
      if (const Duration* v = constant.duration()) return duration_bound(*v);
      return std::nullopt;
    case FieldType::kText:
      if (const std::string* v = constant.text()) return append_text(*v, &bound.bytes), bound;
      return std::nullopt;
    case FieldType::kBytes:
      if (const Bytes* v = constant.bytes()) return append_text(v->data, &bound.bytes), bound;
      return std::nullopt;
    case FieldType::kReference:
    case FieldType::kReferenceList:
      if (const RecordId* v = constant.reference()) {
        return append_u64(v->bits(), &bound.bytes), bound;
      }
      return std::nullopt;
    case FieldType::kJson: return std::nullopt;
  }
  return std::nullopt;
}

std::string unique_text(const schema::Field& field, std::string_view text) {
  std::string form;
  form.reserve(text.size());
  for (char c : text) {
    switch (field.semantic) {
      case schema::Semantic::kEmail:
        form.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
        break;
      case schema::Semantic::kPhone:
        if ((c >= '0' && c <= '9') || (c == '+' && form.empty())) form.push_back(c);
        break;
      default: form.push_back(c); break;
    }
  }
  return form;
}

Result<RecordId> ordered_key_id(std::string_view key) {
  if (key.size() < sizeof(std::uint32_t) + 1 + kIdBytes) {
    return Status(Code::kCorrupt, "index key of " + std::to_string(key.size()) +
                                      " bytes is too short to hold a record id");
  }
  return RecordId(get_big_endian(key.substr(key.size() - kIdBytes)));
}

std::string unique_entry(RecordId id) {
  std::string value;
  put_big_endian(id.bits(), &value);
  return value;
}

Result<RecordId> unique_entry_id(std::string_view value) {
  if (value.size() != kIdBytes) {
    return Status(Code::kCorrupt,
                  "unique index entry has " + std::to_string(value.size()) + " bytes instead of 8");
  }
  return RecordId(get_big_endian(value));
}

std::string after_prefix(std::string_view prefix) {
  std::string next(prefix);
  while (!next.empty() && next.back() == '\xFF') next.pop_back();
  if (!next.empty()) next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return next;
}

store::KeyRange key_range(std::string_view low, std::string_view high) {
  store::KeyRange range;
  range.first = std::string(low.substr(0, kCutOrderedBytes));
  // A cut key keeps its first bytes only, so it can lie below a longer `high` and yet be in range.
  range.last = high.size() > kCutOrderedBytes ? after_prefix(high.substr(0, kCutOrderedBytes))
                                              : std::string(high);
  return range;
}

}  // namespace kith::query
