// Running vectors and comparing what comes out.
#include "expr/conformance.hpp"

#include <bit>
#include <cmath>

#include "base/try.hpp"
#include "expr/functions.hpp"
#include "expr/program.hpp"

namespace kith::expr {
namespace {

Datum not_callable(const Call& call, const Datum*) {
  return call.frame.data_error("declared without an implementation");
}

FunctionRegistry functions_of(const ConformanceVector& vector) {
  FunctionRegistry functions = FunctionRegistry::standard();
  for (const auto& [name, declared] : vector.functions) {
    Overload overload;
    overload.id = declared.id;
    overload.parameters = declared.parameters;
    overload.result = declared.result;
    overload.method = declared.member;
    overload.implementation = &not_callable;
    functions.add(name, std::move(overload));
  }
  return functions;
}

bool same_lists(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same_value(a[i], b[i])) return false;
  }
  return true;
}

bool same_maps(const Map& a, const Map& b) {
  if (a.size() != b.size()) return false;
  for (const auto& entry : a) {
    bool found = false;
    for (const auto& other : b) {
      found |= same_value(entry.first, other.first) && same_value(entry.second, other.second);
    }
    if (!found) return false;
  }
  return true;
}

std::string shown(const Value& value) {
  return std::string(kind_name(value.kind())) + " " + value.to_string();
}

// What a vector asks for, in words.
std::string wanted(const ConformanceVector& vector) {
  if (vector.expects_error) return "an error";
  if (vector.has_value) return shown(vector.expected);
  return vector.expected_type.empty() ? "to compile" : "type " + vector.expected_type;
}

ConformanceOutcome fails(const ConformanceVector& vector, std::string got) {
  return {wanted(vector), std::move(got)};
}

ConformanceOutcome judge(const ConformanceVector& vector, const Result<Value>& value) {
  if (!value.ok()) {
    return vector.expects_error ? ConformanceOutcome() : fails(vector, value.status().to_string());
  }
  if (vector.expects_error) return fails(vector, shown(*value));
  if (vector.has_value && !same_value(*value, vector.expected)) {
    return fails(vector, shown(*value));
  }
  return {};
}

}  // namespace

bool same_value(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (const double* x = a.floating()) {
    const double y = *b.floating();
    if (std::isnan(*x)) return std::isnan(y);
    return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(y);
  }
  if (a.list() != nullptr) return same_lists(*a.list(), *b.list());
  if (a.map() != nullptr) return same_maps(*a.map(), *b.map());
  return a == b;
}

ConformanceOutcome run_vector(const ConformanceVector& vector) {
  const FunctionRegistry functions = functions_of(vector);
  Environment environment;
  environment.set_functions(functions);
  environment.set_container(vector.container);
  // What is bound and not declared may be anything.
  for (const auto& [name, value] : vector.bindings) environment.add_variable(name, Type());
  for (const auto& [name, type] : vector.variables) environment.add_variable(name, type);
  CompileOptions options;
  options.check = !vector.disable_check;
  const Result<Program> program = compile(vector.expression, environment, options);
  if (!program.ok()) return judge(vector, program.status());
  if (!vector.expected_type.empty() && program->type().to_string() != vector.expected_type) {
    return {"type " + vector.expected_type, "type " + program->type().to_string()};
  }
  if (vector.check_only) return {};
  Activation activation;
  for (const auto& [name, value] : vector.bindings) activation.set_variable(name, &value);
  return judge(vector, program->evaluate(activation));
}

Result<ConformanceResult> run_conformance(std::string_view text, std::string_view name) {
  KITH_ASSIGN(const std::vector<ConformanceVector> vectors, read_conformance(text, name));
  ConformanceResult result;
  for (const ConformanceVector& vector : vectors) {
    if (!vector.unsupported.empty()) {
      result.skips.push_back({vector.file, vector.section, vector.name, vector.unsupported});
      continue;
    }
    ConformanceOutcome outcome = run_vector(vector);
    if (outcome.passed()) {
      ++result.passed;
      continue;
    }
    ++result.failed;
    result.failures.push_back({vector.file, vector.section, vector.name, vector.expression,
                               std::move(outcome.expected), std::move(outcome.got)});
  }
  return result;
}

}  // namespace kith::expr
