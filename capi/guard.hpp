// capi/guard.hpp: the one place where an exception ends. The first statement of every function of
// kith.h is a call of guard, guard_get or guard_free.
//
//   int32_t kith_reader_get(..., kith_record** out, kith_error** error) {
//     return guard(error, [&]() -> Status {
//       KITH_TRY(clear(out, "out"));
//       ...
//     });
//   }
//
// Threads: any. Errors: an exception becomes KITH_OUT_OF_MEMORY or KITH_INTERNAL with its words.
#pragma once

#include <cstdint>
#include <utility>

#include "kith/status.hpp"

struct kith_error;

namespace kith::capi {

// Makes the error object of a failed Status, if it is asked for, and the number to return.
std::int32_t finish(kith_error** error, const Status& status) noexcept;
// The same for the exception that is being handled.
std::int32_t finish_exception(kith_error** error) noexcept;

template <typename Body, typename OnException>
auto guarded(Body&& body, OnException&& on_exception) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (...) {
    return on_exception();
  }
}

// A function that can fail: `body` gives its Status.
template <typename Body>
std::int32_t guard(kith_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  return guarded([&] { return finish(error, body()); }, [&] { return finish_exception(error); });
}

// One that cannot: `body` gives its answer, which is `fallback` if it ever should.
template <typename T, typename Body>
T guard_get(T fallback, Body&& body) noexcept {
  return guarded([&]() -> T { return body(); }, [&]() -> T { return fallback; });
}

template <typename Body>
void guard_free(Body&& body) noexcept {
  guarded([&] { body(); }, [] {});
}

}  // namespace kith::capi
