#include "automation/auto_transitions.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/automation/deal_rules.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

BOOST_FIXTURE_TEST_SUITE(automation_auto_transitions, DealRules)

// -----------------------------------------------------

BOOST_AUTO_TEST_CASE(automatic_transitions_are_automations_of_one_step) {
  pipeline::Pipeline sales;
  sales.name = "sales";
  sales.version = 4;
  sales.entity = kDeal;
  sales.field = kStage;
  const auto stage = [](std::uint32_t id, const char* name) {
    pipeline::Stage made;
    made.id = id;
    made.name = name;
    return made;
  };
  sales.stages = {stage(1, "Prospecting"), stage(2, "Engaging"), stage(3, "Won")};
  pipeline::Transition win;
  win.name = "win";
  win.from = {1, 2, 3};
  win.to = 3;
  win.guard = "r.seats > 5 || r.hot // sure";
  win.automatic = true;
  pipeline::Transition by_hand = win;
  by_hand.name = "by_hand";
  by_hand.automatic = false;
  sales.transitions = {by_hand, win};
  const auto made = auto_transitions({{sales}}, catalog);
  BOOST_REQUIRE(made.size() == 1u);
  BOOST_TEST(made[0].name == "pipeline sales: win");
  BOOST_TEST((made[0].id & kAutoTransitionBit) != 0u);
  BOOST_TEST(made[0].version == 4u);
  BOOST_TEST(made[0].steps[0].stage == 3u);
  BOOST_TEST(auto_transitions({{sales}}, catalog)[0].id == made[0].id);

  const Rules rules{compiled(made[0])};
  BOOST_TEST(updated(rules, {{"stage", "Engaging"}}, {{"stage", "Engaging"}, {"seats", 6}}) ==
             "pipeline sales: win");
  BOOST_TEST(updated(rules, {{"stage", "Engaging"}}, {{"stage", "Engaging"}, {"seats", 5}}) == "");
  BOOST_TEST(updated(rules, {{"stage", "Engaging"}}, {{"stage", "Won"}, {"seats", 6}}) == "");
  const RecordId fresh = put(kDeal, 9, {{"stage", "Prospecting"}, {"hot", true}});
  BOOST_TEST(match(dispatch_of(rules), change(ChangeKind::kCreate, {}, fresh)) ==
             "pipeline sales: win");
}

BOOST_AUTO_TEST_SUITE_END()
