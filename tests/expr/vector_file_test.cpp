#include "tests/expr/vector_file.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "expr/functions.hpp"
#include "expr/program.hpp"

namespace kith::expr::test {
namespace {

using json::Node;

std::string text_of(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node == nullptr ? std::string() : node->text();
}

bool flag_of(const Node& object, std::string_view key) {
  const Node* node = object.find(key);
  return node != nullptr && node->boolean();
}

Type type_of(const std::string& text) {
  Type type;
  if (!parse_type(text, &type)) std::abort();
  return type;
}

double to_double(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::strtod(text.c_str(), nullptr);
}

Value to_value(const Node& json) {
  const std::string& key = json.members().at(0).name;
  const Node& v = json.members().at(0).value;
  if (key == "null") return Value();
  if (key == "bool") return Value(v.boolean());
  if (key == "list") {
    List list;
    for (const Node& item : v.elements()) list.push_back(to_value(item));
    return Value(std::move(list));
  }
  if (key == "map") {
    Map map;
    for (const Node& item : v.elements()) {
      map.emplace_back(to_value(item.elements().at(0)), to_value(item.elements().at(1)));
    }
    return Value(std::move(map));
  }
  const std::string& text = v.text();
  if (key == "int") return Value(std::int64_t{std::strtoll(text.c_str(), nullptr, 10)});
  if (key == "uint") return Value(std::uint64_t{std::strtoull(text.c_str(), nullptr, 10)});
  if (key == "double") return Value(to_double(text));
  if (key == "string") return Value(text);
  if (key == "bytes_b64") return Value(Bytes{*base::base64_decode(text)});
  if (key == "type") return Value(TypeName{text});
  if (key == "timestamp") return Value(*Timestamp::parse(text));
  if (key == "duration") return Value(*Duration::parse(text));
  return Value("unknown kind of value: " + key);
}

void read_environment(const Node& json, Vector* out) {
  const Node* env = json.find("env");
  if (env == nullptr) return;
  for (const Node& declaration : env->elements()) {
    if (const Node* variable = declaration.find("var")) {
      out->variables.emplace_back(variable->text(), type_of(text_of(declaration, "type")));
      continue;
    }
    for (const Node& o : declaration.find("overloads")->elements()) {
      VectorOverload overload;
      overload.id = text_of(o, "id");
      overload.member = flag_of(o, "member");
      overload.result = type_of(text_of(o, "result"));
      for (const Node& p : o.find("params")->elements()) {
        overload.parameters.push_back(type_of(p.text()));
      }
      out->functions.emplace_back(text_of(declaration, "fn"), std::move(overload));
    }
  }
}

Vector to_vector(const Node& json) {
  Vector out;
  out.file = text_of(json, "file");
  out.section = text_of(json, "section");
  out.name = text_of(json, "name");
  out.expression = text_of(json, "expr");
  out.container = text_of(json, "container");
  out.expected_type = text_of(json, "expect_type");
  out.disable_check = flag_of(json, "disable_check");
  out.check_only = flag_of(json, "check_only");
  out.expects_error = json.find("expect_error") != nullptr;
  const Node* value = json.find("expect");
  out.has_value = value != nullptr;
  if (value != nullptr) out.expected = to_value(*value);
  read_environment(json, &out);
  if (const Node* bindings = json.find("bindings")) {
    for (const json::Member& binding : bindings->members()) {
      out.bindings.emplace_back(binding.name, to_value(binding.value));
    }
  }
  return out;
}

Datum not_callable(const Call& call, const Datum*) {
  return call.frame.data_error("declared without an implementation");
}

}  // namespace

bool read_vectors(const std::string& path, std::vector<Vector>* out) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  json::ParseOptions options;
  options.max_depth = 1000;
  const Result<Node> rows = json::parse(text, options);
  if (!file || !rows.ok()) return false;
  for (const Node& row : rows->elements()) out->push_back(to_vector(row));
  return true;
}

bool same(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (const double* x = a.floating()) {
    const double y = *b.floating();
    if (std::isnan(*x)) return std::isnan(y);
    return std::bit_cast<std::uint64_t>(*x) == std::bit_cast<std::uint64_t>(y);
  }
  if (const List* x = a.list()) {
    const List& y = *b.list();
    if (x->size() != y.size()) return false;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (!same((*x)[i], y[i])) return false;
    }
    return true;
  }
  if (const Map* x = a.map()) {
    const Map& y = *b.map();
    if (x->size() != y.size()) return false;
    for (const auto& entry : *x) {
      bool found = false;
      for (const auto& other : y) {
        found |= same(entry.first, other.first) && same(entry.second, other.second);
      }
      if (!found) return false;
    }
    return true;
  }
  return a == b;
}

std::string run_vector(const Vector& vector) {
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
  Environment environment;
  environment.set_functions(functions);
  environment.set_container(vector.container);
  for (const auto& [name, type] : vector.variables) environment.add_variable(name, type);
  CompileOptions options;
  options.check = !vector.disable_check;
  const Result<Program> program = compile(vector.expression, environment, options);
  if (!program.ok()) {
    return vector.expects_error ? std::string() : program.status().to_string();
  }
  if (!vector.expected_type.empty() && program->type().to_string() != vector.expected_type) {
    return "type " + program->type().to_string() + ", expected " + vector.expected_type;
  }
  if (vector.check_only) return {};
  Activation activation;
  for (const auto& [name, value] : vector.bindings) activation.set_variable(name, &value);
  const Result<Value> value = program->evaluate(activation);
  if (!value.ok()) return vector.expects_error ? std::string() : value.status().to_string();
  if (vector.expects_error) return "got " + value->to_string() + ", expected an error";
  if (vector.has_value && !same(*value, vector.expected)) {
    return "got " + value->to_string() + ", expected " + vector.expected.to_string();
  }
  return {};
}

}  // namespace kith::expr::test

BOOST_AUTO_TEST_SUITE(expr_vector_file)

BOOST_AUTO_TEST_CASE(values_compare_as_the_suite_does) {
  using kith::Value;
  using kith::expr::test::same;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(same(Value(nan), Value(nan)));
  BOOST_TEST(!same(Value(0.0), Value(-0.0)));
  BOOST_TEST(!same(Value(1), Value(1.0)));
  const Value ab(kith::Map{{Value("a"), Value(1)}, {Value("b"), Value(2)}});
  const Value ba(kith::Map{{Value("b"), Value(2)}, {Value("a"), Value(1)}});
  BOOST_TEST(same(ab, ba));
}

BOOST_AUTO_TEST_CASE(a_wrong_result_is_reported) {
  kith::expr::test::Vector vector;
  vector.expression = "1 + 1";
  vector.has_value = true;
  vector.expected = kith::Value(3);
  BOOST_TEST(!kith::expr::test::run_vector(vector).empty());
  vector.expected = kith::Value(2);
  BOOST_TEST(kith::expr::test::run_vector(vector).empty());
  vector.expects_error = true;
  vector.has_value = false;
  BOOST_TEST(!kith::expr::test::run_vector(vector).empty());
}

BOOST_AUTO_TEST_SUITE_END()
