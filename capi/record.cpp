#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Status give_time(const kith_record* record, Timestamp Record::*member, kith_time* out) {
  KITH_TRY(clear(out, "out"));
  KITH_TRY(need(record, "record"));
  *out = time_out(record->record.*member);
  return {};
}

const FieldValue* field_at(const kith_record* record, size_t index) {
  if (record == nullptr || index >= record->record.fields.size()) return nullptr;
  return &record->record.fields[index];
}

}  // namespace

void kith_record_free(kith_record* record) {
  guard_free([&] { delete record; });
}

uint64_t kith_record_id(const kith_record* record) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return record != nullptr ? record->record.id.bits() : 0; });
}

const char* kith_record_entity(const kith_record* record, size_t* size) {
  return guard_get("", [&]() -> const char* {
    return record != nullptr ? lend(record->record.entity, size) : lend_nothing(size);
  });
}

uint64_t kith_record_version(const kith_record* record) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return record != nullptr ? record->record.version : 0; });
}

uint64_t kith_record_owner(const kith_record* record) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    return record != nullptr ? record->record.owner.bits() : 0;
  });
}

uint8_t kith_record_deleted(const kith_record* record) {
  return guard_get(
      uint8_t{0}, [&]() -> uint8_t { return record != nullptr && record->record.deleted ? 1 : 0; });
}

int32_t kith_record_created(const kith_record* record, kith_time* out, kith_error** error) {
  return guard(error, [&] { return give_time(record, &Record::created, out); });
}

int32_t kith_record_updated(const kith_record* record, kith_time* out, kith_error** error) {
  return guard(error, [&] { return give_time(record, &Record::updated, out); });
}

size_t kith_record_count(const kith_record* record) {
  return guard_get(
      size_t{0}, [&]() -> size_t { return record != nullptr ? record->record.fields.size() : 0; });
}

const char* kith_record_field(const kith_record* record, size_t index, size_t* size) {
  return guard_get("", [&]() -> const char* {
    const FieldValue* found = field_at(record, index);
    return found != nullptr ? lend(found->first, size) : lend_nothing(size);
  });
}

const kith_value* kith_record_value(const kith_record* record, size_t index) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const FieldValue* found = field_at(record, index);
    return found != nullptr ? wrap(&found->second) : nullptr;
  });
}

const kith_value* kith_record_find(const kith_record* record, const char* field,
                                   size_t field_size) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const Result<std::string_view> name = text_in(field, field_size, "field");
    if (record == nullptr || !name.ok()) return nullptr;
    for (const FieldValue& item : record->record.fields) {
      if (item.first == *name) return wrap(&item.second);
    }
    return nullptr;
  });
}

const char* kith_record_formula_error(const kith_record* record, const char* field,
                                      size_t field_size, size_t* size) {
  return guard_get("", [&]() -> const char* {
    const Result<std::string_view> name = text_in(field, field_size, "field");
    if (record == nullptr || !name.ok()) return lend_nothing(size);
    for (const FormulaError& error : record->record.formula_errors) {
      if (error.field == *name) return lend(error.message, size);
    }
    return lend_nothing(size);
  });
}

int32_t kith_record_to_json(const kith_record* record, const kith_reader* reader, kith_string** out,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(record, "record"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(record->record, *ids), out);
  });
}
