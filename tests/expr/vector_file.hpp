// tests/expr/vector_file.hpp: conformance vectors, one JSON object a line; see the reference,
// section 2, for the format.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "expr/types.hpp"
#include "kith/value.hpp"

namespace kith::expr::test {

struct VectorOverload {
  std::string id;
  std::vector<Type> parameters;
  Type result;
  bool member = false;
};

struct Vector {
  std::string file, section, name, expression, container, expected_type;
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

// False when the file cannot be read as vectors.
bool read_vectors(const std::string& path, std::vector<Vector>* out);

// As the suite compares: maps without order, NaN equal to NaN, -0.0 apart from 0.0.
bool same(const Value& a, const Value& b);

// Empty when the vector passes, else what came out.
std::string run_vector(const Vector& vector);

}  // namespace kith::expr::test
