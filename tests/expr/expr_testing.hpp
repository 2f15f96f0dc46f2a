// tests/expr/expr_testing.hpp: short ways to compile and evaluate in tests.
#pragma once

#include <string>
#include <string_view>

#include "expr/program.hpp"

namespace kith::expr::test {

// The value as text, or "CLASS" of the failure, or "syntax" / "type" / "limit" when it does not
// compile.
inline std::string outcome(std::string_view source, const Environment& environment,
                           const Activation& activation, const CompileOptions& options = {}) {
  const Result<Program> program = compile(source, environment, options);
  if (!program.ok()) {
    if (program.status().code() == kith::Code::kExpressionSyntax) return "syntax";
    return program.status().code() == kith::Code::kLimit ? "limit" : "type";
  }
  Value value;
  Failure failure;
  if (program->evaluate(activation, &value, &failure)) return value.to_string();
  return std::string(evaluation_error_name(failure.error));
}

inline std::string outcome(std::string_view source) {
  return outcome(source, Environment(), Activation());
}

inline std::string unchecked(std::string_view source) {
  CompileOptions options;
  options.check = false;
  return outcome(source, Environment(), Activation(), options);
}

}  // namespace kith::expr::test
