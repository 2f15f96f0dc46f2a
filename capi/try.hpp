// capi/try.hpp: early return on failure, for a layer that stands on include/ only.
//
//   KITH_TRY(need(session, "session"));           // returns the Status when it is not ok
//   KITH_ASSIGN(auto id, reader->parse_id(text));  // declares id, or returns the Status
#pragma once

#include "kith/result.hpp"

#define KITH_CONCAT_INNER(a, b) a##b
#define KITH_CONCAT(a, b) KITH_CONCAT_INNER(a, b)

#define KITH_TRY(expression)                                                    \
  do {                                                                          \
    if (::kith::Status kith_try_status = (expression); !kith_try_status.ok()) { \
      return kith_try_status;                                                   \
    }                                                                           \
  } while (false)

#define KITH_ASSIGN_IMPL(result, declaration, expression) \
  auto result = (expression);                             \
  if (!result.ok()) return result.status();               \
  declaration = *std::move(result)

#define KITH_ASSIGN(declaration, expression) \
  KITH_ASSIGN_IMPL(KITH_CONCAT(kith_result_, __LINE__), declaration, expression)
