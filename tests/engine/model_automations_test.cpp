// The automations of a document, checked and compiled with the rest of the model.
#include <boost/test/unit_test.hpp>

#include "automation/auto_transitions.hpp"
#include "engine/compiled_model.hpp"
#include "engine/model.hpp"

using namespace kith;
using namespace kith::engine;

namespace {

std::string model(const std::string& automations, const std::string& transitions = "[]") {
  return R"({"kith_model": 1, "entities": {
    "user": {"fields": {"active": {"type": "bool"}}},
    "deal": {"fields": {"name": {"type": "text"}, "amount": {"type": "int"},
      "close_date": {"type": "date"}, "stage": {"type": "choice"}}},
    "task": {"fields": {"subject": {"type": "text"}, "done": {"type": "bool"},
      "deal": {"type": "reference", "to": "deal"}}}},
  "pipelines": {"sales": {"entity": "deal", "field": "stage", "transitions": )" +
         transitions + R"(, "policy": "any", "stages": {
    "Open": {"class": "open", "probability": 50}, "Won": {"class": "won"}}}},
  "automations": {)" +
         automations + "}}";
}

// One automation of deals with these steps.
std::string with_steps(const std::string& steps) {
  return model(R"("a": {"entity": "deal", "on": "created", "steps": [)" + steps + "]}");
}

// What is wrong with the first thing that is wrong.
std::string complaint(const std::string& document) {
  const auto plan = check_model(document, "m.json", core_sections(), {});
  if (plan.ok()) return "";
  BOOST_TEST((plan.status().code() == Code::kModelInvalid));
  BOOST_REQUIRE(!plan.status().violations().empty());
  const Violation& first = plan.status().violations().front();
  BOOST_TEST(first.code == "expression");
  BOOST_TEST(first.line > 0u);
  return first.message;
}

std::shared_ptr<const CompiledModel> compiled(const std::string& document) {
  auto plan = check_model(document, "m.json", core_sections(), {});
  BOOST_REQUIRE_MESSAGE(plan.ok(), plan.status().to_string());
  auto made = CompiledModel::compile({plan->catalog, plan->payloads, plan->document}, Limits());
  BOOST_REQUIRE_MESSAGE(made.ok(), made.status().to_string());
  return *made;
}

bool begins_with(const std::string& text, const std::string& start) {
  return text.find(start) == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_model_automations)

BOOST_AUTO_TEST_CASE(expressions_of_steps_are_checked_where_they_stand) {
  BOOST_TEST(complaint(with_steps(R"({"stop": true, "when": "r.name == 'x' && event.paid"})")) ==
             "");
  BOOST_TEST(begins_with(complaint(with_steps(R"({"stop": true, "when": "r.name"})")),
                         "automation a, step 1, when: "));
  BOOST_TEST(begins_with(complaint(with_steps(R"({"set": {"amount": "r.name"}})")),
                         "automation a, step 1, set amount: "));
  BOOST_TEST(begins_with(
      complaint(with_steps(R"({"send": {"topic": "email", "to": "r.email", "body": "Hi"}})")),
      "automation a, step 1, to: "));
  const std::string in_text =
      complaint(with_steps(R"({"send": {"topic": "email", "body": "Dear ${r.nam}"}})"));
  BOOST_TEST(begins_with(in_text, "automation a, step 1, body: 1:10: "));
  BOOST_TEST(begins_with(complaint(with_steps(R"({"wait": {"until": "r.amount"}})")),
                         "automation a, step 1, until: "));
  BOOST_TEST(complaint(with_steps(R"({"wait": {"until": "r.close_date"}})")) == "");
  BOOST_TEST(complaint(with_steps(R"({"wait": {"until": "event.when"}})")) == "");
  // The expressions of `create` are about the deal, their values for the task.
  BOOST_TEST(
      complaint(with_steps(
          R"({"create": {"entity": "task", "set": {"deal": "r.id", "subject": "r.name"}}})")) ==
      "");
  BOOST_TEST(begins_with(
      complaint(with_steps(R"({"create": {"entity": "task", "set": {"done": "r.name"}}})")),
      "automation a, step 1, set done: "));
  BOOST_TEST(begins_with(
      complaint(with_steps(R"({"create": {"entity": "task", "set": {"deal": "user"}}})")),
      "automation a, step 1, set deal: "));
  // `where` is about a candidate.
  BOOST_TEST(complaint(with_steps(R"({"assign": {"field": "owner", "where": "r.active"}})")) == "");
  BOOST_TEST(begins_with(
      complaint(with_steps(R"({"assign": {"field": "owner", "where": "r.amount > 1"}})")),
      "automation a, step 1, where: "));
}

BOOST_AUTO_TEST_CASE(events_have_a_meaning_in_automations_alone) {
  BOOST_TEST(complaint(model(
                 R"("a": {"entity": "deal", "on": "before_save", "when": "event.x == 1",
                          "set": {
  "name" : "'x'"}})")) != "");
  BOOST_TEST(complaint(model(
                           R"("a": {"entity": "deal", "on": "updated", "when": "r.amout > 1",
                          "steps": [{"stop": true}]})"))
                 .find("amount") != std::string::npos);
  BOOST_TEST(begins_with(complaint(model(
                             R"("a": {"entity": "deal", "on": "updated", "exit_when": "r.amount",
                                      "steps": [{"stop": true}]})")),
                         "automation a, exit_when: "));
}

BOOST_AUTO_TEST_CASE(compiled_models_know_their_automations) {
  const auto made = compiled(model(
      R"("later": {"entity": "deal", "on": "created", "order": 5, "steps": [{"stop": true}]},
         "first": {"entity": "deal", "on": "updated", "state": "paused",
                   "steps": [{"stop": true}]},
         "other": {"entity": "task", "on": "event", "event": "x", "steps": [{"stop": true}]},
         "rule": {"entity": "task", "on": "before_save", "set": {"subject": "'x'"}})",
      R"([{"name": "w", "from": ["Open"], "to": "Won", "auto": true, "guard": "r.amount > 5"}])"));
  std::string names;
  for (const auto& automation : made->automations()) names += automation->definition.name + ", ";
  BOOST_TEST(names == "first, pipeline sales: w, later, other, ");
  BOOST_TEST(made->automation(1)->definition.name == "later");
  BOOST_TEST(made->automation(9) == nullptr);
  BOOST_TEST(made->published().definitions.automations.size() == 3u);
  BOOST_TEST(made->published().before.rules.size() == 1u);
  const std::uint32_t win = made->automations()[1]->definition.id;
  BOOST_TEST((win & automation::kAutoTransitionBit) != 0u);
  BOOST_TEST(made->automation(win) == made->automations()[1]);
  BOOST_TEST(!(*made->find("deal"))->dispatch.empty());
  BOOST_TEST(!(*made->find("task"))->dispatch.empty());
  BOOST_TEST((*made->find("user"))->dispatch.empty());
  BOOST_TEST((*made->find("task"))->before.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_document_applied_again_keeps_ids_and_versions) {
  const std::string document = with_steps(R"({"stop": true})");
  const auto first = check_model(document, "m.json", core_sections(), {});
  BOOST_REQUIRE(first.ok());
  const StoredModel stored{first->catalog, first->payloads, first->document};
  const auto again = plan_model(document, "m.json", stored, core_sections(), {});
  BOOST_REQUIRE(again.ok());
  BOOST_TEST(again->payloads.at("automations") == first->payloads.at("automations"));
  BOOST_TEST(again->changes.empty());

  StoredModel damaged = stored;
  damaged.payloads.at("automations") = "?";
  BOOST_TEST((plan_model(document, "m.json", damaged, core_sections(), {}).status().code() ==
              Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(cycles_are_warnings_of_the_plan) {
  const auto plan = check_model(model(R"("a": {"entity": "deal", "on": "updated", "watch": "amount",
                     "steps": [{"set": {"amount": "r.amount + 1"}}]})"),
                                "m.json", core_sections(), {});
  BOOST_REQUIRE(plan.ok());
  BOOST_REQUIRE(plan->warnings.size() == 1u);
  BOOST_TEST(plan->warnings[0].code == "cycle");
  BOOST_TEST(plan->warnings[0].message.find("a -> a") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
