// What a tick takes up, in which order, how much of it, and what it says about it.
#include "tests/api/automation_fixture.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_tick)

BOOST_AUTO_TEST_CASE(a_tick_needs_a_time_and_a_budget) {
  Shop shop("");
  BOOST_TEST((shop.session.tick({}).status().code() == Code::kInvalidArgument));
  TickOptions none;
  none.now = shop.now;
  none.max_runs = 0;
  BOOST_TEST((shop.session.tick(none).status().code() == Code::kInvalidArgument));
  const TickResult idle = shop.tick();
  BOOST_TEST(idle.runs == 0u);
  BOOST_TEST(!idle.next_due);
}

BOOST_AUTO_TEST_CASE(a_tick_with_nothing_to_do_waits_for_no_writer) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [{"wait": "1d"}]})");
  shop.create("deal", {{"name", "Pilot"}});
  shop.tick();
  Transaction held = shop.begin();
  TickOptions how;
  how.now = shop.now;
  how.timeout = std::chrono::milliseconds(0);
  const TickResult idle = require(shop.session.tick(how));
  BOOST_TEST(idle.runs == 0u);
  BOOST_TEST((idle.next_due == at("2026-03-02T09:00:00Z")));
}

BOOST_AUTO_TEST_CASE(waits_end_at_their_instant_and_never_before) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"wait": "1d"}, {"set": {"score": "1"}},
    {"wait": {"until": "r.close_date"}}, {"set": {"score": "2"}},
    {"wait": {"until": "r.close_date"}}, {"set": {"score": "3"}}]})");
  const RecordId deal =
      shop.create("deal", {{"name", "Pilot"}, {"close_date", date("2026-03-10")}});
  const TickResult begun = shop.tick();
  BOOST_TEST(begun.runs == 1u);
  BOOST_TEST(begun.steps == 1u);
  BOOST_TEST((begun.next_due == at("2026-03-02T09:00:00Z")));
  shop.now = at("2026-03-02T08:59:59Z");
  BOOST_TEST(shop.tick().runs == 0u);
  shop.now = at("2026-03-02T09:00:00Z");
  BOOST_TEST(shop.tick().runs == 1u);
  BOOST_TEST((shop.get(deal, "score") == Value(1)));
  BOOST_TEST((require(shop.read().next_due()) == at("2026-03-10T00:00:00Z")));
  shop.now = at("2026-03-12T00:00:00Z");
  shop.tick();
  BOOST_TEST((shop.get(deal, "score") == Value(3)), "an instant that is past is no wait");
  BOOST_TEST((shop.states() == Texts{"done"}));
}

BOOST_AUTO_TEST_CASE(a_late_tick_does_everything_in_order_of_time_and_once) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"wait": {"until": "r.call_at"}}, {"send": {"topic": "call", "body": "x"}}]},
    "b": {"entity": "deal", "on": "date_reached", "field": "close_date",
          "steps": [{"send": {"topic": "close", "body": "x"}}]})");
  const auto add = [&](const char* name, const char* call, const char* close) {
    shop.create("deal", {{"name", name}, {"call_at", at(call)}, {"close_date", date(close)}});
  };
  add("one", "2026-03-05T12:00:00Z", "2026-03-08");
  add("two", "2026-03-03T12:00:00Z", "2026-03-04");
  add("three", "2026-03-06T12:00:00Z", "2026-03-02");
  shop.tick();
  shop.now = at("2026-03-20T00:00:00Z");
  BOOST_TEST(shop.tick().messages == 6u);
  Texts order;
  Snapshot s = shop.read();
  for (const OutboxMessage& m : require(s.outbox())) {
    order.push_back(m.topic + " " + *require(s.get(m.record)).at("name").text());
  }
  BOOST_TEST((order == Texts{"close three", "call two", "close two", "call one", "call three",
                             "close one"}));
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(a_budget_is_kept_and_what_is_left_is_said) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [{"set": {"note": "'x'"}}]})");
  for (int i = 0; i < 7; ++i) shop.create("deal", {{"name", "Pilot"}});
  TickResult part = shop.tick(3);
  BOOST_TEST(part.runs == 3u);
  BOOST_TEST(part.more);
  BOOST_TEST((part.next_due == shop.now));
  part = shop.tick(3);
  BOOST_TEST(part.runs == 3u);
  BOOST_TEST(part.more);
  part = shop.tick(3);
  BOOST_TEST(part.runs == 1u);
  BOOST_TEST(!part.more);
  BOOST_TEST(!part.next_due);
  // What a run begins is a part of the same tick.
  part = shop.tick(1);
  BOOST_TEST(!part.more);
}

BOOST_AUTO_TEST_CASE(runs_that_meet_in_a_record_keep_their_causes) {
  Shop shop(R"(
    "a": {"entity": "deal", "on": "created", "order": 1, "steps": [{"set": {"note": "'a'"}}]},
    "b": {"entity": "deal", "on": "created", "order": 2,
          "steps": [{"set": {"note": "r.note + 'b'"}}]},
    "c": {"entity": "deal", "on": "created", "order": 3,
          "steps": [{"set": {"note": "r.note + 'c'"}}]})");
  const RecordId one = shop.create("deal", {{"name", "One"}});
  const RecordId two = shop.create("deal", {{"name", "Two"}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 6u);
  BOOST_TEST(done.changes == 6u);
  for (RecordId deal : {one, two}) {
    BOOST_TEST((shop.get(deal, "note") == Value("abc")));
    const std::vector<Change> history = shop.history(deal);
    BOOST_REQUIRE(history.size() == 4u);
    BOOST_TEST(history[0].cause.starts_with("automation c run "));
    BOOST_TEST(history[1].cause.starts_with("automation b run "));
    BOOST_TEST(history[2].cause.starts_with("automation a run "));
  }
}

BOOST_AUTO_TEST_CASE(what_runs_cause_is_carried_out_by_the_same_tick) {
  Shop shop(R"(
    "a": {"entity": "deal", "on": "created", "steps": [
      {"create": {"entity": "task", "set": {"subject": "'call'", "deal": "r.id"}}}]},
    "b": {"entity": "task", "on": "created", "steps": [{"set": {"subject": "'called'"}}]})");
  shop.create("deal", {{"name", "Pilot"}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 2u);
  const Rows tasks = require(shop.read().query({.entity = "task", .select = {"subject"}}));
  BOOST_TEST((tasks.rows.at(0).at(0) == Value("called")));
  BOOST_TEST(shop.runs().at(1).parent == 1u);
}

BOOST_AUTO_TEST_CASE(ended_runs_are_forgotten_after_a_while) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [{"set": {"note": "'x'"}}]})");
  for (int i = 0; i < 3; ++i) shop.create("deal", {{"name", "Pilot"}});
  TickOptions how;
  how.now = shop.now;
  how.keep = Duration::days(1);
  require(shop.session.tick(how));
  BOOST_TEST(shop.runs().size() == 3u);
  shop.wait(Duration::hours(23));
  shop.tick();
  BOOST_TEST(shop.runs().size() == 3u);
  shop.wait(Duration::hours(1));
  shop.tick();
  BOOST_TEST(shop.runs().empty());
}

// ---- dates -----------------------------------------------------------------------------------

const std::string_view kOnClose =
    R"("close": {"entity": "deal", "on": "date_reached", "field": "close_date", "at": "08:00",
                 "offset": "-1d", "when": "r.stage != 'Lost'",
                 "steps": [{"send": {"topic": "closing", "body": "x"}}]})";

BOOST_AUTO_TEST_CASE(a_date_is_reached_where_the_record_says_it) {
  Shop shop(kOnClose);
  const RecordId deal =
      shop.create("deal", {{"name", "Pilot"}, {"close_date", date("2026-03-10")}});
  BOOST_TEST((require(shop.read().next_due()) == at("2026-03-09T08:00:00Z")));
  // It moves with the field, and goes with it.
  shop.update(deal, {{"close_date", date("2026-03-20")}});
  BOOST_TEST((require(shop.read().next_due()) == at("2026-03-19T08:00:00Z")));
  shop.update(deal, {{"close_date", nullptr}});
  BOOST_TEST(!require(shop.read().next_due()));
  shop.update(deal, {{"close_date", date("2026-03-12")}});
  shop.now = at("2026-03-11T07:59:59Z");
  BOOST_TEST(shop.tick().runs == 0u);
  shop.now = at("2026-03-11T08:00:00Z");
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 1u);
  BOOST_TEST(done.messages == 1u);
  BOOST_TEST(shop.runs().at(0).depth == 1u);
  shop.now = at("2026-03-30T08:00:00Z");
  shop.update(deal, {{"note", "later"}});
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(a_date_that_is_past_is_not_reached_but_today_is) {
  Shop shop(R"("close": {"entity": "deal", "on": "date_reached", "field": "close_date",
                         "steps": [{"send": {"topic": "x", "body": "x"}}]},
               "call": {"entity": "deal", "on": "date_reached", "field": "call_at",
                        "steps": [{"send": {"topic": "y", "body": "x"}}]})");
  shop.create("deal", {{"name", "Yesterday"}, {"close_date", date("2026-02-28")}});
  BOOST_TEST(shop.tick().runs == 0u);
  const RecordId today =
      shop.create("deal", {{"name", "Today"}, {"close_date", date("2026-03-01")}});
  BOOST_TEST(shop.tick().runs == 1u);
  shop.create("deal", {{"name", "This morning"}, {"call_at", at("2026-03-01T08:00:00Z")}});
  BOOST_TEST(shop.tick().runs == 0u);
  // Coming back on the same day does not repeat it.
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.remove(today)); });
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.restore(today)); });
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(the_condition_of_a_date_is_that_of_its_day) {
  Shop shop(kOnClose);
  const RecordId deal = shop.create(
      "deal", {{"name", "Pilot"}, {"stage", "New"}, {"close_date", date("2026-03-10")}});
  shop.update(deal, {{"stage", "Lost"}});
  const RecordId gone = shop.create("deal", {{"name", "Gone"}, {"close_date", date("2026-03-10")}});
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.remove(gone)); });
  shop.now = at("2026-03-10T08:00:00Z");
  BOOST_TEST(shop.tick().runs == 0u);
  BOOST_TEST(shop.runs().empty());
  BOOST_TEST(!require(shop.read().next_due()));
}

BOOST_AUTO_TEST_CASE(records_from_before_the_automation_are_found) {
  Shop shop("");
  for (int i = 0; i < 1200; ++i) {
    const char* day = i % 2 == 0 ? "2026-03-05" : "2026-02-05";
    shop.create("deal", {{"name", "Pilot"}, {"close_date", date(day)}});
  }
  shop.apply(kOnClose);
  BOOST_TEST((require(shop.read().next_due()) == shop.now), "a sweep waits");
  TickResult part = shop.tick(1);
  BOOST_TEST(part.more);
  part = shop.tick();
  BOOST_TEST(!part.more);
  BOOST_TEST(part.runs == 0u);
  BOOST_TEST((part.next_due == at("2026-03-04T08:00:00Z")));
  shop.now = at("2026-03-04T08:00:00Z");
  BOOST_TEST(shop.tick().runs == 600u);
  // Another offset: those whose time is still to come are waited for anew.
  shop.apply(R"("close": {"entity": "deal", "on": "date_reached", "field": "close_date",
                          "offset": "1d", "steps": [{"send": {"topic": "closed", "body": "x"}}]})");
  shop.tick();
  shop.now = at("2026-03-06T00:00:00Z");
  BOOST_TEST(shop.tick().runs == 600u);
}

BOOST_AUTO_TEST_CASE(a_timer_of_an_older_offset_is_dropped) {
  Shop shop(kOnClose);
  shop.create("deal", {{"name", "Pilot"}, {"close_date", date("2026-03-10")}});
  shop.apply(R"("close": {"entity": "deal", "on": "date_reached", "field": "close_date",
                          "offset": "-20d",
                          "steps": [{"send": {"topic": "early", "body": "x"}}]})");
  shop.now = at("2026-03-09T08:00:00Z");
  BOOST_TEST(shop.tick().runs == 0u);
  BOOST_TEST(shop.outbox().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
