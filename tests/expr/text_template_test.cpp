#include "expr/text_template.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/expr/sample_model.hpp"

using namespace kith;
using expr::TextTemplate;

namespace {

struct Letters : expr::test::SampleModel {
  Letters() {
    const RecordId acme = put(kAccount, 7, {{"name", "Acme"}});
    deal = put(kDeal, 1, {{"name", "Big"}, {"account", acme}, {"close_date", Date(17226)}});
    bare = put(kDeal, 2, {});
  }

  std::string rendered(std::string_view text, RecordId id) {
    const auto made = TextTemplate::compile(text, environment());
    if (!made.ok()) return made.status().to_string();
    const auto result = made->render(on(id));
    return result.ok() ? *result : result.status().to_string();
  }
  std::string rendered(std::string_view text) { return rendered(text, deal); }

  // "line:column" of the complaint about a text.
  std::string place(std::string_view text) {
    const auto made = TextTemplate::compile(text, environment());
    BOOST_REQUIRE(!made.ok());
    BOOST_REQUIRE(made.status().violations().size() == 1u);
    const Violation& v = made.status().violations().front();
    return std::to_string(v.line) + ":" + std::to_string(v.column);
  }

  RecordId deal;
  RecordId bare;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_text_template, Letters)

BOOST_AUTO_TEST_CASE(values_are_written_as_people_read_them) {
  BOOST_TEST(rendered("") == "");
  BOOST_TEST(rendered("no expressions, $5 and {braces}") == "no expressions, $5 and {braces}");
  BOOST_TEST(rendered("Dear ${r.name},") == "Dear Big,");
  BOOST_TEST(rendered("${r.name}${r.name}") == "BigBig");
  BOOST_TEST(rendered("${r.account.name}: ${r.close_date}") == "Acme: 2017-03-01");
  BOOST_TEST(rendered("${r.account}") == "account:7");
  BOOST_TEST(rendered("${decimal('12.50')} ${1.5} ${2} ${true}") == "12.50 1.5 2 true");
  BOOST_TEST(rendered("${['a', 'b']}") == "a, b");
}

BOOST_AUTO_TEST_CASE(null_and_absent_are_nothing) {
  BOOST_TEST(rendered("<${null}>") == "<>");
  BOOST_TEST(rendered("<${r.name}>", bare) == "<>");
  BOOST_TEST(rendered("<${r.account.name}>", bare) == "<>");
  BOOST_TEST(rendered("<${r.name + '!'}>", bare) == "<>");
}

BOOST_AUTO_TEST_CASE(an_expression_ends_at_its_own_brace) {
  BOOST_TEST(rendered("${{'a': 'x'}['a']}!") == "x!");
  BOOST_TEST(rendered("${'}'}") == "}");
  BOOST_TEST(rendered("${\"\\\"}\"}") == "\"}");
  BOOST_TEST(rendered("${r'\\'}}") == "\\}");
  BOOST_TEST(rendered("${'''a'}b'''}") == "a'}b");
  BOOST_TEST(rendered("${1 // }\n + 1}") == "2");
}

BOOST_AUTO_TEST_CASE(a_dollar_makes_it_text) {
  BOOST_TEST(rendered("$${r.name}") == "${r.name}");
  BOOST_TEST(rendered("$$${r.name}") == "$${r.name}");
  BOOST_TEST(rendered("$ {r.name}") == "$ {r.name}");
}

BOOST_AUTO_TEST_CASE(mistakes_have_their_place_in_the_whole_text) {
  BOOST_TEST(place("Dear ${r.nam}") == "1:10");
  BOOST_TEST(place("Dear ${r.name},\n\n\xC3\xA4\xC3\xB6 ${1 +}") == "3:9");
  BOOST_TEST(place("one\n${1 +\n  'a'}") == "2:5");
  BOOST_TEST(place("Dear ${r.name") == "1:6");
  BOOST_TEST(place("Dear ${'r.name}") == "1:6");
  BOOST_TEST(place("${}") == "1:3");
  BOOST_TEST(
      (TextTemplate::compile("${1 +}", environment()).status().code() == Code::kExpressionSyntax));
  BOOST_TEST(
      (TextTemplate::compile("${r.nam}", environment()).status().code() == Code::kExpressionType));
}

BOOST_AUTO_TEST_CASE(a_failure_names_the_expression) {
  const auto made = TextTemplate::compile("${1 / (size(r.name) - 3)}", environment());
  BOOST_REQUIRE(made.ok());
  const auto result = made->render(on(deal));
  BOOST_REQUIRE(!result.ok());
  BOOST_TEST((result.status().code() == Code::kExpressionFailed));
  BOOST_TEST(result.status().message().find("1 / (size(r.name) - 3)") != std::string::npos);
  BOOST_TEST(made->expressions().size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
