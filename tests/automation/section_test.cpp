#include "automation/section.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/automation/sections.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

BOOST_AUTO_TEST_SUITE(automation_section)

BOOST_AUTO_TEST_CASE(before_rules_come_in_total_order) {
  const Sections out = publish(R"({
    "zeta": {"entity": "deal", "on": "before_save", "order": 1, "set": {"amount": "1"}},
    "beta": {"entity": "deal", "on": "before_save", "order": 2, "when": "r.name != null",
             "set": {"name": "'x'", "owner": "user"}},
    "alpha": {"entity": "deal", "on": "before_save", "order": 2, "set": {"amount": "2"}},
    "other": {"entity": "task", "on": "before_save", "set": {"note": "'t'"}}})");
  BOOST_REQUIRE_MESSAGE(out.diagnostics.ok(), out.messages());
  const auto deal = out.published.before.for_entity(3);
  BOOST_REQUIRE(deal.size() == 3u);
  BOOST_TEST(deal[0]->name == "zeta");
  BOOST_TEST(deal[1]->name == "alpha");
  BOOST_TEST(deal[2]->name == "beta");
  BOOST_TEST(deal[2]->set[0].field == 1u);
  BOOST_TEST(deal[2]->set[1].field == kOwner);
  BOOST_TEST(out.published.before.for_entity(4).size() == 1u);
  BOOST_TEST(out.published.before.for_entity(1).empty());
  BOOST_TEST(out.published.definitions.automations.empty());
  BOOST_TEST(out.uses.size() == 6u);

  const std::string bytes = encode(out.published.before);
  BOOST_TEST((*decode(bytes) == out.published.before));
  BOOST_TEST(decode("")->rules.empty());
  BOOST_TEST(!decode(bytes + "x").ok());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    BOOST_TEST(!decode(std::string_view(bytes).substr(0, size)).ok());
  }
}

BOOST_AUTO_TEST_CASE(triggers_and_policies_are_read) {
  const auto only = [](const std::string& members) {
    return good(about(members)).definitions.automations.at(0);
  };
  Automation a = only(R"("on": "updated", "watch": ["owner", "amount", "name"], "order": 4)");
  BOOST_TEST((a.trigger == Trigger::kUpdated));
  BOOST_TEST(a.watch == (std::vector<std::uint32_t>{1, 2, kOwner}));
  BOOST_TEST(a.order == 4);
  BOOST_TEST(a.entity == 3u);
  BOOST_TEST(a.id == 1u);
  BOOST_TEST(a.version == 1u);
  BOOST_TEST((a.enrolment == EnrolmentPolicy::kOnEdge));
  BOOST_TEST(a.max_per_hour == 20u);

  a = only(R"("on": "stage_entered", "stage": "Contacted", "when": "r.amount > 1",
              "exit_when": "r.amount < 1", "enroll": "once", "while_active": true,
              "max_per_hour": 3, "on_error": "continue", "state": "paused", "owner": "user:7")");
  BOOST_TEST(a.field == 3u);
  BOOST_TEST(a.stages == std::vector<std::uint32_t>{3});
  BOOST_TEST(a.when == "r.amount > 1");
  BOOST_TEST(a.exit_when == "r.amount < 1");
  BOOST_TEST((a.enrolment == EnrolmentPolicy::kOnce));
  BOOST_TEST(a.while_active);
  BOOST_TEST(a.max_per_hour == 3u);
  BOOST_TEST(a.continue_on_error);
  BOOST_TEST((a.state == State::kPaused));
  BOOST_TEST((a.owner == RecordId(1, 7)));

  a = only(R"("on": "stage_left", "stage": ["Contacted", "New"], "field": "stage")");
  BOOST_TEST(a.stages == (std::vector<std::uint32_t>{2, 3}));
  BOOST_TEST(only(R"("on": "stage_left")").stages.empty());

  a = only(R"("on": "date_reached", "field": "close_date", "offset": "-3d", "at": "09:30")");
  BOOST_TEST(a.field == 5u);
  BOOST_TEST(a.offset_us == -259'200'000'000);
  BOOST_TEST(a.at_minute == 570);

  a = only(R"("on": "event", "event": "payment.received", "state": "retired")");
  BOOST_TEST(a.event == "payment.received");
  BOOST_TEST((a.state == State::kRetired));
  for (const char* trigger : {"created", "deleted", "restored"}) {
    BOOST_TEST(trigger_name(only("\"on\": \"" + std::string(trigger) + "\"").trigger) == trigger);
  }
}

BOOST_AUTO_TEST_CASE(members_that_are_wrong_are_named) {
  const auto all = [](const std::string& text) { return publish(text).codes(); };
  BOOST_TEST(all("[]") == "type");
  BOOST_TEST(all(R"({"A": {"entity": "deal", "on": "created", "steps": [{"stop": true}]}})") ==
             "name");
  BOOST_TEST(all(R"({"a": 1})") == "type");
  BOOST_TEST(all(R"({"a": {}})") == "missing_member missing_member");
  BOOST_TEST(all(R"({"a": {"entity": "dael", "on": "created", "steps": [{"stop": true}]}})") ==
             "unknown_entity");
  BOOST_TEST(errors(R"("on": "sometimes")") == "unknown_value");
  BOOST_TEST(publish(about(R"("on": "createt")")).messages().find("\"created\"") !=
             std::string::npos);
  BOOST_TEST(errors(R"("on": "created", "order": -1)") == "range");
  BOOST_TEST(errors(R"("on": "created", "wen": "true")") == "unknown_member");
  BOOST_TEST(errors(R"("on": "created", "when": "")") == "expression");
  BOOST_TEST(errors(R"("on": "created", "enroll": "always")") == "unknown_value");
  BOOST_TEST(errors(R"("on": "created", "max_per_hour": 0)") == "range");
  BOOST_TEST(errors(R"("on": "created", "on_error": "retry")") == "unknown_value");
  BOOST_TEST(errors(R"("on": "created", "state": "draft")") == "unknown_value");
  BOOST_TEST(errors(R"("on": "created", "while_active": 1)") == "type");
  BOOST_TEST(errors(R"("on": "created", "owner": "deal:7")") == "owner");
  BOOST_TEST(errors(R"("on": "created", "owner": "ada")") == "owner");
  BOOST_TEST(errors(R"("on": "before_save", "set": {"nam": "'x'"})", "") == "unknown_field");
  BOOST_TEST(errors(R"("on": "before_save", "set": {}, "order": 1)", "") == "missing_member");
}

BOOST_AUTO_TEST_CASE(members_of_other_triggers_are_refused) {
  BOOST_TEST(errors(R"("on": "created", "watch": ["name"])") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "created", "stage": "New")") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "created", "offset": "1d")") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "created", "event": "x")") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "created", "set": {"name": "'x'"})") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "before_save", "set": {"name": "'x'"})") == "unexpected_member");
  BOOST_TEST(errors(R"("on": "before_save", "enroll": "once", "set": {"name": "'x'"})", "") ==
             "unexpected_member");
  BOOST_TEST(errors(R"("on": "updated", "watch": ["nam"])") == "unknown_field");
  BOOST_TEST(errors(R"("on": "updated", "watch": ["version"])") == "read_only");
  BOOST_TEST(errors(R"("on": "updated", "watch": [])") == "missing_member");
  BOOST_TEST(errors(R"("on": "stage_entered", "stage": "Nwe")") == "unknown_stage");
  BOOST_TEST(
      publish(about(R"("on": "stage_entered", "stage": "Nwe")")).messages().find("\"New\"") !=
      std::string::npos);
  BOOST_TEST(errors(R"("on": "stage_entered", "field": "name")") == "field");
  BOOST_TEST(publish(R"({"a": {"entity": "task", "on": "stage_left", "steps": [{"stop": true}]}})")
                 .codes() == "field");
  const auto both = [](const std::string& members) { return publish(about(members), {}, true); };
  BOOST_TEST(both(R"("on": "stage_left")").codes() == "missing_member");
  const Sections chosen = both(R"("on": "stage_left", "field": "approval")");
  BOOST_REQUIRE(chosen.diagnostics.ok());
  BOOST_TEST(chosen.published.definitions.automations[0].field == 4u);
  BOOST_TEST(errors(R"("on": "date_reached")") == "missing_member");
  BOOST_TEST(errors(R"("on": "date_reached", "field": "name")") == "type");
  BOOST_TEST(errors(R"("on": "date_reached", "field": "close_date", "offset": "3 days")") ==
             "duration");
  BOOST_TEST(errors(R"("on": "date_reached", "field": "close_date", "at": "24:00")") == "time");
  BOOST_TEST(errors(R"("on": "date_reached", "field": "close_date", "at": "9:00")") == "time");
  BOOST_TEST(errors(R"("on": "date_reached", "field": "seen_at", "at": "09:00")") ==
             "unexpected_member");
  BOOST_TEST(errors(R"("on": "event")") == "missing_member");
}

BOOST_AUTO_TEST_CASE(limits_are_named) {
  schema::ModelLimits limits;
  limits.max_automations = 2;
  const std::string one = R"({"entity": "deal", "on": "created", "steps": [{"stop": true}]})";
  const std::string rule = R"({"entity": "deal", "on": "before_save", "set": {"name": "'x'"}})";
  const auto out =
      publish(R"({"a": )" + one + R"(, "b": )" + one + R"(, "c": )" + one + "}", {}, false, limits);
  BOOST_TEST(out.codes() == "limit");
  BOOST_TEST(out.messages().find("max_automations") != std::string::npos);
  limits.max_before_rules = 1;
  BOOST_TEST(publish(R"({"a": )" + rule + R"(, "b": )" + rule + "}", {}, false, limits)
                 .messages()
                 .find("max_before_rules") != std::string::npos);
  limits.max_steps = 1;
  BOOST_TEST(
      publish(about(R"("on": "created")", R"([{"stop": true}, {"stop": true}])"), {}, false, limits)
          .messages()
          .find("max_steps") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ids_stay_and_are_never_given_twice) {
  const std::string body = R"({"entity": "deal", "on": "created", "steps": [{"stop": true}]})";
  const std::string other = R"({"entity": "deal", "on": "deleted", "steps": [{"stop": true}]})";
  Published now = good(R"({"a": )" + body + R"(, "b": )" + body + "}");
  BOOST_TEST(now.definitions.find("a")->id == 1u);
  BOOST_TEST(now.definitions.find("b")->id == 2u);

  now = good(R"({"b": )" + body + R"(, "a": )" + other + "}", now);
  BOOST_TEST(now.definitions.find("a")->id == 1u);
  BOOST_TEST(now.definitions.find("a")->version == 2u);
  BOOST_TEST(now.definitions.find("b")->id == 2u);
  BOOST_TEST(now.definitions.find("b")->version == 1u);

  now = good("{}", now);
  BOOST_TEST(now.definitions.automations.empty());
  BOOST_TEST(!encode(now).empty());
  now = good(R"({"a": )" + body + "}", *decode_published(encode(now)));
  BOOST_TEST(now.definitions.find("a")->id == 3u);
  BOOST_TEST(now.definitions.find("a")->version == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
