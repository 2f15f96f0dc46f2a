#include <limits>

#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

// The checks that all getters share. `read` puts the value into `out` and says whether it could.
template <typename T, typename Read>
Status get(const kith_value* value, T* out, const char* wanted, Read&& read) {
  KITH_TRY(clear(out, "out"));
  KITH_TRY(need(value, "value"));
  const Value& from = *unwrap(value);
  if (from.is_null()) return Status(Code::kNotFound, "the value is null");
  if (read(from)) return {};
  return Status(Code::kInvalidArgument, "the value is a " + std::string(kind_name(from.kind())) +
                                            " that cannot be read as " + wanted + ": " +
                                            from.to_string().substr(0, 80));
}

template <typename T, typename U>
bool put(const U* from, T* out) {
  if (from != nullptr) *out = static_cast<T>(*from);
  return from != nullptr;
}

bool read_double(const Value& from, double* out) {
  if (const Decimal* decimal = from.decimal(); decimal != nullptr) {
    *out = decimal->to_double();
    return true;
  }
  return put(from.floating(), out) || put(from.integer(), out) || put(from.unsigned_integer(), out);
}

// Members of a list, or entries of a map.
size_t member_count(const Value& value) {
  if (const List* list = value.list(); list != nullptr) return list->size();
  if (const Map* map = value.map(); map != nullptr) return map->size();
  return 0;
}

}  // namespace

int32_t kith_value_kind(const kith_value* value) {
  return guard_get(int32_t{KITH_KIND_NULL}, [&] {
    return value != nullptr ? static_cast<int32_t>(unwrap(value)->kind()) : KITH_KIND_NULL;
  });
}

int32_t kith_value_get_bool(const kith_value* value, uint8_t* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "bool", [&](const Value& from) { return put(from.boolean(), out); });
  });
}

int32_t kith_value_get_int(const kith_value* value, int64_t* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "int", [&](const Value& from) {
      const uint64_t* other = from.unsigned_integer();
      if (other == nullptr) return put(from.integer(), out);
      return *other <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) &&
             put(other, out);
    });
  });
}

int32_t kith_value_get_uint(const kith_value* value, uint64_t* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "uint", [&](const Value& from) {
      const int64_t* other = from.integer();
      if (other == nullptr) return put(from.unsigned_integer(), out);
      return *other >= 0 && put(other, out);
    });
  });
}

int32_t kith_value_get_double(const kith_value* value, double* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "double", [&](const Value& from) { return read_double(from, out); });
  });
}

int32_t kith_value_get_decimal(const kith_value* value, kith_decimal* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "decimal", [&](const Value& from) {
      if (from.decimal() != nullptr) *out = decimal_out(*from.decimal());
      return from.decimal() != nullptr;
    });
  });
}

int32_t kith_value_get_money(const kith_value* value, kith_money* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "money", [&](const Value& from) {
      if (from.money() != nullptr) *out = money_out(*from.money());
      return from.money() != nullptr;
    });
  });
}

int32_t kith_value_get_date(const kith_value* value, int32_t* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "date", [&](const Value& from) {
      if (from.date() != nullptr) *out = from.date()->days_since_epoch();
      return from.date() != nullptr;
    });
  });
}

int32_t kith_value_get_timestamp(const kith_value* value, kith_time* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "timestamp", [&](const Value& from) {
      if (from.timestamp() != nullptr) *out = time_out(*from.timestamp());
      return from.timestamp() != nullptr;
    });
  });
}

int32_t kith_value_get_duration(const kith_value* value, kith_time* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "duration", [&](const Value& from) {
      if (from.duration() != nullptr) *out = duration_out(*from.duration());
      return from.duration() != nullptr;
    });
  });
}

int32_t kith_value_get_reference(const kith_value* value, uint64_t* out, kith_error** error) {
  return guard(error, [&] {
    return get(value, out, "reference", [&](const Value& from) {
      if (from.reference() != nullptr) *out = from.reference()->bits();
      return from.reference() != nullptr;
    });
  });
}

int32_t kith_value_get_text(const kith_value* value, const char** out, size_t* size,
                            kith_error** error) {
  return guard(error, [&] {
    clear_optional(size);
    return get(value, out, "text", [&](const Value& from) {
      if (from.text() != nullptr) *out = lend(*from.text(), size);
      if (from.type_name() != nullptr) *out = lend(from.type_name()->name, size);
      return *out != nullptr;
    });
  });
}

int32_t kith_value_get_bytes(const kith_value* value, const uint8_t** out, size_t* size,
                             kith_error** error) {
  return guard(error, [&] {
    clear_optional(size);
    return get(value, out, "bytes", [&](const Value& from) {
      if (from.bytes() != nullptr) {
        *out = reinterpret_cast<const uint8_t*>(lend(from.bytes()->data, size));
      }
      return *out != nullptr;
    });
  });
}

int32_t kith_value_get_optional(const kith_value* value, const kith_value** out,
                                kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(
        get(value, out, "optional", [](const Value& from) { return from.optional() != nullptr; }));
    const Optional& from = *unwrap(value)->optional();
    if (!from.has_value()) return Status(Code::kNotFound, "the optional holds nothing");
    *out = wrap(&from.value());
    return {};
  });
}

size_t kith_value_count(const kith_value* value) {
  return guard_get(size_t{0}, [&] { return value != nullptr ? member_count(*unwrap(value)) : 0; });
}

const kith_value* kith_value_at(const kith_value* value, size_t index) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    if (value == nullptr || index >= member_count(*unwrap(value))) return nullptr;
    const Value& from = *unwrap(value);
    return wrap(from.list() != nullptr ? &(*from.list())[index] : &(*from.map())[index].second);
  });
}

const kith_value* kith_value_key(const kith_value* value, size_t index) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const Map* map = value != nullptr ? unwrap(value)->map() : nullptr;
    return map != nullptr && index < map->size() ? wrap(&(*map)[index].first) : nullptr;
  });
}

const kith_value* kith_value_find(const kith_value* value, const char* key, size_t key_size) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const Result<std::string_view> name = text_in(key, key_size, "key");
    return value != nullptr && name.ok() ? wrap(unwrap(value)->find(*name)) : nullptr;
  });
}

int32_t kith_value_to_json(const kith_value* value, const kith_reader* reader, kith_string** out,
                           kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(value, "value"));
    const Reader* ids = nullptr;
    if (reader != nullptr) {
      KITH_ASSIGN(ids, use(reader));
    }
    return give(to_json(*unwrap(value), ids), out);
  });
}
