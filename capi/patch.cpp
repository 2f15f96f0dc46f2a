#include <algorithm>

#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

// Puts what was read from the caller at a field's place in the patch.
template <typename T>
Status set(kith_patch* patch, const char* field, size_t field_size, Result<T> from) {
  KITH_TRY(need(patch, "patch"));
  KITH_ASSIGN(const std::string_view name, text_in(field, field_size, "field"));
  if (name.empty()) return Status(Code::kInvalidArgument, "`field` is empty");
  if (!from.ok()) return from.status();
  Value value(*std::move(from));
  Patch& fields = patch->fields;
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const FieldValue& item) { return item.first == name; });
  if (found != fields.end()) {
    found->second = std::move(value);
  } else {
    fields.emplace_back(name, std::move(value));
  }
  return {};
}

Result<Value> value_in(const kith_value* v) {
  KITH_TRY(need(v, "v"));
  return *unwrap(v);
}

}  // namespace

int32_t kith_patch_new(kith_patch** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    *out = new kith_patch;
    return {};
  });
}

int32_t kith_patch_from_json(const char* json, size_t json_size, kith_patch** out,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view text, text_in(json, json_size, "json"));
    KITH_ASSIGN(Patch fields, patch_from_json(text));
    *out = new kith_patch{std::move(fields)};
    return {};
  });
}

void kith_patch_free(kith_patch* patch) {
  guard_free([&] { delete patch; });
}

int32_t kith_patch_clear(kith_patch* patch, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(need(patch, "patch"));
    patch->fields.clear();
    return {};
  });
}

size_t kith_patch_count(const kith_patch* patch) {
  return guard_get(size_t{0}, [&] { return patch != nullptr ? patch->fields.size() : 0; });
}

int32_t kith_patch_set_null(kith_patch* patch, const char* field, size_t field_size,
                            kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, Result<Value>(Value())); });
}

int32_t kith_patch_set_bool(kith_patch* patch, const char* field, size_t field_size, uint8_t v,
                            kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, bool_in(v)); });
}

int32_t kith_patch_set_int(kith_patch* patch, const char* field, size_t field_size, int64_t v,
                           kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, Result<int64_t>(v)); });
}

int32_t kith_patch_set_double(kith_patch* patch, const char* field, size_t field_size, double v,
                              kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, Result<double>(v)); });
}

int32_t kith_patch_set_decimal(kith_patch* patch, const char* field, size_t field_size,
                               const kith_decimal* v, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, decimal_in(v, "v")); });
}

int32_t kith_patch_set_money(kith_patch* patch, const char* field, size_t field_size,
                             const kith_money* v, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, money_in(v, "v")); });
}

int32_t kith_patch_set_text(kith_patch* patch, const char* field, size_t field_size, const char* v,
                            size_t size, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, text_in(v, size, "v")); });
}

int32_t kith_patch_set_bytes(kith_patch* patch, const char* field, size_t field_size,
                             const uint8_t* v, size_t size, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, bytes_in(v, size)); });
}

int32_t kith_patch_set_date(kith_patch* patch, const char* field, size_t field_size, int32_t days,
                            kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, date_in(days)); });
}

int32_t kith_patch_set_timestamp(kith_patch* patch, const char* field, size_t field_size,
                                 const kith_time* v, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, time_in(v, "v")); });
}

int32_t kith_patch_set_duration(kith_patch* patch, const char* field, size_t field_size,
                                const kith_time* v, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, duration_in(v, "v")); });
}

int32_t kith_patch_set_reference(kith_patch* patch, const char* field, size_t field_size,
                                 uint64_t id, kith_error** error) {
  return guard(error,
               [&] { return set(patch, field, field_size, Result<RecordId>(RecordId(id))); });
}

int32_t kith_patch_set_value(kith_patch* patch, const char* field, size_t field_size,
                             const kith_value* v, kith_error** error) {
  return guard(error, [&] { return set(patch, field, field_size, value_in(v)); });
}
