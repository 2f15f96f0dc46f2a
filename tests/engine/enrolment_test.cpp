// Step 9 of the write path: which changes begin a run, which are held back, which end one.
#include "tests/api/automation_fixture.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_enrolment)

BOOST_AUTO_TEST_CASE(a_condition_fires_on_its_edge) {
  Shop shop(R"("big": {"entity": "deal", "on": "updated", "when": "amount >= 1000",
                       "steps": [{"send": {"topic": "big", "body": "x"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"amount", decimal("1")}});
  const auto set = [&](std::string_view amount) {
    shop.update(deal, {{"amount", decimal(amount)}});
    return shop.tick().runs;
  };
  BOOST_TEST(set("999") == 0u);
  BOOST_TEST(set("1000") == 1u);
  BOOST_TEST(set("2000") == 0u, "it was true before");
  BOOST_TEST(set("1") == 0u);
  BOOST_TEST(set("1000") == 1u);
  // Net of the transaction: true and false again is no edge.
  shop.update(deal, {{"amount", decimal("1")}});
  shop.act([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"amount", decimal("5000")}}));
    KITH_CHECK_OK(t.update(deal, {{"amount", decimal("2")}}));
  });
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(changed_to_fires_on_exactly_its_edge) {
  Shop shop(R"json("won": {"entity": "deal", "on": "updated", "when": "changed_to(stage, 'Won')",
                       "steps": [{"send": {"topic": "won", "body": "x"}}]})json");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"stage", "New"}});
  const auto set = [&](const Patch& fields) {
    shop.update(deal, fields);
    return shop.tick().runs;
  };
  BOOST_TEST(shop.tick().runs == 0u);
  BOOST_TEST(set({{"stage", "Offer"}}) == 0u);
  BOOST_TEST(set({{"stage", "Won"}}) == 1u);
  BOOST_TEST(set({{"amount", decimal("5")}}) == 0u, "it is Won still, and that is no step");
  BOOST_TEST(set({{"stage", "Lost"}, {"note", "x"}}) == 0u);
  BOOST_TEST(set({{"stage", "Won"}, {"note", "y"}}) == 1u);
  // Net of the transaction.
  shop.act([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"stage", "Lost"}}));
    KITH_CHECK_OK(t.update(deal, {{"stage", "Won"}}));
  });
  BOOST_TEST(shop.tick().runs == 0u);
  shop.act([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"stage", "Lost"}}));
    KITH_CHECK_OK(t.update(deal, {{"stage", "New"}}));
  });
  shop.act([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"stage", "Offer"}}));
    KITH_CHECK_OK(t.update(deal, {{"stage", "Won"}}));
  });
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST(shop.outbox().size() == 3u);
}

BOOST_AUTO_TEST_CASE(policies_say_how_often_a_record_is_taken_up) {
  Shop shop(R"(
    "edge": {"entity": "deal", "on": "updated", "watch": "note", "when": "score > 1",
             "steps": [{"send": {"topic": "x", "body": "x"}}]},
    "every": {"entity": "deal", "on": "updated", "watch": "note", "when": "score > 1",
              "enroll": "every_event", "steps": [{"send": {"topic": "x", "body": "x"}}]},
    "once": {"entity": "deal", "on": "updated", "watch": "note", "when": "score > 1",
             "enroll": "once", "steps": [{"send": {"topic": "x", "body": "x"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  const auto enrolments = [&](std::string_view automation) {
    return shop.runs({.record = {}, .automation = std::string(automation)}).size();
  };
  shop.update(deal, {{"note", "1"}, {"score", 5}});
  shop.tick();
  shop.update(deal, {{"note", "2"}});
  shop.tick();
  shop.update(deal, {{"note", "3"}});
  shop.tick();
  BOOST_TEST(enrolments("edge") == 1u);
  BOOST_TEST(enrolments("every") == 3u);
  BOOST_TEST(enrolments("once") == 1u);
  RunFilter every;
  every.automation = "every";
  BOOST_TEST(shop.runs(every).back().enrolment == 3u);
  shop.update(deal, {{"score", 0}, {"note", "4"}});
  shop.update(deal, {{"score", 5}, {"note", "5"}});
  BOOST_TEST(enrolments("edge") == 2u);
  BOOST_TEST(enrolments("once") == 1u);
}

BOOST_AUTO_TEST_CASE(a_record_is_not_taken_up_again_while_a_run_is_under_way) {
  Shop shop(R"(
    "one": {"entity": "deal", "on": "updated", "watch": "note", "enroll": "every_event",
            "steps": [{"wait": "1d"}]},
    "many": {"entity": "deal", "on": "updated", "watch": "note", "enroll": "every_event",
             "while_active": true, "steps": [{"wait": "1d"}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  for (const char* note : {"a", "b", "c"}) {
    shop.update(deal, {{"note", note}});
    shop.tick();
  }
  RunFilter filter;
  filter.automation = "one";
  BOOST_TEST(shop.runs(filter).size() == 1u);
  filter.automation = "many";
  BOOST_TEST(shop.runs(filter).size() == 3u);
  shop.wait(Duration::days(2));
  shop.tick();
  shop.update(deal, {{"note", "d"}});
  filter.automation = "one";
  BOOST_TEST(shop.runs(filter).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_circle_is_cut_and_seen) {
  Shop shop(R"(
    "a": {"entity": "deal", "on": "updated", "watch": "note", "enroll": "every_event",
          "steps": [{"set": {"score": "(has(r.score) ? r.score : 0) + 1"}}]},
    "b": {"entity": "deal", "on": "updated", "watch": "score", "enroll": "every_event",
          "steps": [{"set": {"note": "string(r.score) + ' points'"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  shop.update(deal, {{"note", "begin"}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 2u);
  BOOST_TEST(done.failures == 1u);
  BOOST_TEST((shop.states() == Texts{"done", "done", "suspended"}));
  BOOST_TEST((shop.get(deal, "score") == Value(1)));
  BOOST_TEST((shop.get(deal, "note") == Value("1 points")));
  const std::vector<Run> runs = shop.runs();
  BOOST_TEST(runs[1].parent == runs[0].id);
  BOOST_TEST(runs[1].depth == 2u);
  BOOST_TEST(runs[2].parent == runs[1].id);
  BOOST_TEST(runs[2].depth == 3u);
  BOOST_TEST(runs[2].enrolment == 0u);
  BOOST_TEST(runs[2].message.find("a -> b -> a") != std::string::npos, runs[2].message);
  // A person who writes begins a new chain.
  shop.update(deal, {{"note", "again"}});
  BOOST_TEST(shop.tick().runs == 2u);
}

BOOST_AUTO_TEST_CASE(a_chain_over_many_records_ends_at_the_depth_limit) {
  Limits limits;
  limits.max_chain_depth = 3;
  Shop shop(R"("a": {"entity": "task", "on": "created", "steps": [
              {"create": {"entity": "task", "set": {"subject": "r.subject + '+'"}}}]})",
            ":memory:", limits);
  shop.create("task", {{"subject", "t"}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 3u);
  BOOST_TEST(done.changes == 3u);
  BOOST_TEST(done.failures == 1u);
  const Run last = shop.runs().back();
  BOOST_TEST((last.state == RunState::kSuspended));
  BOOST_TEST(last.depth == 4u);
  BOOST_TEST(last.message.find("max_chain_depth") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(too_many_runs_in_an_hour_are_suspended) {
  Shop shop(R"("a": {"entity": "deal", "on": "updated", "watch": "note", "enroll": "every_event",
                     "max_per_hour": 2, "steps": [{"send": {"topic": "x", "body": "x"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  const auto change = [&] {
    static int n = 0;
    shop.wait(Duration::minutes(10));
    shop.update(deal, {{"note", std::to_string(n++)}});
    shop.tick();
    return shop.states().back();
  };
  BOOST_TEST(change() == "done");
  BOOST_TEST(change() == "done");
  BOOST_TEST(change() == "suspended");
  BOOST_TEST(shop.runs().back().message.find("max_per_hour") != std::string::npos);
  // Others have an hour of their own.
  const RecordId other = shop.create("deal", {{"name", "Other"}});
  shop.update(other, {{"note", "x"}});
  BOOST_TEST(shop.states().back() == "active");
  shop.tick();
  shop.wait(Duration::minutes(40));
  BOOST_TEST(change() == "done");
}

BOOST_AUTO_TEST_CASE(what_exit_when_says_ends_a_run_with_the_change_itself) {
  Shop shop(R"("nurture": {"entity": "deal", "on": "created", "exit_when": "stage == 'Won'",
    "steps": [{"wait": "3d"}, {"send": {"topic": "still there?", "body": "x"}}]})");
  const RecordId won = shop.create("deal", {{"name", "Won"}, {"stage", "New"}});
  const RecordId open = shop.create("deal", {{"name", "Open"}, {"stage", "New"}});
  shop.tick();
  shop.update(won, {{"note", "nothing to do with it"}});
  BOOST_TEST((shop.states() == Texts{"active", "active"}));
  shop.update(won, {{"stage", "Won"}});
  BOOST_TEST((shop.states() == Texts{"stopped", "active"}));
  BOOST_TEST(!shop.runs().at(0).due);
  shop.wait(Duration::days(4));
  BOOST_TEST(shop.tick().messages == 1u);
  BOOST_TEST((shop.outbox().at(0).record == open));
}

BOOST_AUTO_TEST_CASE(runs_of_records_that_go_are_cancelled) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"wait": "1d"}, {"send": {"topic": "x", "body": "x"}}]})");
  const RecordId deleted = shop.create("deal", {{"name", "Deleted"}});
  const RecordId purged = shop.create("deal", {{"name", "Purged"}});
  shop.tick();
  shop.act([&](Transaction& t) {
    require(t.send({.topic = "letter", .record = purged}));
    KITH_CHECK_OK(t.refuse(1, require(t.lease())[0].token, {.dead = true}));
    require(t.send({.topic = "letter", .record = purged}));
  });
  BOOST_TEST(shop.outbox().size() == 2u);
  shop.act([&](Transaction& t) {
    KITH_CHECK_OK(t.remove(deleted));
    KITH_CHECK_OK(t.purge(purged));
  });
  BOOST_TEST((shop.states() == Texts{"active", "cancelled"}));
  BOOST_TEST(shop.outbox().empty());  // nothing is said about what was purged
  shop.wait(Duration::days(2));
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST((shop.states() == Texts{"cancelled", "cancelled"}));
  BOOST_TEST(shop.outbox().empty());
}

BOOST_AUTO_TEST_CASE(messages_about_a_purged_record_go_with_it_whether_or_not_it_has_automations) {
  Shop shop("");
  const RecordId deal = shop.create("deal", {{"name", "Purged"}});
  shop.act([&](Transaction& t) { require(t.send({.topic = "letter", .record = deal})); });
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.purge(deal)); });
  BOOST_TEST(shop.outbox().empty());
}

BOOST_AUTO_TEST_CASE(a_paused_automation_begins_nothing_and_a_retired_one_ends) {
  const auto with_state = [](const char* state) {
    return std::string(R"("a": {"entity": "deal", "on": "created", "state": ")") + state +
           R"(", "steps": [{"wait": "1d"}, {"set": {"note": "'done'"}}]})";
  };
  Shop shop(with_state("active"));
  const RecordId first = shop.create("deal", {{"name", "First"}});
  shop.tick();
  shop.apply(with_state("paused"));
  const RecordId second = shop.create("deal", {{"name", "Second"}});
  BOOST_TEST(shop.runs().size() == 1u);
  shop.wait(Duration::days(1));
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST((shop.get(first, "note") == Value("done")));

  shop.apply(with_state("active"));
  shop.create("deal", {{"name", "Third"}});
  shop.tick();
  shop.apply(with_state("retired"));
  shop.wait(Duration::days(1));
  shop.tick();
  BOOST_TEST((shop.states() == Texts{"done", "cancelled"}));
  BOOST_TEST(shop.runs().back().message.find("retired") != std::string::npos);
  BOOST_TEST(shop.get(second, "note").is_null());
}

BOOST_AUTO_TEST_CASE(a_run_keeps_to_the_version_it_began_with) {
  const auto version = [](const char* text) {
    return std::string(R"("a": {"entity": "deal", "on": "created", "steps": [
      {"wait": "1d"}, {"set": {"note": "')") +
           text + R"('"}}, {"set": {"score": "1"}}]})";
  };
  Shop shop(version("first"));
  const RecordId old_deal = shop.create("deal", {{"name", "Old"}});
  shop.tick();
  shop.apply(version("second"));
  BOOST_TEST(require(shop.read().automations()).at(0).version == 2u);
  const RecordId new_deal = shop.create("deal", {{"name", "New"}});
  shop.tick();
  shop.wait(Duration::days(1));
  BOOST_TEST(shop.tick().runs == 2u);
  BOOST_TEST((shop.get(old_deal, "note") == Value("first")));
  BOOST_TEST((shop.get(new_deal, "note") == Value("second")));
  BOOST_TEST(shop.runs().at(0).version == 1u);
  BOOST_TEST(shop.runs().at(1).version == 2u);
}

BOOST_AUTO_TEST_CASE(an_automation_that_left_the_model_cancels_its_runs) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [{"wait": "1d"}]})");
  shop.create("deal", {{"name", "Pilot"}});
  shop.tick();
  shop.apply("");
  shop.wait(Duration::days(1));
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST((shop.states() == Texts{"cancelled"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
