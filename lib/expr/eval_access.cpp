// List and map literals, selection and indexing.
#include <cmath>

#include "expr/code.hpp"

namespace kith::expr::eval {
namespace {

Datum no_such_key(const Code& code, Frame& frame, const Datum& key) {
  std::string message = "no such key";
  if (key.is(Tag::kString)) message += ": '" + std::string(key.text().substr(0, 60)) + "'";
  return placed(frame.missing(message), code);
}

// The whole number an index stands for; false when it is none.
bool whole_index(const Datum& key, std::int64_t* index) {
  switch (key.tag) {
    case Tag::kInt: *index = key.int_value; return true;
    case Tag::kUint:
      *index = key.uint_value > static_cast<std::uint64_t>(INT64_MAX) ? -1 : key.int_value;
      return true;
    case Tag::kDouble:
      if (std::trunc(key.double_value) != key.double_value || std::abs(key.double_value) > 1e15) {
        return false;
      }
      *index = static_cast<std::int64_t>(key.double_value);
      return true;
    default: return false;
  }
}

// The element under `key`; kNone in *absent when the container has none.
Datum element(const Code& code, Frame& frame, const Datum& target, const Datum& key, bool* absent) {
  *absent = false;
  if (target.is(Tag::kMap)) {
    const Datum* found = find_key(frame, *target.map_value, key);
    if (found != nullptr) return *found;
    *absent = true;
    return no_such_key(code, frame, key);
  }
  if (target.is(Tag::kList)) {
    std::int64_t at = 0;
    if (!whole_index(key, &at)) {
      return placed(frame.bug("the index of a list is a whole number"), code);
    }
    const ListData& items = *target.list_value;
    if (at >= 0 && static_cast<std::uint64_t>(at) < items.size) return items.items[at];
    *absent = true;
    return placed(frame.data_error("index " + std::to_string(at) + " is outside the list of " +
                                   std::to_string(items.size)),
                  code);
  }
  const Datum both[2] = {target, key};
  return placed(frame.no_overload("[]", both, 2), code);
}

Datum optional_element(const Code& code, Frame& frame, const Datum& target, const Datum& key) {
  bool absent = false;
  const Datum found = element(code, frame, target, key, &absent);
  if (absent) return Frame::none();
  if (found.is_error() || found.is(Tag::kOptional)) return found;
  return frame.some(found);
}

Datum select_from(const Code& code, Frame& frame, const Datum& target, bool optional) {
  if (target.is(Tag::kMap)) {
    const Datum key = Datum::string(code.name);
    if (optional) return optional_element(code, frame, target, key);
    bool absent = false;
    return element(code, frame, target, key, &absent);
  }
  if (target.is(Tag::kNull)) {
    return placed(frame.missing("'" + std::string(code.name) + "' is asked of a null value"), code);
  }
  return placed(frame.bug("a value of type " + std::string(type_name(target)) + " has no field '" +
                          std::string(code.name) + "'"),
                code);
}

Datum test_presence(const Code& code, Frame& frame, const Datum& target) {
  if (!target.is(Tag::kMap)) return select_from(code, frame, target, false);
  const Datum key = Datum::string(code.name);
  return Datum::boolean(find_key(frame, *target.map_value, key) != nullptr);
}

}  // namespace

Datum list(const Code& code, Frame& frame) {
  Datum* items = frame.arena().make<Datum>(code.count);
  if (items == nullptr) return frame.out_of_memory();
  std::size_t size = 0;
  for (std::uint32_t i = 0; i < code.count; ++i) {
    Datum item = code.args[i]->eval(*code.args[i], frame);
    if (item.is_error()) return item;
    if (code.optional_entries != nullptr && code.optional_entries[i]) {
      if (!item.is(Tag::kOptional)) return placed(frame.no_overload("[?]", &item, 1), code);
      if (item.inner == nullptr) continue;
      item = *item.inner;
    }
    items[size++] = item;
  }
  return frame.list(items, size);
}

Datum map(const Code& code, Frame& frame) {
  const std::size_t entries = code.count / 2;
  Datum* keys = frame.arena().make<Datum>(entries);
  Datum* values = frame.arena().make<Datum>(entries);
  if (keys == nullptr || values == nullptr) return frame.out_of_memory();
  std::size_t size = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const Datum key = code.args[2 * i]->eval(*code.args[2 * i], frame);
    if (key.is_error()) return key;
    Datum value = code.args[2 * i + 1]->eval(*code.args[2 * i + 1], frame);
    if (value.is_error()) return value;
    if (!key.is(Tag::kInt) && !key.is(Tag::kUint) && !key.is(Tag::kBool) && !key.is(Tag::kString)) {
      return placed(
          frame.bug("a key is int, uint, bool or string, not " + std::string(type_name(key))),
          code);
    }
    if (code.optional_entries != nullptr && code.optional_entries[i]) {
      if (!value.is(Tag::kOptional)) return placed(frame.no_overload("{?}", &value, 1), code);
      if (value.inner == nullptr) continue;
      value = *value.inner;
    }
    keys[size] = key;
    values[size++] = value;
  }
  const Datum out = frame.map(keys, values, size);
  return out.is_error() ? placed(out, code) : out;
}

Datum select(const Code& code, Frame& frame) {
  Datum target = code.args[0]->eval(*code.args[0], frame);
  if (target.is_error()) return target;
  bool optional = code.optional;
  if (target.is(Tag::kOptional)) {
    if (target.inner == nullptr) return code.test_only ? Datum::boolean(false) : Frame::none();
    optional = true;
    target = *target.inner;
  }
  const bool slot = target.is(Tag::kRecord) && code.field != nullptr;
  if (code.test_only) {
    if (!slot) return test_presence(code, frame, target);
    const Datum value = field_of(code, frame, target);
    if (value.is_error()) return value;
    const bool empty = code.part == FieldPart::kRelated && value.list_value->size == 0;
    return Datum::boolean(!value.is(Tag::kNull) && !empty);
  }
  if (!slot) return select_from(code, frame, target, optional);
  const Datum value = field_of(code, frame, target);
  if (!optional || value.is_error()) return value;
  return value.is(Tag::kNull) ? Frame::none() : frame.some(value);
}

Datum index(const Code& code, Frame& frame) {
  Datum target = code.args[0]->eval(*code.args[0], frame);
  if (target.is_error()) return target;
  const Datum key = code.args[1]->eval(*code.args[1], frame);
  if (key.is_error()) return key;
  bool optional = code.optional;
  if (target.is(Tag::kOptional)) {
    if (target.inner == nullptr) return Frame::none();
    optional = true;
    target = *target.inner;
  }
  if (optional) return optional_element(code, frame, target, key);
  bool absent = false;
  return element(code, frame, target, key, &absent);
}

}  // namespace kith::expr::eval
