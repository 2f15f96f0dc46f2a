#include "expr/format.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "expr/conformance.hpp"
#include "tests/expr/random_expression.hpp"
#include "tests/support/folders.hpp"

using kith::expr::Ast;
using kith::expr::format;
using kith::expr::parse;

namespace {

std::string house(std::string_view source, std::uint32_t width = 100) {
  const kith::Result<std::string> out = format(source, width);
  return out.ok() ? *out : "refused: " + out.status().to_string();
}

// The same tree again, and nothing left to change; an empty text, or what is wrong.
std::string broken_promise(const std::string& source, std::uint32_t width) {
  kith::expr::ParseLimits limits;
  limits.max_source_bytes = 1 << 22;
  const kith::Result<Ast> first = parse(source, limits);
  if (!first.ok()) return {};
  const std::string text = format(*first, width);
  const kith::Result<Ast> second = parse(text, limits);
  if (!second.ok()) return source + "\nis written\n" + text + "\n" + second.status().to_string();
  if (!same_tree(first->root(), second->root())) {
    return source + "\nis written, with another tree,\n" + text;
  }
  const std::string again = format(*second, width);
  return again == text ? std::string() : text + "\nis written differently again:\n" + again;
}

void check_promises(const std::string& source) {
  for (const std::uint32_t width : {100u, 30u, 1u}) {
    const std::string wrong = broken_promise(source, width);
    BOOST_CHECK_MESSAGE(wrong.empty(), wrong);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_format)

BOOST_AUTO_TEST_CASE(the_house_form) {
  const std::pair<const char*, const char*> forms[] = {
      {"stage=='Won'&&(amount>10)", "stage == 'Won' && amount > 10"},
      {"(a||b)&&c", "(a || b) && c"},
      {"(a&&b)||c", "a && b || c"},
      {"a && (b && c)", "a && (b && c)"},
      {"((1+2))*3", "(1 + 2) * 3"},
      {"1+(2*3)", "1 + 2 * 3"},
      {"1-(2-3)", "1 - (2 - 3)"},
      {"(1-2)-3", "1 - 2 - 3"},
      {"!( a.b )", "!a.b"},
      {"!(a && b)", "!(a && b)"},
      {"-(5)", "-(5)"},
      {"- 5", "-5"},
      {"--5", "--5"},
      {"-(a)", "-a"},
      {"-(5.size())", "-(5.size())"},
      {"a?b:(c?d:e)", "a ? b : c ? d : e"},
      {"a?(b?c:d):e", "a ? (b ? c : d) : e"},
      {"(a?b:c)?d:e", "(a ? b : c) ? d : e"},
      {"(a?b:c).d", "(a ? b : c).d"},
      {"(a+b).size( )", "(a + b).size()"},
      {"a in[1,2]", "a in [1, 2]"},
      {"\"won\"", "'won'"},
      {"\"it's\"", "\"it's\""},
      {"'\"it\\'s\"'", "'\"it\\'s\"'"},
      {"'''long\ntext'''", "'long\\ntext'"},
      {"r'\\d+'", "r'\\d+'"},
      {"'\\\\d+'", "r'\\d+'"},
      {"'tab\\t\\\\'", "'tab\\t\\\\'"},
      {"'\\u00EB\\x01'", "'\u00EB\\x01'"},
      {"b\"a\\xff\"", "b'a\\xff'"},
      {"b'Zo\u00EB'", "b'Zo\u00EB'"},
      {"0XfFu", "0XfFu"},
      {"[1,2,]", "[1, 2]"},
      {"{'a':1,?'b':x,}", "{'a': 1, ?'b': x}"},
      {"[ ?a.?b , c[ ?'d' ] ]", "[?a.?b, c[?'d']]"},
      {"a . `close-date`", "a.`close-date`"},
      {".a.b( .c )", ".a.b(.c)"},
      {"has( a.b )", "has(a.b)"},
      {"has(a.`b c`)", "has(a.`b c`)"},
      {"formula_error( margin )", "formula_error(margin)"},
      {"formula_error(r . margin)", "formula_error(r.margin)"},
      {"has(amount)", "has(amount)"},
      {"x.exists(e,e>1)", "x.exists(e, e > 1)"},
      {"x.existsOne(e,e>1)", "x.existsOne(e, e > 1)"},
      {"x.all(i,v,v>i)", "x.all(i, v, v > i)"},
      {"x.map(e,e>1,e*2)", "x.map(e, e > 1, e * 2)"},
      {"cel.bind(v,f(x),v+v)", "cel.bind(v, f(x), v + v)"},
      {"null==true", "null == true"},
  };
  for (const auto& [source, form] : forms) {
    BOOST_TEST(house(source) == form);
    check_promises(source);
  }
}

BOOST_AUTO_TEST_CASE(wide_ones_are_broken) {
  BOOST_TEST(house("stage == 'Won' && amount > 1000.0 && (owner == user || hot)", 30) ==
             "stage == 'Won'\n"
             "&& amount > 1000.0\n"
             "&& (owner == user || hot)");
  BOOST_TEST(house("stage == 'Won' && (owner == user || account.industry == 'retail')", 40) ==
             "stage == 'Won'\n"
             "&& (\n"
             "  owner == user\n"
             "  || account.industry == 'retail'\n"
             ")");
  BOOST_TEST(house("amount > 1000.0 ? 'large deal' : amount > 100.0 ? 'middle' : 'small'", 30) ==
             "amount > 1000.0\n"
             "? 'large deal'\n"
             ": amount > 100.0\n"
             "? 'middle'\n"
             ": 'small'");
  BOOST_TEST(house("stage in ['Prospecting', 'Engaging', 'Negotiation']", 30) ==
             "stage in [\n"
             "  'Prospecting',\n"
             "  'Engaging',\n"
             "  'Negotiation'\n"
             "]");
  BOOST_TEST(house("contacts.exists(c, c.title == 'CEO' && c.email != null)", 40) ==
             "contacts.exists(c,\n"
             "  c.title == 'CEO' && c.email != null\n"
             ")");
  BOOST_TEST(house("{'name': 'a long name', 'size': 12345}", 30) ==
             "{\n"
             "  'name': 'a long name',\n"
             "  'size': 12345\n"
             "}");
}

BOOST_AUTO_TEST_CASE(comments_are_kept) {
  BOOST_TEST(house("// big ones\namount > 10 // much\n && hot // yes\n // the end") ==
             "// big ones\n"
             "amount > 10\n"
             "// much\n"
             "&& hot\n"
             "// yes\n"
             "// the end");
  BOOST_TEST(house("[1, // one\n 2]") == "[\n  1,\n  // one\n  2\n]");
  const char* sources[] = {
      "// a\nx",
      "x // a",
      "a // 1\n + // 2\n b // 3\n && // 4\n (// 5\n c || d) // 6",
      "f(// 1\n x, // 2\n y // 3\n)",
      "{// 1\n 'a': // 2\n 1, // 3\n 'b': 2}",
      "a // 1\n ? b // 2\n : c",
      "x.exists(e, // 1\n e > 1) // 2",
      "'// not a comment' == \"// nor this\"",
      "x.all(e, [1, // deep\n 2].size() > e) && y",
  };
  for (const char* source : sources) {
    check_promises(source);
    const std::string text(source);
    std::size_t comments = 0;
    for (std::size_t at = text.find("//"); at != text.npos; at = text.find("//", at + 2))
      ++comments;
    const std::string out = house(text);
    std::size_t kept = 0;
    for (std::size_t at = out.find("//"); at != out.npos; at = out.find("//", at + 2)) ++kept;
    BOOST_TEST(kept == comments);
  }
}

BOOST_AUTO_TEST_CASE(mistakes_are_the_parsers) {
  BOOST_TEST(house("a &&").starts_with("refused: EXPRESSION_SYNTAX: 1:5"));
  // A message is never built, so only its text is known.
  BOOST_TEST(house(" M{a:1} ") == "M{a:1}");
}

BOOST_AUTO_TEST_CASE(random_expressions_round_trip) {
  kith::expr::test::RandomExpression random(20170301);
  for (int round = 0; round < 1500; ++round) check_promises(random.any(1 + round % 7));
}

BOOST_AUTO_TEST_CASE(random_words_round_trip) {
  const char* words[] = {"1",    "-",    "5",  "2u",    ".5",  "1e3",   "'a'",  "a",         "b",
                         ".",    "(",    ")",  "[",     "]",   "{",     "}",    ",",         ":",
                         "?",    "+",    "*",  "!",     "&&",  "||",    "==",   "<",         "in",
                         "f(a)", ".g()", ".?", "[?",    "`x`", " ",     ".h",   "//c\n",     "has(",
                         "a.b",  "/",    "%",  "'\\''", "\"",  "r'\\'", "true", ".map(e, e)"};
  std::mt19937 random(11);
  int parsed = 0;
  for (int round = 0; round < 30000; ++round) {
    std::string source;
    for (std::size_t i = random() % 9 + 1; i > 0; --i) source += words[random() % std::size(words)];
    if (!parse(source).ok()) continue;
    ++parsed;
    check_promises(source);
  }
  BOOST_TEST(parsed > 300);
}

BOOST_AUTO_TEST_CASE(conformance_vectors_round_trip) {
  const std::filesystem::path root = kith::testing::shared_folder();
  if (!std::filesystem::is_directory(root / "vectors" / "cel")) {
    BOOST_TEST_MESSAGE("skipped: no conformance vectors in " << root);
    return;
  }
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(root / "vectors" / "cel")) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto vectors = kith::expr::read_conformance(text, entry.path().filename().string());
    BOOST_REQUIRE(vectors.ok());
    for (const auto& vector : *vectors) {
      check_promises(vector.expression);
      ++seen;
    }
  }
  BOOST_TEST(seen > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
