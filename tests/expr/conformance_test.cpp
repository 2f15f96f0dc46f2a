#include "expr/conformance.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using kith::Value;
using kith::expr::ConformanceResult;
using kith::expr::read_conformance;
using kith::expr::run_conformance;
using kith::expr::same_value;

namespace {

// "2 passed, 1 failed: a/b/c expected int 3, got int 2", or the message of what cannot be read.
std::string summary(std::string_view text) {
  const auto result = run_conformance(text, "dir/v.json");
  if (!result.ok()) return std::string(result.status().message());
  std::string out =
      std::to_string(result->passed) + " passed, " + std::to_string(result->failed) + " failed";
  for (const auto& failure : result->failures) {
    out += "; " + failure.file + "/" + failure.section + "/" + failure.name + " expected " +
           failure.expected + ", got " + failure.got;
  }
  for (const auto& skip : result->skips) out += "; " + skip.name + " " + skip.reason;
  return out;
}

std::string vector(std::string_view rest) {
  return "[{\"name\": \"t\", \"section\": \"s\", " + std::string(rest) + "}]";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_conformance)

BOOST_AUTO_TEST_CASE(values_compare_as_the_suite_does) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(same_value(Value(nan), Value(nan)));
  BOOST_TEST(!same_value(Value(0.0), Value(-0.0)));
  BOOST_TEST(!same_value(Value(1), Value(1.0)));
  BOOST_TEST(!same_value(Value(1), Value(1u)));
  const Value ab(kith::Map{{Value("a"), Value(1)}, {Value("b"), Value(nan)}});
  const Value ba(kith::Map{{Value("b"), Value(nan)}, {Value("a"), Value(1)}});
  BOOST_TEST(same_value(ab, ba));
  BOOST_TEST(!same_value(ab, Value(kith::Map{{Value("a"), Value(1)}})));
  BOOST_TEST(
      !same_value(Value(kith::List{Value(1), Value(2)}), Value(kith::List{Value(2), Value(1)})));
}

BOOST_AUTO_TEST_CASE(three_shapes_of_file) {
  const std::string one = R"j({"name": "t", "expr": "1 + 1", "expect": {"int": "2"}})j";
  BOOST_TEST(summary("[" + one + "," + one + "]") == "2 passed, 0 failed");
  BOOST_TEST(summary("{\"tests\": [" + one + "]}") == "1 passed, 0 failed");
  BOOST_TEST(summary(one) == "1 passed, 0 failed");
  BOOST_TEST(summary(one + "\n\n" + one + "\n") == "2 passed, 0 failed");
  BOOST_TEST(summary("[]") == "0 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(what_is_expected) {
  BOOST_TEST(summary(vector(R"j("expr": "1 + 1", "expect": {"int": "3"})j")) ==
             "0 passed, 1 failed; v/s/t expected int 3, got int 2");
  BOOST_TEST(summary(vector(R"j("expr": "1 / 0", "expect_error": ["any"])j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "1 + 1", "expect_error": ["any"])j")) ==
             "0 passed, 1 failed; v/s/t expected an error, got int 2");
  // A mistake that is found before the evaluation is the error that was wanted, too.
  BOOST_TEST(summary(vector(R"j("expr": "1 + 'a'", "expect_error": ["any"])j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "true")j")) == "1 passed, 0 failed");
  BOOST_TEST(
      summary(vector(R"j("expr": "[1]", "check_only": true, "expect_type": "list(int)")j")) ==
      "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "[1]", "expect_type": "list(uint)")j")) ==
             "0 passed, 1 failed; v/s/t expected type list(uint), got type list(int)");
  BOOST_TEST(summary(vector(R"j("expr": "0.0 / 0.0", "expect": {"double": "nan"})j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "0.0", "expect": {"double": "-0.0"})j"))
                 .starts_with("0 passed, 1 failed"));
  BOOST_TEST(summary(vector(
                 R"j("expr": "{'b': 2, 'a': b''}",
             "expect": {"map": [[{"string": "a"}, {"bytes_b64": ""}],
                     [{"string": "b"}, {"int": "2"}]]})j")) == "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "type(1)", "expect": {"type": "int"})j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "duration('90s')", "expect": {"duration": "90s"})j")) ==
             "1 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(environments) {
  BOOST_TEST(
      summary(vector(
          R"j("expr": "y + 1", "bindings": {"y": {"int": "4"}}, "expect": {"int": "5"})j")) ==
      "1 passed, 0 failed");
  BOOST_TEST(summary(vector(
                 R"j("expr": "y + 1", "container": "x", "env": [{"var": "x.y", "type": "int"}],
                    "bindings": {"x.y": {"int": "4"}}, "expect": {"int": "5"})j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(
                 R"j("expr": "f(1)", "check_only": true, "expect_type": "string",
                    "env": [{"fn": "f", "overloads":
                            [{"id": "f_int", "params": ["int"], "result": "string"}]}])j")) ==
             "1 passed, 0 failed");
  BOOST_TEST(summary(vector(R"j("expr": "'a' && false", "disable_check": true,
                               "expect": {"bool": false})j")) == "1 passed, 0 failed");
}

BOOST_AUTO_TEST_CASE(messages_are_skipped_by_name) {
  BOOST_TEST(summary(vector(R"j("expr": "M{}", "needs_proto": true)j")) ==
             "0 passed, 0 failed; t needs protobuf messages");
  BOOST_TEST(summary(vector(R"j("expr": "x", "expect": {"message": ["M", ""]})j")) ==
             "0 passed, 0 failed; t needs protobuf messages");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_said_with_its_place) {
  const std::pair<std::string, std::string> wrong[] = {
      {"", "dir/v.json:1:1: there are no vectors in this file"},
      {"7", "dir/v.json:1:1: the vectors must be an array"},
      {"[7]", "dir/v.json:1:2: a vector must be an object"},
      {R"j([{"name": "t"}])j", "dir/v.json:1:2: there is no \"expr\" here"},
      {R"j([{"expr": "1"}])j", "dir/v.json:1:2: there is no \"name\" here"},
      {R"j([{"name": "t", "expr": 1}])j", "dir/v.json:1:24: \"expr\" must be a text"},
      {R"j([{"name": "t", "expr": "1", "expct": 1}])j",
       "dir/v.json:1:29: a vector has no member \"expct\"; did you mean \"expect\"?"},
      {R"j([{"name": "t", "expr": "1", "expect": {"int": "x"}}])j",
       "dir/v.json:1:47: \"x\" cannot be read as int"},
      {R"j([{"name": "t", "expr": "1", "expect": {"integer": "1"}}])j",
       "dir/v.json:1:39: there is no kind of value \"integer\""},
      {R"j([{"name": "t", "expr": "1", "expect": {"int": "1", "uint": "1"}}])j",
       "dir/v.json:1:39: a value is an object with one member, such as {\"int\": \"1\"}"},
      {R"j([{"name": "t", "expr": "1", "expect": {"int": "1"}, "expect_error": ["e"]}])j",
       "dir/v.json:1:39: a vector expects a value or an error, not both"},
      {R"j([{"name": "t", "expr": "1", "env": [{"var": "x", "type": "list("}]}])j",
       "dir/v.json:1:58: this must be a type, such as \"int\" or \"list(string)\""},
      {R"j([{"name": "t", "expr": "1", "env": [{"var": "x"}]}])j",
       "dir/v.json:1:37: there is no \"type\" here"},
      {"{\"name\": \"t\", \"expr\": \"true\"}\n{\"name\": \"u\"}\n",
       "dir/v.json:2:1: there is no \"expr\" here"},
  };
  for (const auto& [text, message] : wrong) BOOST_TEST(summary(text) == message);
  BOOST_TEST(summary("[{\"name\": \n x").starts_with("dir/v.json:2:2: "));
  BOOST_TEST(
      summary("{\"name\": \"t\", \"expr\": \"true\"}\n{]\n").starts_with("dir/v.json:2:2: "));
}

BOOST_AUTO_TEST_SUITE_END()
