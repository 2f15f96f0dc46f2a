#include "expr/frame.hpp"

#include <bit>

#include "expr/map_index.hpp"

namespace kith::expr {

Datum Frame::chars(Tag tag, std::string_view text) {
  if (!charge_text(text.size())) return exhausted();
  const std::string_view copy = arena_.copy(text);
  if (copy.data() == nullptr) return out_of_memory();
  Datum out = Datum::string(copy);
  out.tag = tag;
  return out;
}

Datum Frame::list(const Datum* items, std::size_t size) {
  auto* data = arena_.make<ListData>(1);
  if (data == nullptr) return out_of_memory();
  *data = {items, size};
  return Datum::list(data);
}

Datum Frame::some(const Datum& inner) {
  auto* copy = arena_.make<Datum>(1);
  if (copy == nullptr) return out_of_memory();
  *copy = inner;
  return Datum::optional(copy);
}

Datum Frame::map(const Datum* keys, const Datum* values, std::size_t size) {
  auto* data = arena_.make<MapData>(1);
  if (data == nullptr) return out_of_memory();
  *data = {keys, values, size, nullptr, 0};
  if (!charge(size)) return exhausted();
  if (size > kIndexedMapSize && !index_map(arena_, data)) return out_of_memory();
  const bool repeated = has_repeated_key(*this, *data);
  if (stopped()) return exhausted();
  if (repeated) return data_error("the map repeats a key");
  return Datum::map(data);
}

bool Frame::charge_sort(const Datum* items, std::size_t size) {
  // Each is compared about log2(size) times.
  const std::uint64_t rounds = std::bit_width(size);
  if (!charge(1 + size * 4)) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const bool text = items[i].is(Tag::kString) || items[i].is(Tag::kBytes);
    if (text && items[i].second > kShortText && !charge(items[i].second / 10 * rounds)) {
      return false;
    }
  }
  return true;
}

bool Frame::charge_result(const Datum& value) {
  switch (value.tag) {
    case Tag::kString:
    case Tag::kBytes: return charge_long(value.second);
    case Tag::kOptional: return value.inner == nullptr || charge_result(*value.inner);
    case Tag::kList:
      if (!charge(1 + value.list_value->size)) return false;
      for (std::size_t i = 0; i < value.list_value->size; ++i) {
        if (!charge_result(value.list_value->items[i])) return false;
      }
      return true;
    case Tag::kMap:
      if (!charge(1 + value.map_value->size * 2)) return false;
      for (std::size_t i = 0; i < value.map_value->size; ++i) {
        if (!charge_result(value.map_value->keys[i])) return false;
        if (!charge_result(value.map_value->values[i])) return false;
      }
      return true;
    default: return true;
  }
}

Datum Frame::error(ErrorClass error_class, std::string_view message) {
  const std::string_view copy = arena_.copy(message);
  return copy.data() == nullptr ? out_of_memory() : Datum::error(error_class, copy);
}

Datum Frame::no_overload(std::string_view function, const Datum* args, std::size_t count) {
  std::string message = "no ";
  message.append(function).append(" for (");
  bool null = false;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) message.append(", ");
    message.append(type_name(args[i]));
    null |= args[i].is(Tag::kNull);
  }
  message.append(")");
  // An operand that is null is a missing value before it is a wrong type.
  return error(null ? ErrorClass::kMissing : ErrorClass::kBug, message);
}

std::string_view type_name(const Datum& value) {
  switch (value.tag) {
    case Tag::kError: return "error";
    case Tag::kNull: return "null_type";
    case Tag::kBool: return "bool";
    case Tag::kInt: return "int";
    case Tag::kUint: return "uint";
    case Tag::kDouble: return "double";
    case Tag::kDecimal: return "decimal";
    case Tag::kString: return "string";
    case Tag::kBytes: return "bytes";
    case Tag::kDate: return "date";
    case Tag::kTimestamp: return "google.protobuf.Timestamp";
    case Tag::kDuration: return "google.protobuf.Duration";
    case Tag::kRecord: return "record";
    case Tag::kList: return "list";
    case Tag::kMap: return "map";
    case Tag::kType: return "type";
    case Tag::kOptional: return "optional_type";
  }
  return "error";
}

}  // namespace kith::expr
