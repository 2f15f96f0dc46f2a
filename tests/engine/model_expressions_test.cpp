#include "engine/model_expressions.hpp"

#include <boost/test/unit_test.hpp>

#include "engine/model.hpp"

using namespace kith;
using namespace kith::engine;

namespace {

// The violations of a model whose one rule and one assignment are these.
std::vector<Violation> check(const std::string& rule, const std::string& assigned) {
  const std::string text = R"({"kith_model": 1, "entities": {
    "account": {"fields": {"name": {"type": "text"}}},
    "deal": {"fields": {"name": {"type": "text"}, "amount": {"type": "decimal", "scale": 2},
      "due": {"type": "date"}, "account": {"type": "reference", "to": "account"}},
    "rules": {"it": {"field": "amount", "check":
      ")" + rule + R"("}}}},
    "automations": {"auto": {"entity": "deal", "on": "before_save", "set": {"name":
      ")" + assigned + "\"}}}}";
  return check_model(text, "m.json", core_sections(), {}).status().violations();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_model_expressions)

BOOST_AUTO_TEST_CASE(sound_expressions_pass) {
  BOOST_TEST(check("r.amount >= 0.0", "r.account.name").empty());
  BOOST_TEST(check("!has(r.due) || r.amount > 1", "'x' + r.name").empty());
}

BOOST_AUTO_TEST_CASE(a_mistake_has_the_place_of_its_text) {
  const auto syntax = check("r.amount >=", "r.name");
  BOOST_REQUIRE(syntax.size() == 1u);
  BOOST_TEST(syntax[0].code == "expression");
  BOOST_TEST(syntax[0].entity == "deal");
  BOOST_TEST(syntax[0].field == "amount");
  BOOST_TEST(syntax[0].line == 6u);
  BOOST_TEST(syntax[0].column == 7u);
  BOOST_TEST(syntax[0].message.find("rule \"it\" of deal") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_and_types_are_checked) {
  BOOST_TEST(check("r.amout > 0.0", "r.name").size() == 1u);  // no such field
  BOOST_TEST(check("r.amount", "r.name").size() == 1u);       // no bool
  BOOST_TEST(check("r.name > 1", "r.name").size() == 1u);     // no such operator
  BOOST_TEST(check("true", "r.amount").size() == 1u);         // no text
  BOOST_TEST(check("r.nam == ''", "r.account.nam").size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_can_never_be_afforded_is_refused) {
  const auto refused = check("lists.range(2000000).exists(i, i == 7)", "r.name");
  BOOST_REQUIRE(refused.size() == 1u);
  BOOST_TEST(refused[0].message.find("limit max_expression_cost") != std::string::npos);
  // Without an upper bound, or only in one of two cases.
  BOOST_TEST(check("r.name.contains('x')", "r.name").empty());
  BOOST_TEST(check("has(r.name) || lists.range(2000000).exists(i, i == 7)", "r.name").empty());
}

BOOST_AUTO_TEST_SUITE_END()
