#include "automation/section.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/automation/sections.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

BOOST_AUTO_TEST_SUITE(automation_steps)

BOOST_AUTO_TEST_CASE(steps_are_read) {
  const Sections out = publish(about(R"("on": "created", "when": "r.amount > 1")", R"steps([
    {"assign": {"field": "owner", "among": "user", "where": "r.active"}},
    {"send": {"topic": "email", "to": "r.name", "template": "welcome", "data": {"deal": "r.id"}}},
    {"name": "letter", "send": {"topic": "email", "subject": "Hi ${r.name}", "body": "..."}},
    {"wait": "3d"}, {"wait": {"until": "r.close_date"}},
    {"set": {"name": "'Call'"}, "when": "!has(r.name)"},
    {"create": {"entity": "task", "set": {"subject": "r.name", "deal": "r.id", "note": "''"}}},
    {"move": {"to": "Contacted", "set": {"amount": "0"}}},
    {"assign": {"field": "account"}},
    {"stop": true, "when": "r.amount == 0"}])steps"));
  BOOST_REQUIRE_MESSAGE(out.diagnostics.ok(), out.messages());
  const std::vector<Step>& steps = out.published.definitions.automations.at(0).steps;
  BOOST_REQUIRE(steps.size() == 10u);
  BOOST_TEST(steps[0].name == "1");
  BOOST_TEST(steps[0].field == kOwner);
  BOOST_TEST(steps[0].entity == 1u);
  BOOST_TEST(steps[0].among == "r.active");
  BOOST_TEST(steps[1].message_template == "welcome");
  BOOST_TEST(steps[1].data[0].second == "r.id");
  BOOST_TEST(steps[2].name == "letter");
  BOOST_TEST(steps[2].subject == "Hi ${r.name}");
  BOOST_TEST(steps[3].wait_us == 259'200'000'000);
  BOOST_TEST(steps[4].until == "r.close_date");
  BOOST_TEST(steps[5].set[0].field == 1u);
  BOOST_TEST(steps[5].when == "!has(r.name)");
  BOOST_TEST(steps[6].entity == 4u);
  BOOST_TEST(steps[7].field == 3u);
  BOOST_TEST(steps[7].stage == 3u);
  BOOST_TEST(steps[7].set[0].field == 2u);
  BOOST_TEST(steps[8].entity == 2u);
  BOOST_TEST((steps[9].kind == StepKind::kStop));
  BOOST_TEST(out.warnings() == "");

  using Expect = schema::ExpressionUse::Expect;
  const auto use = [&](const std::string& source) {
    for (const schema::ExpressionUse& candidate : out.uses) {
      if (candidate.source == source) return candidate;
    }
    BOOST_FAIL("no use of " << source);
    return schema::ExpressionUse();
  };
  BOOST_TEST((use("r.active").entity == "user"));
  BOOST_TEST(!use("r.active").event);
  BOOST_TEST((use("Hi ${r.name}").expect == Expect::kText));
  BOOST_TEST((use("r.close_date").expect == Expect::kInstant));
  BOOST_TEST(use("r.amount > 1").event);
  BOOST_TEST(use("''").entity == "deal");
  BOOST_TEST(use("''").target == "task");
  BOOST_TEST(use("''").field == "note");
  BOOST_TEST((*decode_published(encode(out.published)) == out.published));
}

BOOST_AUTO_TEST_CASE(steps_that_are_wrong_are_named) {
  BOOST_TEST(errors(R"("on": "created")", "") == "missing_member");
  BOOST_TEST(errors(R"("on": "created")", "[]") == "missing_member");
  BOOST_TEST(errors(R"("on": "created")", "{}") == "type");
  BOOST_TEST(step_errors("1") == "type");
  BOOST_TEST(step_errors("{}") == "step");
  BOOST_TEST(step_errors(R"({"when": "true"})") == "step");
  BOOST_TEST(step_errors(R"({"stop": true, "wait": "1d"})") == "step");
  BOOST_TEST(step_errors(R"({"stopp": true})") == "step unknown_member");
  BOOST_TEST(step_errors(R"({"stop": false})") == "type");
  BOOST_TEST(step_errors(R"({"stop": true, "name": "1"})") == "name");
  BOOST_TEST(step_errors(R"({"stop": true, "name": "x"}, {"stop": true, "name": "x"})") ==
             "duplicate_name");
  BOOST_TEST(step_errors(R"({"set": {}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"set": {"nam": "1"}})") == "unknown_field");
  BOOST_TEST(step_errors(R"({"set": {"name": 1}})") == "type");
  BOOST_TEST(step_errors(R"({"wait": "0s"})") == "range");
  BOOST_TEST(step_errors(R"({"wait": "-1d"})") == "range");
  BOOST_TEST(step_errors(R"({"wait": "soon"})") == "duration");
  BOOST_TEST(step_errors(R"({"wait": 3})") == "type");
  BOOST_TEST(step_errors(R"({"wait": {}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"create": "task"})") == "type");
  BOOST_TEST(step_errors(R"({"create": {}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"create": {"entity": "taks"}})") == "unknown_entity");
  BOOST_TEST(step_errors(R"({"create": {"entity": "task", "set": {"name": "'x'"}}})") ==
             "unknown_field");
  BOOST_TEST(step_errors(R"({"move": {}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"move": {"to": "Gone"}})") == "unknown_stage");
  BOOST_TEST(step_errors(R"({"move": {"to": "Lost"}})") == "retired_stage");
  BOOST_TEST(step_errors(R"({"assign": {}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"assign": {"field": "name"}})") == "type");
  BOOST_TEST(step_errors(R"({"assign": {"field": "boss"}})") == "unknown_field");
  BOOST_TEST(step_errors(R"({"assign": {"field": "owner", "among": "usr"}})") == "unknown_entity");
  BOOST_TEST(step_errors(R"({"assign": {"field": "owner", "among": "account"}})") == "reference");
  BOOST_TEST(step_errors(R"({"assign": {"field": "account", "among": "user"}})") == "reference");
  BOOST_TEST(step_errors(R"({"send": {"subject": "x"}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"send": {"topic": "email"}})") == "missing_member");
  BOOST_TEST(step_errors(R"({"send": {"topic": "e", "template": "t", "body": "x"}})") ==
             "unexpected_member");
  BOOST_TEST(step_errors(R"({"send": {"topic": "e", "data": {"to": "1"}}})") == "name");
  BOOST_TEST(step_errors(R"({"send": {"topic": "e", "data": {"now": "1"}}})") == "name");
  BOOST_TEST(step_errors(R"({"send": {"topic": "e", "data": {"x": 1}}})") == "missing_member type");
}

BOOST_AUTO_TEST_CASE(a_template_step_needs_the_type_template) {
  const schema::ModelLimits limits;
  const schema::Catalog plain = schema::testing::planned(
      R"({"deal": {"fields": {"name": {"type": "text"}}},
          "template": {"fields": {"name": {"type": "text"}, "subject": {"type": "text"},
                                  "body": {"type": "text"}}}})");
  const auto node = json::parse(
      about(R"("on": "created")", R"([{"send": {"topic": "email", "template": "welcome"}}])"));
  schema::Diagnostics diagnostics;
  std::vector<schema::ExpressionUse> uses;
  publish_automations(parse_automations(&*node, limits, diagnostics), {}, plain, limits,
                      diagnostics, &uses);
  BOOST_REQUIRE(diagnostics.errors().size() == 1u);
  BOOST_TEST(diagnostics.errors()[0].code == "template");
  BOOST_TEST(diagnostics.errors()[0].message.find("step 1") != std::string::npos);
  BOOST_TEST(diagnostics.errors()[0].line == 1u);
}

BOOST_AUTO_TEST_CASE(a_required_field_that_is_not_set_is_a_warning) {
  const Sections out = publish(about(
      R"("on": "created")", R"([{"create": {"entity": "task", "set": {"subject": "r.name"}}}])"));
  BOOST_TEST(out.diagnostics.ok());
  BOOST_TEST(out.warnings().find("\"note\" of task is required") != std::string::npos);
  BOOST_TEST(out.warnings().find("\"subject\" of task") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
