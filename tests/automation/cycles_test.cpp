#include "automation/section.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/automation/sections.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

BOOST_AUTO_TEST_SUITE(automation_cycles)

BOOST_AUTO_TEST_CASE(automations_that_start_each_other_are_told_of) {
  const auto warnings = [](const std::string& automations) {
    const Sections out = publish(automations);
    BOOST_REQUIRE_MESSAGE(out.diagnostics.ok(), out.messages());
    return out.warnings();
  };
  const auto rule = [](const std::string& name, const std::string& trigger,
                       const std::string& step) {
    return "\"" + name + R"(": {"entity": "deal", "on": )" + trigger + R"(, "steps": [)" + step +
           "]}";
  };
  const std::string set_name = R"({"set": {"name": "'x'"}})";
  const std::string set_amount = R"({"set": {"amount": "1"}})";
  BOOST_TEST(warnings("{" + rule("self", R"("updated")", set_name) + "}").find("self -> self") !=
             std::string::npos);
  BOOST_TEST(warnings("{" + rule("own", R"("updated", "when": "r.name == 'a'")", set_name) + "}")
                 .find("own -> own") != std::string::npos);
  BOOST_TEST(warnings("{" + rule("one_way", R"("updated", "watch": ["amount"])", set_name) + "}") ==
             "");
  BOOST_TEST(warnings("{" + rule("a", R"("updated", "watch": ["amount"])", set_name) + "," +
                      rule("b", R"("updated", "watch": ["name"])", set_amount) + "}")
                 .find("a -> b -> a") != std::string::npos);
  BOOST_TEST(warnings("{" +
                      rule("first", R"("stage_entered", "stage": "New")",
                           R"({"move": {"to": "Contacted"}})") +
                      "}") == "");
  BOOST_TEST(
      warnings(
          "{" +
          rule("there", R"("stage_entered", "stage": "New")", R"({"move": {"to": "Contacted"}})") +
          "," +
          rule("back", R"("stage_entered", "stage": "Contacted")", R"({"move": {"to": "New"}})") +
          "}")
          .find("back -> there -> back") != std::string::npos);
  BOOST_TEST(warnings("{" + rule("more", R"("created")", R"({"create": {"entity": "deal"}})") + "}")
                 .find("more -> more") != std::string::npos);
  BOOST_TEST(warnings("{" +
                      rule("staged", R"("stage_entered", "stage": "New")",
                           R"({"create": {"entity": "deal"}})") +
                      "}")
                 .find("staged -> staged") != std::string::npos);
  BOOST_TEST(warnings("{" +
                      rule("owned", R"("updated", "watch": ["owner"])",
                           R"({"assign": {"field": "owner"}})") +
                      "}")
                 .find("owned -> owned") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
