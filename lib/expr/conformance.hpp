// expr/conformance.hpp: conformance vectors of the Common Expression Language, read and run.
//
//   KITH_ASSIGN(ConformanceResult result, run_conformance(text, "logic.json"));
//   result.failed == 0;
//
// A file is a JSON array of vectors, an object whose member `tests` is that array, or one vector a
// line; docs/expressions.md describes a vector. What cannot be read is kInvalidArgument with the
// file's name, line and column: a vector is never skipped in silence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/types.hpp"
#include "kith/expression_forms.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::expr {

using kith::ConformanceFailure;
using kith::ConformanceResult;
using kith::ConformanceSkip;

struct VectorOverload {
  std::string id;
  std::vector<Type> parameters;
  Type result;
  bool member = false;
};

struct ConformanceVector {
  std::string file, section, name, expression, container, expected_type;
  std::string unsupported;  // why it is skipped; else empty
  bool disable_check = false;
  bool check_only = false;
  bool expects_error = false;
  bool has_value = false;
  Value expected;
  std::vector<std::pair<std::string, Type>> variables;
  std::vector<std::pair<std::string, VectorOverload>> functions;
  std::vector<std::pair<std::string, Value>> bindings;

  std::string id() const { return file + "/" + section + "/" + name; }
};

// `name` is that of the file: for messages, and for vectors that do not name theirs.
Result<std::vector<ConformanceVector>> read_conformance(std::string_view text,
                                                        std::string_view name);

// What was wanted and what came out; both empty when the vector passes.
struct ConformanceOutcome {
  std::string expected;
  std::string got;
  bool passed() const { return got.empty(); }
};
ConformanceOutcome run_vector(const ConformanceVector& vector);

Result<ConformanceResult> run_conformance(std::string_view text, std::string_view name);

// As the suite compares: maps without order, NaN equal to NaN, -0.0 apart from 0.0.
bool same_value(const Value& a, const Value& b);

}  // namespace kith::expr
