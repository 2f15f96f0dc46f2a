#include "automation/dispatch.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/automation/deal_rules.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

BOOST_FIXTURE_TEST_SUITE(automation_dispatch, DealRules)

BOOST_AUTO_TEST_CASE(each_trigger_has_its_kind_of_change) {
  Rules rules;
  for (const Trigger trigger :
       {Trigger::kCreated, Trigger::kUpdated, Trigger::kDeleted, Trigger::kRestored,
        Trigger::kStageEntered, Trigger::kStageLeft, Trigger::kChanged}) {
    rules.push_back(compiled(rule(std::string(trigger_name(trigger)), trigger)));
  }
  const Dispatch dispatch = dispatch_of(rules);
  const RecordId plain = put(kDeal, 1, {{"seats", 1}});
  const RecordId more = put(kDeal, 2, {{"seats", 2}});
  const RecordId won = put(kDeal, 3, {{"seats", 1}, {"stage", "Won"}});
  const RecordId lost = put(kDeal, 4, {{"seats", 1}, {"stage", "Lost"}});
  BOOST_TEST(match(dispatch, change(ChangeKind::kCreate, {}, plain)) == "changed created");
  BOOST_TEST(match(dispatch, change(ChangeKind::kCreate, {}, won)) ==
             "changed created stage_entered");
  BOOST_TEST(match(dispatch, change(ChangeKind::kUpdate, plain, more)) == "changed updated");
  BOOST_TEST(match(dispatch, change(ChangeKind::kUpdate, won, lost)) ==
             "changed stage_entered stage_left updated");
  BOOST_TEST(match(dispatch, change(ChangeKind::kUpdate, plain, won)) ==
             "changed stage_entered updated");
  BOOST_TEST(match(dispatch, change(ChangeKind::kUpdate, won, plain)) ==
             "changed stage_left updated");
  BOOST_TEST(match(dispatch, change(ChangeKind::kDelete, won, won)) == "deleted");
  BOOST_TEST(match(dispatch, change(ChangeKind::kRestore, won, won)) == "restored");
  BOOST_TEST(match(dispatch, change(ChangeKind::kPurge, won, {})) == "");

  RecordChange again = change(ChangeKind::kUpdate, won, won);
  again.repeated_stages = {kStage};
  BOOST_TEST(match(dispatch, again) == "changed stage_entered stage_left updated");
}

BOOST_AUTO_TEST_CASE(stages_are_told_apart) {
  Automation entered = rule("entered", Trigger::kStageEntered);
  entered.stages = {3};
  Automation left = rule("left", Trigger::kStageLeft);
  left.stages = {1, 2};
  const Rules rules{compiled(entered), compiled(left)};
  const auto moved = [&](const char* from, const char* to) {
    return updated(rules, {{"stage", from}}, {{"stage", to}});
  };
  BOOST_TEST(moved("Engaging", "Won") == "entered left");
  BOOST_TEST(moved("Engaging", "Lost") == "left");
  BOOST_TEST(moved("Lost", "Won") == "entered");
  BOOST_TEST(moved("Won", "Lost") == "");
}

BOOST_AUTO_TEST_CASE(only_watched_fields_count) {
  Automation declared = rule("declared", Trigger::kUpdated, "r.seats >= 0");
  declared.watch = {kName};
  declared.enrolment = EnrolmentPolicy::kEveryEvent;
  Automation derived = rule("derived", Trigger::kUpdated, "r.seats >= 0 && old.name != 'z'");
  derived.enrolment = EnrolmentPolicy::kEveryEvent;
  const Rules rules{compiled(declared), compiled(derived)};
  BOOST_TEST(watched_fields(*rules[0]) == std::vector<std::uint32_t>{kName});
  BOOST_TEST(watched_fields(*rules[1]) == (std::vector<std::uint32_t>{kName, kSeats}));
  BOOST_TEST(updated(rules, {{"seats", 1}, {"name", "a"}}, {{"seats", 2}, {"name", "a"}}) ==
             "derived");
  BOOST_TEST(updated(rules, {{"seats", 1}, {"name", "a"}}, {{"seats", 1}, {"name", "b"}}) ==
             "declared derived");
  BOOST_TEST(updated(rules, {{"seats", 1}, {"hot", false}}, {{"seats", 1}, {"hot", true}}) == "");

  const auto owned = compiled(rule("owned", Trigger::kUpdated, "r.owner == user"));
  BOOST_TEST(watched_fields(*owned) ==
             std::vector<std::uint32_t>{schema::system_field_id(schema::SystemField::kOwner)});
  BOOST_TEST(watched_fields(*compiled(rule("v", Trigger::kUpdated, "r.version > 3"))).empty());
}

BOOST_AUTO_TEST_CASE(what_must_have_changed_is_watched) {
  using Fields = std::vector<std::uint32_t>;
  const auto watched = [&](const char* when) {
    return watched_fields(*compiled(rule("r", Trigger::kUpdated, when)));
  };
  BOOST_TEST(watched("changed_to(stage, 'Won') && r.seats > 10") == Fields{kStage});
  BOOST_TEST(watched("changed(stage) || changed(amount)") == (Fields{kAmount, kStage}));
  BOOST_TEST(watched("changed(stage) || r.seats > 10") == (Fields{kStage, kSeats}));
  BOOST_TEST(watched("was(stage) == 'Won'") == Fields{kStage});
  BOOST_TEST(watched("changed(owner)") ==
             Fields{schema::system_field_id(schema::SystemField::kOwner)});
  BOOST_TEST(watched("in_segment('VIP')").empty());
  BOOST_TEST(watched("in_segment('VIP') && changed(stage)") == Fields{kStage});
}

BOOST_AUTO_TEST_CASE(changed_to_matches_the_step_to_the_value) {
  const Rules rules{compiled(rule("won", Trigger::kUpdated, "changed_to(stage, 'Won')")),
                    compiled(rule("from", Trigger::kUpdated, "was(stage) == 'Won'")),
                    compiled(rule("moved", Trigger::kUpdated, "changed(stage)")),
                    compiled(rule("new", Trigger::kUpdated, "is_new()"))};
  const auto moved = [&](Value from, Value to) {
    return updated(rules, {{"stage", std::move(from)}, {"seats", 1}},
                   {{"stage", std::move(to)}, {"seats", 2}});
  };
  BOOST_TEST(moved("Engaging", "Won") == "moved won");
  BOOST_TEST(moved(Value(), "Won") == "moved won");
  BOOST_TEST(moved("Won", "Won") == "");
  BOOST_TEST(moved("Won", "Lost") == "from moved");
  BOOST_TEST(moved("Engaging", "Lost") == "moved");
  const Rules created{compiled(rule("won", Trigger::kCreated, "changed_to(stage, 'Won')")),
                      compiled(rule("fresh", Trigger::kCreated, "is_new()")),
                      compiled(rule("stale", Trigger::kCreated, "changed(stage)"))};
  const RecordId won = put(kDeal, 9, {{"stage", "Won"}});
  const RecordId lost = put(kDeal, 10, {{"stage", "Lost"}});
  const Dispatch dispatch = dispatch_of(created);
  BOOST_TEST(match(dispatch, change(ChangeKind::kCreate, {}, won)) == "fresh won");
  BOOST_TEST(match(dispatch, change(ChangeKind::kCreate, {}, lost)) == "fresh");
}

BOOST_AUTO_TEST_CASE(an_edge_is_wanted_unless_said_otherwise) {
  Automation level = rule("level", Trigger::kUpdated, "r.seats > 10");
  level.enrolment = EnrolmentPolicy::kEveryEvent;
  const Rules rules{compiled(rule("edge", Trigger::kUpdated, "r.seats > 10")), compiled(level),
                    compiled(rule("old", Trigger::kUpdated, "r.seats > old.seats"))};
  const auto seats = [&](Value before, Value after) {
    return updated(rules, {{"seats", std::move(before)}}, {{"seats", std::move(after)}});
  };
  BOOST_TEST(seats(1, 11) == "edge level old");
  BOOST_TEST(seats(11, 12) == "level old");
  BOOST_TEST(seats(12, 11) == "level");
  BOOST_TEST(seats(11, 1) == "");
  BOOST_TEST(seats(Value(), 11) == "edge level");  // missing before: it was not true
  BOOST_TEST(seats(11, Value()) == "");
}

BOOST_AUTO_TEST_CASE(a_new_record_has_no_old_image) {
  const Rules rules{compiled(rule("fresh", Trigger::kChanged, "old == null")),
                    compiled(rule("known", Trigger::kChanged, "old != null"))};
  const RecordId deal = put(kDeal, 1, {{"seats", 1}});
  const RecordId other = put(kDeal, 2, {{"seats", 2}});
  BOOST_TEST(match(dispatch_of(rules), change(ChangeKind::kCreate, {}, deal)) == "fresh");
  BOOST_TEST(match(dispatch_of(rules), change(ChangeKind::kUpdate, deal, other)) == "known");
}

BOOST_AUTO_TEST_CASE(a_condition_that_fails_is_told) {
  const Rules rules{compiled(rule("a", Trigger::kUpdated, "10 / r.seats > 1")),
                    compiled(rule("b", Trigger::kUpdated, "r.seats == 0"))};
  BOOST_TEST(updated(rules, {{"seats", 20}}, {{"seats", 0}}) == "a! b");
  BOOST_TEST(updated(rules, {{"seats", 0}}, {{"seats", 2}}) == "a");  // an error was not true
}

BOOST_AUTO_TEST_CASE(a_failure_of_the_host_is_returned) {
  struct Broken : expr::Host {
    Result<const record::View*> load(RecordId) override { return Status(Code::kIo, "no disk"); }
  } broken;
  const RecordId acme = put(kAccount, 1, {{"name", "Acme"}});
  const RecordId deal = put(kDeal, 1, {{"account", acme}});
  const Dispatch dispatch =
      dispatch_of({compiled(rule("a", Trigger::kCreated, "r.account.name == 'Acme'"))});
  expr::Activation base;
  base.set_host(&broken);
  std::vector<Match> matches;
  BOOST_TEST(
      (dispatch.match(change(ChangeKind::kCreate, {}, deal), base, &matches).code() == Code::kIo));
}

BOOST_AUTO_TEST_CASE(the_order_is_total_and_idle_ones_are_left_out) {
  Automation late = rule("a", Trigger::kCreated);
  late.order = 5;
  Automation paused = rule("paused", Trigger::kCreated);
  paused.state = State::kPaused;
  const Rules rules{compiled(late), compiled(rule("c", Trigger::kCreated)),
                    compiled(rule("b", Trigger::kCreated)), compiled(paused)};
  const Dispatch dispatch = dispatch_of(rules);
  BOOST_TEST(match(dispatch, change(ChangeKind::kCreate, {}, put(kDeal, 1, {}))) == "b c a");
  BOOST_TEST(Dispatch().empty());
  BOOST_TEST(dispatch_of({}).empty());
  BOOST_TEST(Dispatch().dated().empty());
}

BOOST_AUTO_TEST_CASE(events_are_matched_by_name_and_condition) {
  Automation paid = rule("paid", Trigger::kEvent, "event.amount > 100 && r.seats == 1");
  paid.event = "payment.received";
  Automation any = rule("any", Trigger::kEvent);
  any.event = "payment.received";
  const Dispatch dispatch = dispatch_of({compiled(paid), compiled(any)});
  const RecordId deal = put(kDeal, 1, {{"seats", 1}});
  const auto names = [&](std::string_view event, const Value& data) {
    std::vector<Match> matches;
    BOOST_TEST(
        dispatch.match_event(event, data, deal, *view(deal), expr::Activation(), &matches).ok());
    std::string out;
    for (const Match& found : matches) out += found.automation->definition.name + " ";
    return out;
  };
  BOOST_TEST(names("payment.received", Map{{Value("amount"), Value(200)}}) == "any paid ");
  BOOST_TEST(names("payment.received", Map{{Value("amount"), Value(2)}}) == "any ");
  BOOST_TEST(names("payment.received", Map()) == "any ");
  BOOST_TEST(names("payment", Map{{Value("amount"), Value(200)}}) == "");
}

BOOST_AUTO_TEST_CASE(dates_have_their_instant) {
  Automation reminder = rule("reminder", Trigger::kDateReached);
  reminder.field = kCloseDate;
  reminder.offset_us = Duration::days(-3).total_microseconds();
  reminder.at_minute = 9 * 60 + 30;
  const Dispatch dispatch = dispatch_of({compiled(reminder)});
  BOOST_TEST(dispatch.empty());
  BOOST_REQUIRE(dispatch.dated().size() == 1u);
  const auto due = [&](const Automation& automation, const Patch& deal) {
    const auto at = due_of(automation, *catalog.find(kDeal), layout(), *view(put(kDeal, 1, deal)));
    return at ? at->to_string() : "never";
  };
  BOOST_TEST(due(reminder, {{"close_date", Date(17226)}}) == "2017-02-26T09:30:00Z");
  BOOST_TEST(due(reminder, {}) == "never");
  Automation seen = reminder;
  seen.field = kSeenAt;
  BOOST_TEST(due(seen, {{"seen_at", *Timestamp::parse("2020-01-04T10:00:00.5Z")}}) ==
             "2020-01-01T10:00:00.5Z");
  seen.offset_us = std::int64_t{1} << 62;
  BOOST_TEST(due(seen, {{"seen_at", *Timestamp::parse("9999-12-31T10:00:00Z")}}) == "never");
}

BOOST_AUTO_TEST_SUITE_END()
