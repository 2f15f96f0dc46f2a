#include <algorithm>

#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

// Puts what was read from the caller into a value of the caller's.
template <typename T>
Status set(kith_value* value, Result<T> from) {
  KITH_TRY(need(value, "value"));
  if (!from.ok()) return from.status();
  *unwrap(value) = Value(*std::move(from));
  return {};
}

// Puts a copy of `item` into a map of the caller's.
Status put(kith_value* map, const Value& key, const kith_value* item) {
  KITH_TRY(need(map, "map"));
  KITH_TRY(need(item, "item"));
  Value& target = *unwrap(map);
  if (target.map() == nullptr) {
    return Status(Code::kInvalidArgument, "`map` is a " + std::string(kind_name(target.kind())) +
                                              ", not a map: call kith_value_set_map first");
  }
  Map members = *target.map();
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const auto& member) { return member.first == key; });
  if (found != members.end()) {
    found->second = *unwrap(item);
  } else {
    members.emplace_back(key, *unwrap(item));
  }
  target = std::move(members);
  return {};
}

}  // namespace

int32_t kith_value_new(kith_value** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    return give(Value(), out);
  });
}

int32_t kith_value_from_json(const char* json, size_t json_size, kith_value** out,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(Value value, json_in(json, json_size, "json"));
    return give(std::move(value), out);
  });
}

void kith_value_free(kith_value* value) {
  guard_free([&] { delete unwrap(value); });
}

int32_t kith_value_set_null(kith_value* value, kith_error** error) {
  return guard(error, [&] { return set(value, Result<Value>(Value())); });
}

int32_t kith_value_set_bool(kith_value* value, uint8_t v, kith_error** error) {
  return guard(error, [&] { return set(value, bool_in(v)); });
}

int32_t kith_value_set_int(kith_value* value, int64_t v, kith_error** error) {
  return guard(error, [&] { return set(value, Result<int64_t>(v)); });
}

int32_t kith_value_set_uint(kith_value* value, uint64_t v, kith_error** error) {
  return guard(error, [&] { return set(value, Result<uint64_t>(v)); });
}

int32_t kith_value_set_double(kith_value* value, double v, kith_error** error) {
  return guard(error, [&] { return set(value, Result<double>(v)); });
}

int32_t kith_value_set_decimal(kith_value* value, const kith_decimal* v, kith_error** error) {
  return guard(error, [&] { return set(value, decimal_in(v, "v")); });
}

int32_t kith_value_set_money(kith_value* value, const kith_money* v, kith_error** error) {
  return guard(error, [&] { return set(value, money_in(v, "v")); });
}

int32_t kith_value_set_text(kith_value* value, const char* v, size_t size, kith_error** error) {
  return guard(error, [&] { return set(value, text_in(v, size, "v")); });
}

int32_t kith_value_set_bytes(kith_value* value, const uint8_t* v, size_t size, kith_error** error) {
  return guard(error, [&] { return set(value, bytes_in(v, size)); });
}

int32_t kith_value_set_date(kith_value* value, int32_t days, kith_error** error) {
  return guard(error, [&] { return set(value, date_in(days)); });
}

int32_t kith_value_set_timestamp(kith_value* value, const kith_time* v, kith_error** error) {
  return guard(error, [&] { return set(value, time_in(v, "v")); });
}

int32_t kith_value_set_duration(kith_value* value, const kith_time* v, kith_error** error) {
  return guard(error, [&] { return set(value, duration_in(v, "v")); });
}

int32_t kith_value_set_reference(kith_value* value, uint64_t id, kith_error** error) {
  return guard(error, [&] { return set(value, Result<RecordId>(RecordId(id))); });
}

int32_t kith_value_set_list(kith_value* value, kith_error** error) {
  return guard(error, [&] { return set(value, Result<List>(List())); });
}

int32_t kith_value_append(kith_value* list, const kith_value* item, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(need(list, "list"));
    KITH_TRY(need(item, "item"));
    Value& target = *unwrap(list);
    if (target.list() == nullptr) {
      return Status(Code::kInvalidArgument, "`list` is a " + std::string(kind_name(target.kind())) +
                                                ", not a list: call kith_value_set_list first");
    }
    List items = *target.list();
    items.push_back(*unwrap(item));
    target = std::move(items);
    return {};
  });
}

int32_t kith_value_set_map(kith_value* value, kith_error** error) {
  return guard(error, [&] { return set(value, Result<Map>(Map())); });
}

int32_t kith_value_put(kith_value* map, const char* key, size_t key_size, const kith_value* item,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(const std::string_view name, text_in(key, key_size, "key"));
    return put(map, Value(name), item);
  });
}

int32_t kith_value_put_at(kith_value* map, const kith_value* key, const kith_value* item,
                          kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(need(key, "key"));
    const Value& name = *unwrap(key);
    switch (name.kind()) {
      case Value::Kind::kBool:
      case Value::Kind::kInt:
      case Value::Kind::kUint:
      case Value::Kind::kText: return put(map, name, item);
      default: break;
    }
    return Status(Code::kInvalidArgument, "the key of a map is a bool, int, uint or text, not a " +
                                              std::string(kind_name(name.kind())));
  });
}

int32_t kith_value_set_type(kith_value* value, const char* name, size_t name_size,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(const std::string_view type, text_in(name, name_size, "name"));
    return set(value, Result<TypeName>(TypeName{std::string(type)}));
  });
}

int32_t kith_value_set_optional(kith_value* value, const kith_value* held, kith_error** error) {
  return guard(error, [&] {
    return set(value, Result<Optional>(held != nullptr ? Optional(*unwrap(held)) : Optional()));
  });
}
