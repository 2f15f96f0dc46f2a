#include "record/convert.hpp"

#include <algorithm>
#include <cmath>

#include "base/base64.hpp"
#include "base/message.hpp"
#include "base/utf8.hpp"
#include "record/converter.hpp"

namespace kith::record {

using base::quoted;
using schema::FieldType;

std::string shown(const Value& value) {
  if (value.text() != nullptr) return quoted(*value.text());
  const std::string text = value.to_string();
  return text.size() <= base::kMaxQuotedBytes
             ? text
             : std::string(base::truncate_utf8_bytes(text, base::kMaxQuotedBytes)) + "...";
}

Result<Value> convert(const schema::EntityType& type, const schema::Field& field,
                      const Value& input, const Value* current) {
  if (const Optional* optional = input.optional()) {
    return convert(type, field, optional->has_value() ? optional->value() : Value(), current);
  }
  if (input.is_null()) return Value();
  return Converter(type, field, current).convert(input);
}

Result<Value> Converter::convert(const Value& input) const {
  switch (field_.type) {
    case FieldType::kBool: return to_bool(input);
    case FieldType::kInt: return to_int(input);
    case FieldType::kFloat: return to_float(input);
    case FieldType::kDecimal: return to_decimal(input);
    case FieldType::kMoney: return to_money(input);
    case FieldType::kChoice: return to_choice(input);
    case FieldType::kMultiChoice: return to_multi_choice(input);
    case FieldType::kDate: return to_date(input);
    case FieldType::kTimestamp: return to_timestamp(input);
    case FieldType::kDuration: return to_duration(input);
    case FieldType::kText: return to_text(input);
    case FieldType::kBytes: return to_bytes(input);
    case FieldType::kJson: return to_json(input);
    case FieldType::kReference: return to_reference(input);
    case FieldType::kReferenceList: return to_reference_list(input);
  }
  return violation("type", "has an unknown field type");
}

Status Converter::violation(std::string code, const std::string& what) const {
  Violation v;
  v.code = std::move(code);
  v.entity = type_.name;
  v.field = field_.name;
  v.message = field_.name + " " + what;
  return {Code::kValidation, type_.name + "." + v.message, {v}};
}

Status Converter::wrong_type(const Value& input, std::string_view expected) const {
  return violation("type", "takes " + std::string(expected) + "; got " +
                               std::string(kind_name(input.kind())) + " " + shown(input));
}

Result<Value> Converter::to_bool(const Value& input) const {
  if (input.boolean() != nullptr) return input;
  if (input.text() != nullptr) {
    if (*input.text() == "true") return Value(true);
    if (*input.text() == "false") return Value(false);
  }
  return wrong_type(input, "true or false");
}

Status Converter::check_count(std::size_t count) const {
  if (count <= kMaxListItems) return {};
  return violation("too_many", "has " + std::to_string(count) + " items; max_list_items is " +
                                   std::to_string(kMaxListItems));
}

Result<Value> Converter::to_date(const Value& input) const {
  constexpr std::string_view kExpected = "a date as YYYY-MM-DD";
  Date date;
  if (input.date() != nullptr) {
    date = *input.date();
  } else {
    if (input.text() == nullptr) return wrong_type(input, kExpected);
    const Result<Date> parsed = Date::parse(*input.text());
    if (!parsed.ok()) return wrong_type(input, kExpected);
    date = *parsed;
  }
  static constexpr std::int32_t kFirst = -719162;  // 0001-01-01
  static constexpr std::int32_t kLast = 2932896;   // 9999-12-31
  if (date.days_since_epoch() >= kFirst && date.days_since_epoch() <= kLast) return Value(date);
  return violation("range", "is a day outside the years 1 to 9999");
}

Result<Value> Converter::to_timestamp(const Value& input) const {
  constexpr std::string_view kExpected =
      "an instant with a zone, as 2017-03-01T09:30:00Z or 2017-03-01T10:30:00+01:00";
  Timestamp instant;
  if (input.timestamp() != nullptr) {
    instant = *input.timestamp();
  } else {
    if (input.text() == nullptr) return wrong_type(input, kExpected);
    const Result<Timestamp> parsed = Timestamp::parse(*input.text());
    if (!parsed.ok()) return wrong_type(input, kExpected);
    instant = *parsed;
  }
  if (!instant.in_range()) return violation("range", "is an instant outside the years 1 to 9999");
  return Value(Timestamp::from_microseconds(instant.to_microseconds()));
}

Result<Value> Converter::to_duration(const Value& input) const {
  Duration span;
  if (input.duration() != nullptr) {
    span = *input.duration();
  } else {
    constexpr std::string_view kExpected = "a duration such as 1h30m or 90s";
    if (input.text() == nullptr) return wrong_type(input, kExpected);
    const Result<Duration> parsed = Duration::parse(*input.text());
    if (!parsed.ok()) return wrong_type(input, kExpected);
    span = *parsed;
  }
  const std::int64_t ns = span.total_nanoseconds();
  const std::int64_t floor = ns / 1000 - (ns % 1000 < 0 ? 1 : 0);
  constexpr std::int64_t kMost = INT64_MAX / 1000;
  return Value(Duration::microseconds(std::max(floor, -kMost)));
}

Result<Value> Converter::to_text(const Value& input) const {
  if (input.text() == nullptr) return wrong_type(input, "text");
  const std::string& text = *input.text();
  if (Status s = check_utf8(text); !s.ok()) return s;
  // Code points are at most bytes, so most texts need no counting.
  if (field_.max_length == 0 || text.size() <= field_.max_length) return input;
  const std::size_t length = base::count_code_points(text);
  if (length <= field_.max_length) return input;
  return too_long(length, "characters");
}

Status Converter::check_utf8(std::string_view text) const {
  const std::size_t bad = base::find_invalid_utf8(text);
  if (bad == std::string_view::npos) return {};
  return violation("utf8", "is not valid UTF-8 at byte " + std::to_string(bad) + ": " +
                               quoted(text.substr(bad > 10 ? bad - 10 : 0, 30)));
}

Status Converter::too_long(std::size_t length, std::string_view unit) const {
  return violation("too_long", "has " + std::to_string(length) + " " + std::string(unit) +
                                   "; the field takes at most " +
                                   std::to_string(field_.max_length));
}

Result<Value> Converter::to_bytes(const Value& input) const {
  constexpr std::string_view kExpected = "bytes, in base64 when written as text";
  Bytes bytes;
  if (input.bytes() != nullptr) {
    bytes = *input.bytes();
  } else {
    if (input.text() == nullptr) return wrong_type(input, kExpected);
    Result<std::string> decoded = base::base64_decode(*input.text());
    if (!decoded.ok()) return wrong_type(input, kExpected);
    bytes.data = std::move(*decoded);
  }
  const std::size_t size = bytes.data.size();
  if (field_.max_length != 0 && size > field_.max_length) return too_long(size, "bytes");
  return Value(std::move(bytes));
}

Result<Value> Converter::to_json(const Value& input) const {
  if (Status s = check_json(input, 1); !s.ok()) return s;
  return input;
}

Status Converter::check_json(const Value& value, int depth) const {
  if (depth > kMaxJsonDepth) {
    return violation("too_many",
                     "is nested deeper than max_json_depth " + std::to_string(kMaxJsonDepth));
  }
  switch (value.kind()) {
    case Value::Kind::kNull:
    case Value::Kind::kBool:
    case Value::Kind::kInt:
    case Value::Kind::kUint:
    case Value::Kind::kDecimal: return {};
    case Value::Kind::kDouble:
      return std::isfinite(*value.floating()) ? Status() : out_of_float(value);
    case Value::Kind::kText: return check_utf8(*value.text());
    case Value::Kind::kList: return check_json_list(*value.list(), depth);
    case Value::Kind::kMap: return check_json_map(*value.map(), depth);
    default: return wrong_type(value, "what JSON can hold (write it as text)");
  }
}

Status Converter::check_json_list(const List& list, int depth) const {
  if (Status s = check_count(list.size()); !s.ok()) return s;
  for (const Value& item : list) {
    if (Status s = check_json(item, depth + 1); !s.ok()) return s;
  }
  return {};
}

Status Converter::check_json_map(const Map& map, int depth) const {
  if (Status s = check_count(map.size()); !s.ok()) return s;
  for (const auto& [key, item] : map) {
    if (key.text() == nullptr) return wrong_type(key, "text as the key of a member");
    if (Status s = check_utf8(*key.text()); !s.ok()) return s;
    if (Status s = check_json(item, depth + 1); !s.ok()) return s;
  }
  return {};
}

Result<Value> Converter::to_reference(const Value& input) const {
  if (input.reference() == nullptr) return wrong_type(input, "the id of a record");
  const RecordId id = *input.reference();
  if (id.is_null()) return Value();
  const bool wrong_target = field_.target != 0 && id.type() != field_.target;
  if (!wrong_target && id.type() != 0 && id.type() <= RecordId::kMaxType) return input;
  return violation("reference", "refers to entity type " + std::to_string(field_.target) + " and " +
                                    shown(input) + " is of entity type " +
                                    std::to_string(id.type()));
}

Result<Value> Converter::to_reference_list(const Value& input) const {
  const List single = {input};
  const List& items = input.list() != nullptr ? *input.list() : single;
  if (Status s = check_count(items.size()); !s.ok()) return s;
  List kept;
  for (const Value& item : items) {
    const Result<Value> reference = to_reference(item);
    if (!reference.ok()) return reference;
    if (reference->is_null()) return violation("reference", "holds a null id");
    if (std::find(kept.begin(), kept.end(), *reference) == kept.end()) kept.push_back(*reference);
  }
  return Value(std::move(kept));
}

}  // namespace kith::record
