#include "automation/section.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/schema/model_fixture.hpp"

using namespace kith;
using namespace kith::automation;

namespace {

struct Published {
  BeforeRules rules;
  schema::Diagnostics diagnostics;
  std::vector<schema::ExpressionUse> uses;

  std::string codes() const {
    std::string text;
    for (const Violation& violation : diagnostics.errors()) {
      text += (text.empty() ? "" : " ") + violation.code;
    }
    return text;
  }
};

Published publish(const std::string& automations) {
  Published out;
  const schema::ModelLimits limits;
  const schema::Catalog catalog = schema::testing::planned(
      R"({"deal": {"fields": {"name": {"type": "text"}, "amount": {"type": "int"}}},
          "task": {"fields": {"name": {"type": "text"}}}})");
  const auto node = json::parse(automations);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  const auto declared = parse_automations(&*node, limits, out.diagnostics);
  out.rules = publish_automations(declared, catalog, limits, out.diagnostics, &out.uses);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(automation_section)

BOOST_AUTO_TEST_CASE(rules_come_in_total_order) {
  const Published out = publish(R"({
    "zeta": {"entity": "deal", "on": "before_save", "order": 1, "set": {"amount": "1"}},
    "beta": {"entity": "deal", "on": "before_save", "order": 2, "when": "r.name != null",
             "set": {
  "name" : "'x'", "owner" : "user"}},
    "alpha": {"entity": "deal", "on": "before_save", "order": 2, "set": {"amount": "2"}},
    "other": {
  "entity" : "task", "on" : "before_save", "set" : { "name" : "'t'" }
}
})");
  BOOST_REQUIRE_MESSAGE(out.diagnostics.ok(), out.diagnostics.status("").to_string());
  const auto deal = out.rules.for_entity(1);
  BOOST_REQUIRE(deal.size() == 3u);
  BOOST_TEST(deal[0]->name == "zeta");
  BOOST_TEST(deal[1]->name == "alpha");
  BOOST_TEST(deal[2]->name == "beta");
  BOOST_TEST(deal[2]->set[0].field == 1u);
  BOOST_TEST(deal[2]->set[1].field == schema::system_field_id(schema::SystemField::kOwner));
  BOOST_TEST(out.rules.for_entity(2).size() == 1u);
  BOOST_TEST(out.rules.for_entity(3).empty());
  BOOST_TEST(out.uses.size() == 6u);

  const std::string bytes = encode(out.rules);
  BOOST_TEST((*decode(bytes) == out.rules));
  BOOST_TEST(decode("")->rules.empty());
  BOOST_TEST(!decode(bytes + "x").ok());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    BOOST_TEST(!decode(std::string_view(bytes).substr(0, size)).ok());
  }
}

BOOST_AUTO_TEST_CASE(bad_automations_are_named) {
  const auto rule = [](const std::string& text) {
    return publish(R"({"a": )" + text + "}").codes();
  };
  BOOST_TEST(publish("[]").codes() == "type");
  BOOST_TEST(publish(R"({"A": {"entity": "deal", "on": "before_save", "set": {"name": "'x'"}}})")
                 .codes() == "name");
  BOOST_TEST(rule("1") == "type");
  BOOST_TEST(rule("{}") == "missing_member missing_member missing_member");
  BOOST_TEST(rule(R"({"entity": "dael", "on": "before_save", "set": {"name": "'x'"}})") ==
             "unknown_entity");
  BOOST_TEST(rule(R"({"entity": "deal", "on": "created", "set": {"name": "'x'"}})") ==
             "unsupported");
  BOOST_TEST(rule(R"({"entity": "deal", "on": "sometimes", "set": {"name": "'x'"}})") ==
             "unknown_value");
  BOOST_TEST(rule(R"({"entity": "deal", "on": "before_save", "set": {"nam": "'x'"}})") ==
             "unknown_field");
  BOOST_TEST(rule(R"({"entity": "deal", "on": "before_save", "set": {}})") == "missing_member");
  BOOST_TEST(
      rule(R"({"entity": "deal", "on": "before_save", "order": -1, "set": {"name": "'x'"}})") ==
      "range");
  BOOST_TEST(
      rule(R"({"entity": "deal", "on": "before_save", "wen": "true", "set": {"name": "'x'"}})") ==
      "unknown_member");
  const Published later =
      publish(R"({"a": {"entity": "deal", "on": "updated", "set": {"name": "'x'"}}})");
  BOOST_TEST(later.diagnostics.errors()[0].message.find("before_save") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
