#include "plain_values.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

const Change* change_at(const kith_history* history, size_t index) {
  if (history == nullptr || index >= history->changes.size()) return nullptr;
  return &history->changes[index];
}

const Change::FieldChange* field_at(const kith_history* history, size_t index, size_t field) {
  const Change* change = change_at(history, index);
  if (change == nullptr || field >= change->fields.size()) return nullptr;
  return &change->fields[field];
}

Status give_time(const kith_history* history, size_t index, Timestamp Change::*member,
                 kith_time* out) {
  KITH_TRY(clear(out, "out"));
  KITH_TRY(need(history, "history"));
  const Change* change = change_at(history, index);
  if (change == nullptr) {
    return Status(Code::kInvalidArgument, "`index` is " + std::to_string(index) + " of " +
                                              std::to_string(history->changes.size()) + " changes");
  }
  *out = time_out(change->*member);
  return {};
}

}  // namespace

void kith_history_free(kith_history* history) {
  guard_free([&] { delete history; });
}

size_t kith_history_count(const kith_history* history) {
  return guard_get(size_t{0},
                   [&]() -> size_t { return history != nullptr ? history->changes.size() : 0; });
}

uint64_t kith_history_sequence(const kith_history* history, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const Change* found = change_at(history, index);
    return found != nullptr ? found->sequence : 0;
  });
}

uint64_t kith_history_record(const kith_history* history, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const Change* found = change_at(history, index);
    return found != nullptr ? found->record.bits() : 0;
  });
}

int32_t kith_history_kind(const kith_history* history, size_t index) {
  return guard_get(int32_t{0}, [&]() -> int32_t {
    const Change* found = change_at(history, index);
    return found != nullptr ? static_cast<int32_t>(found->kind) : 0;
  });
}

uint64_t kith_history_actor(const kith_history* history, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const Change* found = change_at(history, index);
    return found != nullptr ? found->actor.bits() : 0;
  });
}

int32_t kith_history_at(const kith_history* history, size_t index, kith_time* out,
                        kith_error** error) {
  return guard(error, [&] { return give_time(history, index, &Change::at, out); });
}

int32_t kith_history_effective_at(const kith_history* history, size_t index, kith_time* out,
                                  kith_error** error) {
  return guard(error, [&] { return give_time(history, index, &Change::effective_at, out); });
}

const char* kith_history_cause(const kith_history* history, size_t index, size_t* size) {
  return guard_get("", [&]() -> const char* {
    const Change* found = change_at(history, index);
    return found != nullptr ? lend(found->cause, size) : lend_nothing(size);
  });
}

uint8_t kith_history_overridden(const kith_history* history, size_t index) {
  return guard_get(uint8_t{0}, [&]() -> uint8_t {
    const Change* found = change_at(history, index);
    return found != nullptr && found->overridden ? 1 : 0;
  });
}

size_t kith_history_field_count(const kith_history* history, size_t index) {
  return guard_get(size_t{0}, [&]() -> size_t {
    const Change* found = change_at(history, index);
    return found != nullptr ? found->fields.size() : 0;
  });
}

const char* kith_history_field(const kith_history* history, size_t index, size_t field,
                               size_t* size) {
  return guard_get("", [&]() -> const char* {
    const auto* found = field_at(history, index, field);
    return found != nullptr ? lend(found->field, size) : lend_nothing(size);
  });
}

const kith_value* kith_history_before(const kith_history* history, size_t index, size_t field) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const auto* found = field_at(history, index, field);
    return found != nullptr ? wrap(&found->before) : nullptr;
  });
}

const kith_value* kith_history_after(const kith_history* history, size_t index, size_t field) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    const auto* found = field_at(history, index, field);
    return found != nullptr ? wrap(&found->after) : nullptr;
  });
}

int32_t kith_history_to_json(const kith_history* history, const kith_reader* reader,
                             kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(history, "history"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(history->changes, *ids), out);
  });
}

const char* kith_change_kind_name(int32_t kind) {
  return guard_get("", [&]() -> const char* {
    if (kind < KITH_CHANGE_CREATE || kind > KITH_CHANGE_PURGE) return "";
    return change_kind_name(static_cast<ChangeKind>(kind)).data();
  });
}
