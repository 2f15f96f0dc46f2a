#include "query/index_key.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "base/contact_text.hpp"
#include "base/hash.hpp"

namespace kith::query {
namespace {

using schema::FieldType;

constexpr char kNullMarker = 0;
constexpr char kPresentMarker = 1;
constexpr double kExactDouble = 9007199254740992.0;  // 2^53: integers up to here are exact
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

std::optional<StoredBound> integer_bound(const Value& constant) {
  if (const auto* v = constant.integer()) return StoredBound{*v, true};
  if (const auto* v = constant.unsigned_integer()) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (*v > static_cast<std::uint64_t>(kMost)) return StoredBound{kMost, false};
    return StoredBound{static_cast<std::int64_t>(*v), true};
  }
  if (const auto* v = constant.floating()) {
    // Beyond 2^53 the language compares after rounding the integer: leave that to it.
    if (!(std::fabs(*v) <= kExactDouble)) return std::nullopt;
    return StoredBound{static_cast<std::int64_t>(std::floor(*v)), *v == std::floor(*v)};
  }
  return std::nullopt;
}

std::optional<StoredBound> decimal_bound(const schema::Field& field, const Value& constant) {
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
  return StoredBound{static_cast<std::int64_t>(coefficient), *stored == wanted};
}

StoredBound duration_bound(Duration wanted) {
  const std::int64_t ns = wanted.total_nanoseconds();
  const std::int64_t us = ns / 1000;
  return {ns % 1000 < 0 ? us - 1 : us, ns % 1000 == 0};
}

std::optional<double> float_constant(const Value& constant) {
  if (const auto* v = constant.floating()) {
    return std::isnan(*v) ? std::nullopt : std::optional<double>(*v);
  }
  const auto* i = constant.integer();
  if (i == nullptr || std::fabs(static_cast<double>(*i)) > kExactDouble) return std::nullopt;
  return static_cast<double>(*i);
}

// The key bytes of a stored value of a scalar type that compares as an int64.
void append_scalar(FieldType type, std::int64_t value, std::string* key) {
  switch (type) {
    case FieldType::kBool: return append_bool(value != 0, key);
    case FieldType::kDate: return append_date(static_cast<std::int32_t>(value), key);
    case FieldType::kChoice:
    case FieldType::kMultiChoice: return append_u32(static_cast<std::uint32_t>(value), key);
    case FieldType::kReference:
    case FieldType::kReferenceList: return append_u64(static_cast<std::uint64_t>(value), key);
    default: return append_int(value, key);
  }
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
    const std::uint64_t hash = base::stable_hash(*key);
    key->resize(kCutOrderedBytes);
    put_big_endian(hash, key);
  }
  put_big_endian(id.bits(), key);
}

void finish_exact(std::string* key) {
  if (key->size() < kCutBytes) return;
  const std::uint64_t hash = base::stable_hash(*key);
  key->resize(kCutBytes - kHashBytes);
  put_big_endian(hash, key);
}

bool is_truncated(std::string_view finished_key) { return finished_key.size() == kCutBytes; }

std::optional<StoredBound> stored_bound(const schema::Field& field, const Value& constant) {
  switch (field.type) {
    case FieldType::kBool:
      if (const bool* v = constant.boolean()) return StoredBound{*v ? 1 : 0, true};
      return std::nullopt;
    case FieldType::kInt: return integer_bound(constant);
    case FieldType::kDecimal:
    case FieldType::kMoney: return decimal_bound(field, constant);
    case FieldType::kChoice:
    case FieldType::kMultiChoice: {
      const std::string* name = constant.text();
      if (name == nullptr) return std::nullopt;
      const schema::Option* option = field.find_option(std::string_view(*name));
      return option == nullptr ? StoredBound{0, false} : StoredBound{option->id, true};
    }
    case FieldType::kDate:
      if (const Date* v = constant.date()) return StoredBound{v->days_since_epoch(), true};
      return std::nullopt;
    case FieldType::kTimestamp:
      if (const Timestamp* v = constant.timestamp()) {
        return StoredBound{v->to_microseconds(), v->nanoseconds() % 1000 == 0};
      }
      return std::nullopt;
    case FieldType::kDuration:
      if (const Duration* v = constant.duration()) return duration_bound(*v);
      return std::nullopt;
    case FieldType::kReference:
    case FieldType::kReferenceList:
      if (const RecordId* v = constant.reference()) {
        return StoredBound{static_cast<std::int64_t>(v->bits()), true};
      }
      return std::nullopt;
    case FieldType::kFloat:
    case FieldType::kText:
    case FieldType::kBytes:
    case FieldType::kJson: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<KeyBound> key_bound(const schema::Field& field, const Value& constant) {
  KeyBound bound;
  if (field.type == FieldType::kText) {
    const std::string* text = constant.text();
    if (text == nullptr) return std::nullopt;
    append_text(*text, &bound.bytes);
  } else if (field.type == FieldType::kBytes) {
    if (constant.bytes() == nullptr) return std::nullopt;
    append_text(constant.bytes()->data, &bound.bytes);
  } else if (field.type == FieldType::kFloat) {
    const std::optional<double> number = float_constant(constant);
    if (!number) return std::nullopt;
    append_float(*number, &bound.bytes);
  } else {
    const std::optional<StoredBound> stored = stored_bound(field, constant);
    if (!stored) return std::nullopt;
    bound.exact = stored->exact;
    const bool unknown_option = field.type == FieldType::kChoice && !stored->exact;
    if (!unknown_option) append_scalar(field.type, stored->value, &bound.bytes);
  }
  return bound;
}

std::string unique_text(const schema::Field& field, std::string_view text) {
  std::string form;
  if (field.semantic == schema::Semantic::kEmail) form = base::email_key(text);
  if (field.semantic == schema::Semantic::kPhone) form = base::phone_key(text);
  // A text without anything of an address or number in it stands for itself.
  return form.empty() ? std::string(text) : form;
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
