// Runs that move records through pipelines.
#include "tests/api/automation_fixture.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_run_moves)

BOOST_AUTO_TEST_CASE(steps_move_stop_and_pass_over) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"set": {"note": "'small'"}, "when": "amount < 100"},
    {"move": {"to": "Offer", "set": {"score": "5"}}},
    {"stop": true, "when": "r.stage == 'Offer'"},
    {"set": {"note": "'never'"}}]})");
  const RecordId deal =
      shop.create("deal", {{"name", "Pilot"}, {"stage", "New"}, {"amount", decimal("500")}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.steps == 2u, "one was passed over");
  BOOST_TEST((shop.get(deal, "stage") == Value("Offer")), shop.runs().at(0).message);
  BOOST_TEST((shop.get(deal, "score") == Value(5)));
  BOOST_TEST(shop.get(deal, "note").is_null());
  BOOST_TEST((shop.states() == Texts{"done"}));
}

BOOST_AUTO_TEST_CASE(an_automatic_transition_is_a_run) {
  CreateOptions options;
  options.now = at("2026-03-01T09:00:00Z");
  options.model = R"({"kith_model": 1, "entities": {"deal": {"fields": {
      "name": {"type": "text"}, "stage": {"type": "choice"}, "paid": {"type": "bool"}}}},
    "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"Open": {"class": "open", "probability": 50}, "Won": {"class": "won"}},
      "transitions": [{"name": "win", "from": ["Open"], "to": "Won", "auto": true,
                       "guard": "r.paid == true"}]}}})";
  Shop shop(require(Database::create(":memory:", options)), options.now);
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"stage", "Open"}});
  BOOST_TEST(shop.tick().runs == 0u);
  shop.update(deal, {{"paid", true}});
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST((shop.get(deal, "stage") == Value("Won")), shop.runs().at(0).message);
  BOOST_TEST(shop.history(deal).front().cause == "automation pipeline sales: win run 1");
}

BOOST_AUTO_TEST_CASE(a_guard_stands_against_a_run_too_and_says_why) {
  CreateOptions options;
  options.now = at("2026-03-01T09:00:00Z");
  options.model = R"({"kith_model": 1, "entities": {"deal": {"fields": {
      "name": {"type": "text"}, "stage": {"type": "choice"}, "paid": {"type": "bool"}}}},
    "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"Open": {"class": "open", "probability": 50}, "Won": {"class": "won"}},
      "transitions": [{"name": "win", "from": ["Open"], "to": "Won",
                       "guard": "r.paid == true"}]}},
    "automations": {"hurry": {"entity": "deal", "on": "created",
                              "steps": [{"move": {"to": "Won"}}]}}})";
  Shop shop(require(Database::create(":memory:", options)), options.now);
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"stage", "Open"}});
  // The host may go past it; the automation may not, whoever ticks.
  BOOST_TEST(shop.tick().failures == 1u);
  BOOST_TEST((shop.get(deal, "stage") == Value("Open")));
  BOOST_TEST((shop.runs().at(0).state == RunState::kFailed));
  BOOST_TEST(shop.runs().at(0).message.find("step 1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stage_that_is_entered_again_begins_a_run) {
  CreateOptions options;
  options.now = at("2026-03-01T09:00:00Z");
  options.model = R"({"kith_model": 1, "entities": {"deal": {"fields": {
      "name": {"type": "text"}, "stage": {"type": "choice"}}}},
    "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"Open": {"class": "open", "probability": 50}, "Won": {"class": "won"}},
      "transitions": [{"name": "again", "from": ["Open"], "to": "Open"}]}},
    "automations": {"greet": {"entity": "deal", "on": "stage_entered", "stage": "Open",
                              "steps": [{"send": {"topic": "email", "body": "x"}}]}}})";
  Shop shop(require(Database::create(":memory:", options)), options.now);
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"stage", "Open"}});
  BOOST_TEST(shop.tick().messages == 1u);
  shop.update(deal, {{"name", "Renamed"}});
  BOOST_TEST(shop.tick().messages == 0u);
  shop.update(deal, {{"stage", "Open"}});
  BOOST_TEST(shop.tick().messages == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
