#include "tests/expr/vector_file.hpp"

#include <boost/test/unit_test.hpp>

#include <simdjson.h>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "expr/functions.hpp"
#include "expr/program.hpp"

namespace kith::expr::test {
namespace {

using simdjson::dom::element;

std::string text_of(element object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool flag_of(element object, const char* key) {
  bool flag = false;
  return object[key].get(flag) == simdjson::SUCCESS && flag;
}

Type type_of(const std::string& text) {
  Type type;
  if (!parse_type(text, &type)) std::abort();
  return type;
}

std::string from_base64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<std::uint32_t>(kAlphabet.find(c));
    count += 6;
    if (count >= 8) out.push_back(static_cast<char>(bits >> (count -= 8) & 0xFF));
  }
  return out;
}

double to_double(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  return std::strtod(text.c_str(), nullptr);
}

Value to_value(element json) {
  const simdjson::dom::object object = json;
  const auto entry = *object.begin();
  const std::string key(entry.key);
  const element v = entry.value;
  if (key == "null") return Value();
  if (key == "bool") return Value(bool(v));
  if (key == "list") {
    List list;
    for (element item : simdjson::dom::array(v)) list.push_back(to_value(item));
    return Value(std::move(list));
  }
  if (key == "map") {
    Map map;
    for (element item : simdjson::dom::array(v)) {
      map.emplace_back(to_value(item.at(0)), to_value(item.at(1)));
    }
    return Value(std::move(map));
  }
  const std::string text{std::string_view(v)};
  if (key == "int") return Value(std::int64_t{std::strtoll(text.c_str(), nullptr, 10)});
  if (key == "uint") return Value(std::uint64_t{std::strtoull(text.c_str(), nullptr, 10)});
  if (key == "double") return Value(to_double(text));
  if (key == "string") return Value(text);
  if (key == "bytes_b64") return Value(Bytes{from_base64(text)});
  if (key == "type") return Value(TypeName{text});
  if (key == "timestamp") return Value(*Timestamp::parse(text));
  if (key == "duration") return Value(*Duration::parse(text));
  return Value("unknown kind of value: " + key);
}

void read_environment(element json, Vector* out) {
  simdjson::dom::array env;
  if (json["env"].get(env) != simdjson::SUCCESS) return;
  for (element declaration : env) {
    std::string_view variable;
    if (declaration["var"].get(variable) == simdjson::SUCCESS) {
      out->variables.emplace_back(std::string(variable), type_of(text_of(declaration, "type")));
      continue;
    }
    for (element o : simdjson::dom::array(declaration["overloads"])) {
      VectorOverload overload;
      overload.id = text_of(o, "id");
      overload.member = flag_of(o, "member");
      overload.result = type_of(text_of(o, "result"));
      for (element p : simdjson::dom::array(o["params"])) {
        overload.parameters.push_back(type_of(std::string(std::string_view(p))));
      }
      out->functions.emplace_back(text_of(declaration, "fn"), std::move(overload));
    }
  }
}

Vector to_vector(element json) {
  Vector out;
  out.file = text_of(json, "file");
  out.section = text_of(json, "section");
  out.name = text_of(json, "name");
  out.expression = text_of(json, "expr");
  out.container = text_of(json, "container");
  out.expected_type = text_of(json, "expect_type");
  out.disable_check = flag_of(json, "disable_check");
  out.check_only = flag_of(json, "check_only");
  element value;
  out.expects_error = json["expect_error"].get(value) == simdjson::SUCCESS;
  out.has_value = json["expect"].get(value) == simdjson::SUCCESS;
  if (out.has_value) out.expected = to_value(value);
  read_environment(json, &out);
  simdjson::dom::object bindings;
  if (json["bindings"].get(bindings) == simdjson::SUCCESS) {
    for (const auto& binding : bindings) {
      out.bindings.emplace_back(std::string(binding.key), to_value(binding.value));
    }
  }
  return out;
}

Datum not_callable(const Call& call, const Datum*) {
  return call.frame.data_error("declared without an implementation");
}

}  // namespace

bool read_vectors(const std::string& path, std::vector<Vector>* out) {
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  if (parser.load(path).get(rows) != simdjson::SUCCESS) return false;
  for (element row : rows) out->push_back(to_vector(row));
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
