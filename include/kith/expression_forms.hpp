// kith/expression_forms.hpp: what is said about expressions: classes of failures, costs, trees,
// completions, results of conformance vectors. Plain data; see kith/expression.hpp.
//
//   if (evaluation.error == kith::EvaluationError::kMissing) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kith {

// Why an evaluation has no value. What a place that evaluates does about it depends on the class
// alone: see docs/expressions.md.
enum class EvaluationError : std::uint8_t {
  kNone,
  kMissing,  // an operand was null; a key or a record is absent
  kData,     // division by zero, overflow, an index out of range, bad text, ...
  kLimit,    // cost or memory; no operator absorbs it
  kBug,      // no such function for values whose types were known only when it ran
  kHost,     // the expression was not evaluated: `status` says what failed
};
std::string_view evaluation_error_name(EvaluationError error);  // "MISSING", ...

// What an evaluation may cost, in units of work, before anything is known of the data.
struct CostEstimate {
  std::uint64_t min = 0;             // of an evaluation that gives a value
  std::optional<std::uint64_t> max;  // nothing: no bound can be given
  friend bool operator==(const CostEstimate&, const CostEstimate&) = default;
};

// A part of an expression, for people and editors.
struct ExpressionNode {
  std::string text;          // the part of the source, in its house form
  std::string kind;          // "literal", "field", "call", "and", "loop", ...
  std::string name;          // of a field, variable, function or macro; else empty
  std::string type;          // "bool", "wrapper(decimal)", ...
  CostEstimate cost;         // of this part with all that is below it
  std::uint32_t offset = 0;  // in bytes of the source
  std::vector<ExpressionNode> parts;
};

// What may stand at a place of an unfinished expression.
struct Completion {
  std::string text;    // to be inserted for source[replace_from, offset): "amount", "startsWith("
  std::string kind;    // "field", "function", "method", "macro", "root", "variable", "type",
                       // "option", "unit", "keyword"
  std::string type;    // of the result; may be empty
  std::string detail;  // the label of a field, the signature of a function
  std::uint32_t replace_from = 0;  // in bytes
};

// What came of a file of conformance vectors (docs/expressions.md).
struct ConformanceFailure {
  std::string file, section, name, expression, expected, got;
};
struct ConformanceSkip {
  std::string file, section, name, reason;
};
struct ConformanceResult {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::vector<ConformanceFailure> failures;
  std::vector<ConformanceSkip> skips;  // counted in neither
};

}  // namespace kith
