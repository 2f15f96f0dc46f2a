#include "base/json.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace json = kith::json;

namespace {

json::Node parsed(std::string_view text) {
  kith::Result<json::Node> result = json::parse(text);
  BOOST_REQUIRE_MESSAGE(result.ok(), text << ": " << result.status().to_string());
  return *std::move(result);
}

std::string place(const json::Position& at) {
  return std::to_string(at.line) + ":" + std::to_string(at.column);
}

// "line:column message" of the refusal.
std::string error(std::string_view text, const json::ParseOptions& options = {}) {
  const kith::Result<json::Node> result = json::parse(text, options);
  if (result.ok()) return "accepted";
  if (result.status().violations().size() != 1) return result.status().to_string();
  const kith::Violation& v = result.status().violations().front();
  return place({v.line, v.column}) + " " + v.message;
}

std::string rewritten(std::string_view text, json::Style style = json::Style::kCompact) {
  return json::Writer(style).node(parsed(text)).take();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_json)

BOOST_AUTO_TEST_CASE(every_node_and_name_knows_its_place) {
  const json::Node root = parsed(
      "{\n"
      "  \"name\": \"J\xC3\xBCrgen\", \"age\" : 42,\r\n"
      "\t\"list\":[true , null,\n -1.5e3, {\"a\\\"\\\\\":{}} , \"\" ]\n"
      "}\n");
  BOOST_TEST(place(root.position()) == "1:1");
  BOOST_REQUIRE(root.members().size() == 3U);
  BOOST_TEST(root.members()[0].name == "name");
  BOOST_TEST(place(root.members()[0].position) == "2:3");
  BOOST_TEST(place(root.find("name")->position()) == "2:11");
  BOOST_TEST(root.find("name")->text() == "J\xC3\xBCrgen");
  // Columns count code points: the two bytes of the umlaut are one.
  BOOST_TEST(place(root.find_member("age")->position) == "2:21");
  BOOST_TEST(place(root.find("age")->position()) == "2:29");
  const json::Node& list = *root.find("list");
  BOOST_TEST(place(list.position()) == "3:9");
  BOOST_REQUIRE(list.elements().size() == 5U);
  BOOST_TEST(place(list.elements()[0].position()) == "3:10");
  BOOST_TEST(list.elements()[0].boolean());
  BOOST_TEST(place(list.elements()[1].position()) == "3:17");
  BOOST_TEST(place(list.elements()[2].position()) == "4:2");
  BOOST_TEST(list.elements()[2].lexeme() == "-1.5e3");
  BOOST_TEST(place(list.elements()[3].position()) == "4:10");
  BOOST_TEST(list.elements()[3].members()[0].name == "a\"\\");
  BOOST_TEST(place(list.elements()[3].members()[0].position) == "4:11");
  BOOST_TEST(place(list.elements()[3].members()[0].value.position()) == "4:19");
  BOOST_TEST(place(list.elements()[4].position()) == "4:25");
  BOOST_TEST((root.find("nothing") == nullptr));
  BOOST_TEST((list.find("name") == nullptr));
}

BOOST_AUTO_TEST_CASE(scalars_may_be_the_whole_document) {
  BOOST_TEST(parsed(" null ").is_null());
  BOOST_TEST(parsed("\xEF\xBB\xBF"
                    "7")
                 .lexeme() == "7");
  BOOST_TEST(parsed("\"\\u20ac\\ud83d\\ude00\\n\\/\\u0000x\"").text() ==
             std::string("\xE2\x82\xAC\xF0\x9F\x98\x80\n/\0x", 11));
  BOOST_TEST(parsed("false").is_bool());
  BOOST_TEST(parsed("[]").elements().empty());
}

BOOST_AUTO_TEST_CASE(numbers_keep_their_characters) {
  for (const char* lexeme :
       {"0", "-0", "12.50", "1E+2", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827", "1e-400", "-9223372036854775808"}) {
    BOOST_TEST(parsed(lexeme).lexeme() == lexeme);
    BOOST_TEST(parsed(std::string("[1,") + lexeme + "]").elements()[1].lexeme() == lexeme);
  }
  BOOST_TEST(*parsed("-9223372036854775808").as_int() == std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(*parsed("1e3").as_int() == 1000);
  BOOST_TEST(*parsed("5.0").as_int() == 5);
  BOOST_TEST(!parsed("9223372036854775808").as_int().ok());
  BOOST_TEST(!parsed("1.5").as_int().ok());
  BOOST_TEST(!parsed("1e300").as_int().ok());
  BOOST_TEST(!parsed("\"1\"").as_int().ok());
  BOOST_TEST(parsed("12.50").as_decimal()->to_string() == "12.50");
  BOOST_TEST(!parsed("1e300").as_decimal().ok());
  BOOST_TEST(*parsed("0.1").as_double() == 0.1);
  BOOST_TEST(*parsed("1e-400").as_double() == 0.0);
  BOOST_TEST(!parsed("1.8e308").as_double().ok());
  BOOST_TEST(!parsed("null").as_double().ok());
  BOOST_TEST(parsed("true").as_decimal().status().message() == "expected a number, found a bool");
}

BOOST_AUTO_TEST_CASE(errors_say_where_and_what_was_expected) {
  BOOST_TEST(error("") == "1:1 expected a value, but the text is empty");
  BOOST_TEST(error(" \n ") == "2:2 expected a value, but the text is empty");
  BOOST_TEST(error("{} x") == "1:4 expected the end of the text after its one value, found \"x\"");
  BOOST_TEST(error("{\"a\":1,}") == "1:8 expected a member name in double quotes, found \"}\"");
  BOOST_TEST(error("{a:1}") == "1:2 expected a member name in double quotes, found \"a\"");
  BOOST_TEST(error("{\"a\" 1}") == "1:6 expected ':' after the name, found \"1\"");
  BOOST_TEST(error("{\n \"a\": 1\n \"b\": 2}") == "3:2 expected ',' or '}', found \"\\\"\"");
  BOOST_TEST(error("[1 2]") == "1:4 expected ',' or ']', found \"2\"");
  BOOST_TEST(error("[1,]") == "1:4 expected a value, found \"]\"");
  BOOST_TEST(error("[1") == "1:3 expected ',' or ']', the text ends");
  BOOST_TEST(error("[\xC3\xA9, nul]") == "1:2 expected a value, found \"\xC3\xA9\"");
  BOOST_TEST(error("[1, nul]") == "1:5 expected a value, found \"nul\"");
  BOOST_TEST(error("[True]") == "1:2 expected a value, found \"True\"");
  BOOST_TEST(error("\"abc") == "1:5 expected '\"' that ends the text, but the document ends");
  BOOST_TEST(error("\"a\\x\"") == "1:3 expected one of \" \\ / b f n r t u after the backslash");
  BOOST_TEST(error("\"a\nb\"") ==
             "1:3 a text holds no control characters; write this one as an escape such as \\n");
  BOOST_TEST(error("\"\\u12g4\"") == "1:2 expected four hexadecimal digits after \\u");
  BOOST_TEST(error("1.") == "1:3 expected a digit after the decimal point, the text ends");
  BOOST_TEST(error("[1e]") == "1:4 expected a digit of the exponent, found \"]\"");
  BOOST_TEST(error("1e400") == "1:1 the number is too big for a double");
  BOOST_TEST(json::parse("[1,]").status().to_string() ==
             "INVALID_ARGUMENT: JSON, line 1, column 4: expected a value, found \"]\"\n"
             "  1:4 expected a value, found \"]\" [json]");
}

BOOST_AUTO_TEST_CASE(refuses_everything_rfc_8259_refuses) {
  for (const char* bad : {"01",
                          "+1",
                          ".5",
                          "-",
                          "- 1",
                          "1.e5",
                          "0x1",
                          "NaN",
                          "Infinity",
                          "-Infinity",
                          "'a'",
                          "[1,,2]",
                          "[,1]",
                          "{,}",
                          "{\"a\"}",
                          "{\"a\":}",
                          "{1:2}",
                          "[1}",
                          "{]",
                          "]",
                          "}",
                          ",",
                          "//c\n1",
                          "/*c*/1",
                          "tru",
                          "truex",
                          "nulL",
                          "\"\\ud800\"",
                          "\"\\udc00\"",
                          "\"\\ud800\\u0041\"",
                          "\"\\ud83d\\ud83d\"",
                          "\"\t\"",
                          "\v1",
                          "1\xC2\xA0",
                          "\"\xFF\"",
                          "\"\xED\xA0\x80\"",
                          "\"\xC0\xAF\"",
                          "[\"a\",\n4\n,1,",
                          "{\"a\":1",
                          "\xEF\xBB\xBF",
                          "\xFE\xFF"}) {
    BOOST_TEST(error(bad) != "accepted", bad);
  }
  BOOST_TEST(error(std::string_view("[1]\0[2]", 7)) == "1:4 found a NUL byte");
  BOOST_TEST(error("[1,\n \"\xC3(\"]") == "2:3 the bytes are not UTF-8; save the file in UTF-8");
  BOOST_TEST(error("[1,\n \"\\udc00\"]").starts_with("2:2 the text has a lone surrogate"));
}

BOOST_AUTO_TEST_CASE(a_repeated_name_is_an_error_with_both_places) {
  BOOST_TEST(error("{\"a\":1,\n \"b\":2,\n  \"a\":3, \"b\":4}") ==
             "3:3 member \"a\" is there twice; the first is at line 1, column 2");
  // Names are compared after decoding.
  BOOST_TEST(error("{\"a\":1, \"\\u0061\":2}") ==
             "1:9 member \"a\" is there twice; the first is at line 1, column 2");
  BOOST_TEST(error("{\"a\":{\"a\":{}}}") == "accepted");
  BOOST_TEST(error("[{\"\":1,\"\":2}]") ==
             "1:8 member \"\" is there twice; the first is at line 1, column 3");
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_limited) {
  const std::size_t limit = json::kDefaultMaxDepth;
  const std::string open(limit, '['), close(limit, ']');
  BOOST_TEST(error(open + close) == "accepted");
  BOOST_TEST(error(open + "{}" + close) ==
             "1:65 arrays and objects are nested deeper than max_depth, 64 levels");
  BOOST_TEST(error(std::string(1'000'000, '[')).starts_with("1:65 "));
  // No option makes reading deep enough to use up the stack.
  BOOST_TEST(error(std::string(1'000'000, '['), {.max_depth = 10'000'000}).starts_with("1:1001 "));
  const auto too_long = json::parse("[1,2,3]", {.max_bytes = 6});
  BOOST_REQUIRE(!too_long.ok());
  BOOST_TEST((too_long.status().code() == kith::Code::kLimit));
  BOOST_TEST((json::parse(open + "{}" + close).status().code() == kith::Code::kLimit));
}

BOOST_AUTO_TEST_CASE(writes_compact_and_pretty) {
  const char* text = "{\"a\":[1,2.50,{}],\"b\":{\"c\":null,\"d\":[]},\"e\":\"\\u00fc\"}";
  BOOST_TEST(rewritten(text) ==
             "{\"a\":[1,2.50,{}],\"b\":{\"c\":null,\"d\":[]},\"e\":\"\xC3\xBC\"}");
  BOOST_TEST(rewritten(text, json::Style::kPretty) ==
             "{\n  \"a\": [\n    1,\n    2.50,\n    {}\n  ],\n  \"b\": {\n    \"c\": null,\n"
             "    \"d\": []\n  },\n  \"e\": \"\xC3\xBC\"\n}");
  BOOST_TEST(rewritten("[]", json::Style::kPretty) == "[]");
  BOOST_TEST(rewritten("true", json::Style::kPretty) == "true");
}

BOOST_AUTO_TEST_CASE(escapes_what_must_be_escaped) {
  json::Writer out;
  out.text(std::string("\"\\/\b\f\n\r\t\x01\x1F\x7F\0\xC3\xA9", 14));
  BOOST_TEST(out.str() == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\\u0000\xC3\xA9\"");
  BOOST_TEST(json::Writer().text("a\xFFz").str() == "\"a\xEF\xBF\xBDz\"");
  BOOST_TEST(json::Writer().begin_object().key("a\"b").null().end_object().str() ==
             "{\"a\\\"b\":null}");
}

BOOST_AUTO_TEST_CASE(numbers_are_written_the_shortest_way_that_reads_back) {
  const auto number = [](auto value) { return json::Writer().number(value).take(); };
  BOOST_TEST(number(0.1) == "0.1");
  BOOST_TEST(number(1.0) == "1.0");
  BOOST_TEST(number(-0.0) == "-0.0");
  BOOST_TEST(number(1e300) == "1e+300");
  BOOST_TEST(number(5e-324) == "5e-324");
  BOOST_TEST(number(std::nan("")) == "\"NaN\"");
  BOOST_TEST(number(-std::numeric_limits<double>::infinity()) == "\"-Infinity\"");
  BOOST_TEST(number(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  BOOST_TEST(number(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  BOOST_TEST(number(*kith::Decimal::parse("12.50")) == "12.50");
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bits = random();
    double value = 0;
    std::memcpy(&value, &bits, 8);
    if (!std::isfinite(value)) continue;
    BOOST_TEST(*parsed(number(value)).as_double() == value);
  }
}

BOOST_AUTO_TEST_CASE(damaged_documents_are_refused_or_read_but_never_crash) {
  const std::string whole =
      "{\"name\":\"Acme \\u20ac\",\"list\":[1,-2.5e3,true,null,{\"x\":[]}],\"t\":\"\xC3\xBC\"}";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST(!json::parse(std::string_view(whole).substr(0, size)).ok());
  }
  std::mt19937 random(11);
  int accepted = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = whole;
    for (int change = 0; change < 3; ++change) {
      text[random() % text.size()] = static_cast<char>("{}[]\",:\\u0e-\xFF"[random() % 14]);
    }
    const auto result = json::parse(text);
    if (result.ok()) {
      ++accepted;
      const std::string once = json::Writer().node(*result).take();
      BOOST_TEST(rewritten(once) == once);
    }
  }
  BOOST_TEST(accepted > 0);
}

BOOST_AUTO_TEST_SUITE_END()
