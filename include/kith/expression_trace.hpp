// kith/expression_trace.hpp: why a record matches a condition, or does not.
//
//   auto why = kith::trace_expression(snapshot, id, "stage == 'Won' && amount > 1000.0");
//   for (const kith::ExpressionTrace& part : why->parts) show(part.text, part.value, part.error);
//
// For tools and people, not for the hot path: every part is recorded. Any thread that may use the
// reader; the answer owns its data.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/snapshot.hpp"
#include "kith/value.hpp"

namespace kith {

// What a part of an expression came to in one evaluation.
struct ExpressionTrace {
  std::string text;          // the part of the source, in its house form
  std::string kind;          // as of ExpressionNode
  std::uint32_t offset = 0;  // in bytes of the source
  std::uint64_t times = 0;   // it was evaluated; 0: it was not needed. In a loop: once a round
  Value value;               // the last one
  std::string error;         // the class of a failure: "MISSING", "DATA", ...; else empty
  std::string message;       // of the failure
  std::vector<ExpressionTrace> parts;
};

// On a record as evaluate_on() has it. A failing evaluation is a part of the answer; mistakes in
// the expression are errors, as when it is compiled.
Result<ExpressionTrace> trace_expression(const Reader& reader, RecordId record,
                                         std::string_view expression, const Map& params = {});

}  // namespace kith
