#include <exception>
#include <new>

#include "handles.hpp"

namespace kith::capi {

namespace {

// Made before anything runs short, lent to everybody, never freed.
kith_error out_of_memory{KITH_OUT_OF_MEMORY, "out of memory", {}, {}, "out of memory", {}};

std::int32_t finish_out_of_memory(kith_error** error) noexcept {
  if (error != nullptr) *error = &out_of_memory;
  return KITH_OUT_OF_MEMORY;
}

kith_error* make_error(const Status& status) {
  return new kith_error{static_cast<std::int32_t>(status.code()),
                        std::string(status.message()),
                        std::string(status.entity()),
                        std::string(status.field()),
                        status.to_string(),
                        status.violations()};
}

const char* code_text(std::int32_t code) {
  if (code == KITH_CALLBACK_ERROR) return "CALLBACK_ERROR";
  const std::string_view name = code_name(static_cast<Code>(code));
  // The library calls every number it does not know a defect of its own.
  if (name == code_name(Code::kInternal) && code != KITH_INTERNAL) return "UNKNOWN";
  return name.data();
}

}  // namespace

std::int32_t finish(kith_error** error, const Status& status) noexcept {
  const auto code = static_cast<std::int32_t>(status.code());
  if (code >= 0 || error == nullptr) return code;
  if (status.code() == Code::kOutOfMemory) return finish_out_of_memory(error);
  try {
    *error = make_error(status);
    return code;
  } catch (...) {
    return finish_out_of_memory(error);
  }
}

std::int32_t finish_exception(kith_error** error) noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return finish_out_of_memory(error);
  } catch (const std::exception& exception) {
    return guarded(
        [&] {
          return finish(error, Status(Code::kInternal, std::string("a defect in kith, or in a "
                                                                   "callback: ") +
                                                           exception.what()));
        },
        [&] { return finish_out_of_memory(error); });
  } catch (...) {
    return guarded(
        [&] {
          return finish(error, Status(Code::kInternal,
                                      "a callback threw something that is no "
                                      "std::exception"));
        },
        [&] { return finish_out_of_memory(error); });
  }
}

namespace {

const Violation* violation(const kith_error* error, std::size_t index) {
  if (error == nullptr || index >= error->violations.size()) return nullptr;
  return &error->violations[index];
}

const char* lend_of(const Violation* violation, std::string Violation::*member, std::size_t* size) {
  return violation != nullptr ? lend(violation->*member, size) : lend_nothing(size);
}

const char* lend_of(const kith_error* error, std::string kith_error::*member, std::size_t* size) {
  return error != nullptr ? lend(error->*member, size) : lend_nothing(size);
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

const char* kith_code_name(int32_t code) {
  return guard_get("UNKNOWN", [&] { return code_text(code); });
}

void kith_error_free(kith_error* error) {
  guard_free([&] {
    if (error != &out_of_memory) delete error;
  });
}

int32_t kith_error_code(const kith_error* error) {
  return guard_get(int32_t{KITH_OK},
                   [&] { return error != nullptr ? error->code : int32_t{KITH_OK}; });
}

const char* kith_error_code_name(const kith_error* error) {
  return guard_get("OK", [&] { return error != nullptr ? code_text(error->code) : "OK"; });
}

const char* kith_error_message(const kith_error* error, size_t* size) {
  return guard_get("", [&] { return lend_of(error, &kith_error::message, size); });
}

const char* kith_error_entity(const kith_error* error, size_t* size) {
  return guard_get("", [&] { return lend_of(error, &kith_error::entity, size); });
}

const char* kith_error_field(const kith_error* error, size_t* size) {
  return guard_get("", [&] { return lend_of(error, &kith_error::field, size); });
}

const char* kith_error_text(const kith_error* error, size_t* size) {
  return guard_get("", [&] { return lend_of(error, &kith_error::text, size); });
}

size_t kith_error_violation_count(const kith_error* error) {
  return guard_get(size_t{0}, [&] { return error != nullptr ? error->violations.size() : 0; });
}

const char* kith_error_violation_code(const kith_error* error, size_t index, size_t* size) {
  return guard_get("", [&] { return lend_of(violation(error, index), &Violation::code, size); });
}

const char* kith_error_violation_entity(const kith_error* error, size_t index, size_t* size) {
  return guard_get("", [&] { return lend_of(violation(error, index), &Violation::entity, size); });
}

const char* kith_error_violation_field(const kith_error* error, size_t index, size_t* size) {
  return guard_get("", [&] { return lend_of(violation(error, index), &Violation::field, size); });
}

const char* kith_error_violation_message(const kith_error* error, size_t index, size_t* size) {
  return guard_get("", [&] { return lend_of(violation(error, index), &Violation::message, size); });
}

uint32_t kith_error_violation_line(const kith_error* error, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    const Violation* found = violation(error, index);
    return found != nullptr ? found->line : 0;
  });
}

uint32_t kith_error_violation_column(const kith_error* error, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    const Violation* found = violation(error, index);
    return found != nullptr ? found->column : 0;
  });
}
