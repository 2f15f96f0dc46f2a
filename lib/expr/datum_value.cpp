#include "expr/datum_value.hpp"

#include <algorithm>
#include <utility>

namespace kith::expr {
namespace {

Datum convert(Frame& frame, const Value& value, bool owned);

Datum convert_text(Frame& frame, Tag tag, std::string_view text, bool owned) {
  Datum out = owned ? frame.string(text) : Datum::string(text);
  if (!out.is_error()) out.tag = tag;
  return out;
}

Datum convert_list(Frame& frame, const List& list, bool owned) {
  if (!frame.charge(1 + list.size() / 4)) return frame.exhausted();
  Datum* items = frame.arena().make<Datum>(list.size());
  if (items == nullptr) return frame.out_of_memory();
  for (std::size_t i = 0; i < list.size(); ++i) {
    items[i] = convert(frame, list[i], owned);
    if (items[i].is_error()) return items[i];
  }
  return frame.list(items, list.size());
}

Datum convert_map(Frame& frame, const Map& map, bool owned) {
  Datum* keys = frame.arena().make<Datum>(map.size());
  Datum* values = frame.arena().make<Datum>(map.size());
  if (keys == nullptr || values == nullptr) return frame.out_of_memory();
  for (std::size_t i = 0; i < map.size(); ++i) {
    keys[i] = convert(frame, map[i].first, owned);
    values[i] = convert(frame, map[i].second, owned);
    if (keys[i].is_error()) return keys[i];
    if (values[i].is_error()) return values[i];
  }
  return frame.map(keys, values, map.size());
}

Datum convert_optional(Frame& frame, const Optional& optional, bool owned) {
  if (!optional.has_value()) return Datum::optional(nullptr);
  Datum* inner = frame.arena().make<Datum>(1);
  if (inner == nullptr) return frame.out_of_memory();
  *inner = convert(frame, optional.value(), owned);
  return inner->is_error() ? *inner : Datum::optional(inner);
}

Datum convert(Frame& frame, const Value& value, bool owned) {
  switch (value.kind()) {
    case Value::Kind::kNull: return Datum::null();
    case Value::Kind::kBool: return Datum::boolean(*value.boolean());
    case Value::Kind::kInt: return Datum::integer(*value.integer());
    case Value::Kind::kUint: return Datum::unsigned_integer(*value.unsigned_integer());
    case Value::Kind::kDouble: return Datum::floating(*value.floating());
    case Value::Kind::kDecimal: return Datum::decimal(*value.decimal());
    case Value::Kind::kMoney: return Datum::decimal(value.money()->amount);
    case Value::Kind::kText: return convert_text(frame, Tag::kString, *value.text(), owned);
    case Value::Kind::kBytes: return convert_text(frame, Tag::kBytes, value.bytes()->data, owned);
    case Value::Kind::kType: return convert_text(frame, Tag::kType, value.type_name()->name, owned);
    case Value::Kind::kDate: return Datum::date(*value.date());
    case Value::Kind::kTimestamp: return Datum::timestamp(*value.timestamp());
    case Value::Kind::kDuration: return Datum::duration(value.duration()->total_nanoseconds());
    case Value::Kind::kReference:
      return value.reference()->is_null() ? Datum::null() : Datum::record(*value.reference());
    case Value::Kind::kList: return convert_list(frame, *value.list(), owned);
    case Value::Kind::kMap: return convert_map(frame, *value.map(), owned);
    case Value::Kind::kOptional: return convert_optional(frame, *value.optional(), owned);
  }
  return Datum::null();
}

}  // namespace

Datum to_datum(Frame& frame, const Value& value) { return convert(frame, value, false); }
Datum to_owned_datum(Frame& frame, const Value& value) { return convert(frame, value, true); }

Value to_value(const Datum& datum, bool keep_optionals) {
  switch (datum.tag) {
    case Tag::kError:
    case Tag::kNull: return Value();
    case Tag::kBool: return Value(datum.is_true());
    case Tag::kInt: return Value(datum.int_value);
    case Tag::kUint: return Value(datum.uint_value);
    case Tag::kDouble: return Value(datum.double_value);
    case Tag::kDecimal: return Value(datum.decimal());
    case Tag::kString: return Value(datum.text());
    case Tag::kBytes: return Value(Bytes{std::string(datum.text())});
    case Tag::kType: return Value(TypeName{std::string(datum.text())});
    case Tag::kDate: return Value(datum.date());
    case Tag::kTimestamp: return Value(datum.timestamp());
    case Tag::kDuration: return Value(Duration::nanoseconds(datum.int_value));
    case Tag::kRecord: return Value(datum.record_id());
    case Tag::kOptional: {
      if (datum.inner == nullptr) return keep_optionals ? Value(Optional()) : Value();
      Value inner = to_value(*datum.inner, keep_optionals);
      return keep_optionals ? Value(Optional(std::move(inner))) : inner;
    }
    case Tag::kList: {
      List list;
      list.reserve(datum.list_value->size);
      for (std::size_t i = 0; i < datum.list_value->size; ++i) {
        list.push_back(to_value(datum.list_value->items[i], keep_optionals));
      }
      return Value(std::move(list));
    }
    case Tag::kMap: {
      Map map;
      map.reserve(datum.map_value->size);
      for (std::size_t i = 0; i < datum.map_value->size; ++i) {
        map.emplace_back(to_value(datum.map_value->keys[i], keep_optionals),
                         to_value(datum.map_value->values[i], keep_optionals));
      }
      return Value(std::move(map));
    }
  }
  return Value();
}

}  // namespace kith::expr
