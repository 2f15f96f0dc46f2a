// Automations as their users see them: what begins them, what their steps do, what is on record.
#include "tests/api/automation_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(api_automation)

BOOST_AUTO_TEST_CASE(a_run_is_written_with_its_cause_and_carried_out_by_tick) {
  Shop shop(R"("welcome": {"entity": "deal", "on": "created", "steps": [
    {"set": {"note": "'seen ' + r.name"}},
    {"create": {"entity": "task", "set": {"subject": "'Call ' + r.name", "deal": "r.id"}}},
    {"send": {"topic": "email", "to": "'ada@x.org'", "subject": "About ${r.name}", "body": "Hi",
              "data": {"score": "r.score"}}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"score", 7}});
  BOOST_TEST(shop.get(deal, "note").is_null(), "nothing happens before the host ticks");
  BOOST_TEST((require(shop.read().next_due()) == shop.now));
  const Run waiting = shop.runs().at(0);
  BOOST_TEST((waiting.state == RunState::kActive));
  BOOST_TEST((waiting.due == shop.now));

  shop.wait(Duration::seconds(5));
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 1u);
  BOOST_TEST(done.steps == 3u);
  BOOST_TEST(done.changes == 2u);
  BOOST_TEST(done.messages == 1u);
  BOOST_TEST(done.failures == 0u);
  BOOST_TEST(!done.more);
  BOOST_TEST(!done.next_due);

  BOOST_TEST((shop.get(deal, "note") == Value("seen Pilot")));
  BOOST_TEST(shop.history(deal).front().cause == "automation welcome run 1");
  BOOST_TEST(
      require(shop.read().query({.entity = "task", .where = "deal.name == 'Pilot'"})).rows.size() ==
      1u);
  const OutboxMessage mail = shop.outbox().at(0);
  BOOST_TEST(mail.topic == "email");
  BOOST_TEST(mail.idempotency_key == "welcome/deal:1/1/3");
  BOOST_TEST((mail.record == deal));
  BOOST_TEST(mail.run == 1u);
  const Map wanted{{Value("to"), Value("ada@x.org")},
                   {Value("subject"), Value("About Pilot")},
                   {Value("body"), Value("Hi")},
                   {Value("score"), Value(7)},
                   {Value("record"), Value("deal:1")}};
  BOOST_TEST((mail.payload == wanted));

  const Run run = shop.runs().at(0);
  BOOST_TEST((run.state == RunState::kDone));
  BOOST_TEST(run.automation == "welcome");
  BOOST_TEST((run.record == deal));
  BOOST_TEST(run.enrolment == 1u);
  BOOST_TEST(run.step == 3u);
  BOOST_TEST(run.depth == 1u);
  BOOST_TEST(run.parent == 0u);
  BOOST_TEST((run.ended == shop.now));
  BOOST_TEST(!run.due);
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(a_refused_or_dropped_write_begins_nothing) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [{"set": {"note": "'x'"}}]})");
  {
    Transaction t = shop.begin();
    require(t.create("deal", {{"name", "Pilot"}}));
  }
  shop.act([](Transaction& t) { BOOST_TEST(!t.create("deal", {}).ok()); });
  shop.act([](Transaction& t) {
    const RecordId id = require(t.create("deal", {{"name", "Short-lived"}}));
    KITH_CHECK_OK(t.remove(id));
  });
  BOOST_TEST(shop.runs().empty());
  BOOST_TEST(!require(shop.read().next_due()));
}

BOOST_AUTO_TEST_CASE(every_trigger_begins_a_run) {
  Shop shop(R"(
    "on_update": {"entity": "deal", "on": "updated", "watch": "score",
                  "steps": [{"send": {"topic": "updated", "body": "x"}}]},
    "on_delete": {"entity": "deal", "on": "deleted",
                  "steps": [{"send": {"topic": "deleted", "body": "x"}}]},
    "on_restore": {"entity": "deal", "on": "restored",
                   "steps": [{"send": {"topic": "restored", "body": "x"}}]},
    "on_enter": {"entity": "deal", "on": "stage_entered", "stage": "Won",
                 "steps": [{"send": {"topic": "entered", "body": "x"}}]},
    "on_leave": {"entity": "deal", "on": "stage_left", "stage": ["New"],
                 "steps": [{"send": {"topic": "left", "body": "x"}}]},
    "on_event": {"entity": "deal", "on": "event", "event": "payment.received",
                 "when": "event.amount > 10", "steps": [
                   {"send": {"topic": "paid", "data": {"amount": "event.amount"}}}]})");
  const auto topics = [&] {
    shop.tick();
    Texts found;
    shop.act([&](Transaction& t) {
      for (int left = 10; left > 0; --left) {
        const auto leased = require(t.lease());
        if (leased.empty()) break;
        for (const OutboxMessage& m : leased) {
          found.push_back(m.topic);
          KITH_CHECK_OK(t.acknowledge(m.sequence, m.token));
        }
      }
    });
    return found;
  };
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}, {"stage", "New"}});
  BOOST_TEST((topics().empty()));
  shop.update(deal, {{"note", "unwatched"}});
  BOOST_TEST((topics().empty()));
  shop.update(deal, {{"score", 3}});
  BOOST_TEST((topics() == Texts{"updated"}));
  shop.update(deal, {{"stage", "Offer"}});
  BOOST_TEST((topics() == Texts{"left"}));
  shop.update(deal, {{"stage", "Won"}});
  BOOST_TEST((topics() == Texts{"entered"}));
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.remove(deal)); });
  BOOST_TEST((topics() == Texts{"deleted"}));
  shop.act([&](Transaction& t) { KITH_CHECK_OK(t.restore(deal)); });
  BOOST_TEST((topics() == Texts{"restored"}));
  BOOST_TEST(shop.receive({.id = {},
                           .name = "payment.received",
                           .record = deal,
                           .data = Map{{Value("amount"), Value(5)}}})
                 .runs == 0u);
  BOOST_TEST(shop.receive({.id = {},
                           .name = "payment.received",
                           .record = deal,
                           .data = Map{{Value("amount"), Value(50)}}})
                 .runs == 1u);
  BOOST_TEST((topics() == Texts{"paid"}));
  for (const Run& run : shop.runs()) BOOST_TEST((run.state == RunState::kDone), run.message);
}

BOOST_AUTO_TEST_CASE(a_template_is_rendered_for_the_record) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"name": "letter", "send": {"topic": "email", "to": "'ada@x.org'", "template": "welcome",
                                "data": {"greeting": "'Dear Ada'"}}}]})");
  shop.create("template", {{"name", "welcome"},
                           {"subject", "On ${r.name}"},
                           {"body", "${greeting}, it is about ${r.account.name}."}});
  const RecordId acme = shop.create("account", {{"name", "Acme"}});
  shop.create("deal", {{"name", "Pilot"}, {"account", acme}});
  BOOST_TEST(shop.tick().messages == 1u);
  const OutboxMessage mail = shop.outbox().at(0);
  const Value payload(mail.payload);
  BOOST_TEST((*payload.find("subject") == Value("On Pilot")));
  BOOST_TEST((*payload.find("body") == Value("Dear Ada, it is about Acme.")));
  BOOST_TEST((*payload.find("template") == Value("welcome")));
  BOOST_TEST(mail.idempotency_key == "a/deal:1/1/letter");
}

BOOST_AUTO_TEST_CASE(round_robin_goes_on_where_it_was_after_reopening) {
  testing::TempDir folder;
  const std::string path = folder.sub("crm");
  const std::string_view rule = R"("a": {"entity": "deal", "on": "created", "steps": [
    {"assign": {"field": "owner", "among": "user", "where": "active"}}]})";
  Texts owners;
  Timestamp now;
  const auto assign = [&](Shop& shop) {
    const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
    shop.tick();
    Snapshot s = shop.read();
    owners.push_back(s.format_id(require(s.get(deal)).owner));
  };
  {
    Shop shop(rule, path);
    assign(shop);
    BOOST_TEST(require(shop.read().get(RecordId(3, 1))).owner.is_null());
    BOOST_TEST(shop.runs().at(0).message.find("nobody to assign") != std::string::npos);
    owners.clear();
    for (const char* name : {"Ada", "Bob", "Cem"}) shop.create("user", {{"name", name}});
    shop.create("user", {{"name", "Gone"}, {"active", false}});
    assign(shop);
    assign(shop);
    now = shop.now;
  }
  Shop shop(require(Database::open(path)), now);
  assign(shop);
  assign(shop);
  BOOST_TEST((owners == Texts{"user:1", "user:2", "user:3", "user:1"}));
  shop.act([](Transaction& t) { KITH_CHECK_OK(t.remove(RecordId(1, 2))); });
  assign(shop);
  BOOST_TEST(owners.back() == "user:3", "one who went is passed over");
}

BOOST_AUTO_TEST_CASE(a_step_that_fails_is_on_record_and_leaves_nothing) {
  Shop shop(R"(
    "stops": {"entity": "deal", "on": "created", "order": 1, "steps": [
      {"set": {"note": "'before'"}},
      {"name": "raise", "set": {"score": "101", "note": "'after'"}},
      {"send": {"topic": "never", "body": "x"}}]},
    "goes_on": {"entity": "deal", "on": "created", "order": 2, "on_error": "continue", "steps": [
      {"send": {"topic": "email", "template": "unknown"}},
      {"set": {"amount": "1.00"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  const TickResult done = shop.tick();
  BOOST_TEST(done.runs == 2u);
  BOOST_TEST(done.failures == 1u);
  BOOST_TEST((shop.get(deal, "note") == Value("before")));
  BOOST_TEST((shop.get(deal, "amount") == Value(decimal("1.00"))));
  BOOST_TEST(shop.outbox().empty());
  BOOST_TEST((shop.states() == Texts{"failed", "done"}));
  const Run failed = shop.runs().at(0);
  BOOST_TEST(failed.step == 1u);
  BOOST_TEST(failed.message.find("step raise") != std::string::npos, failed.message);
  BOOST_TEST(failed.message.find("score") != std::string::npos, failed.message);
  BOOST_TEST(shop.runs().at(1).message.find("unknown") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_condition_that_cannot_be_computed_is_a_failed_run) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "when": "100 / r.score > 1",
                     "steps": [{"set": {"note": "'x'"}}]})");
  shop.create("deal", {{"name", "No score"}});
  BOOST_TEST(shop.runs().empty(), "a missing operand is no");
  shop.create("deal", {{"name", "Zero"}, {"score", 0}});
  const Run run = shop.runs().at(0);
  BOOST_TEST((run.state == RunState::kFailed));
  BOOST_TEST(run.message.find("condition") != std::string::npos);
  BOOST_TEST(run.enrolment == 0u);
  BOOST_TEST(shop.tick().runs == 0u);
}

BOOST_AUTO_TEST_CASE(runs_act_as_their_owner_without_further_powers) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "owner": "user:1",
                     "steps": [{"set": {"note": "user.name"}}]})");
  const RecordId ada = shop.create("user", {{"name", "Ada"}});
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  shop.tick();
  BOOST_TEST((shop.get(deal, "note") == Value("Ada")));
  BOOST_TEST((shop.history(deal).front().actor == ada));
}

BOOST_AUTO_TEST_CASE(an_event_is_taken_in_once) {
  Shop shop(R"("a": {"entity": "deal", "on": "event", "event": "paid",
                     "steps": [{"set": {"note": "'paid ' + event.by"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  InboundEvent event;
  event.id = "hook-1";
  event.name = "paid";
  event.record = deal;
  event.data = Map{{Value("by"), Value("card")}};
  const ReceiveResult first = shop.receive(event);
  BOOST_TEST(!first.repeated);
  BOOST_TEST(first.runs == 1u);
  const ReceiveResult again = shop.receive(event);
  BOOST_TEST(again.repeated);
  BOOST_TEST(again.runs == 1u);
  BOOST_TEST(shop.runs().size() == 1u);
  shop.tick();
  BOOST_TEST((shop.get(deal, "note") == Value("paid card")));

  Transaction t = shop.begin();
  event.id = "hook-2";
  event.record = RecordId(deal.type(), 99);
  BOOST_TEST((t.receive(event).status().code() == Code::kInvalidArgument));
  event.record = deal;
  event.name.clear();
  BOOST_TEST((t.receive(event).status().code() == Code::kInvalidArgument));
  event.name = "paid";
  event.id.assign(401, 'x');
  BOOST_TEST((t.receive(event).status().code() == Code::kInvalidArgument));
  event.id.assign(400, 'x');
  BOOST_TEST(require(t.receive(event)).runs == 1u);
  KITH_CHECK_OK(t.commit());

  // It is forgotten after 30 days, by a tick.
  shop.wait(Duration::days(31));
  shop.tick();
  event.id = "hook-1";
  BOOST_TEST(!shop.receive(event).repeated);
}

BOOST_AUTO_TEST_CASE(a_host_may_cancel_a_run) {
  Shop shop(R"("a": {"entity": "deal", "on": "created", "steps": [
    {"wait": "1d"}, {"set": {"note": "'x'"}}]})");
  const RecordId deal = shop.create("deal", {{"name", "Pilot"}});
  shop.tick();
  shop.act([](Transaction& t) {
    BOOST_TEST((t.cancel_run(9, "").code() == Code::kNotFound));
    KITH_CHECK_OK(t.cancel_run(1, "the customer asked"));
    BOOST_TEST((t.cancel_run(1, "again").code() == Code::kInvalidArgument));
  });
  BOOST_TEST(!require(shop.read().next_due()));
  shop.wait(Duration::days(2));
  BOOST_TEST(shop.tick().runs == 0u);
  BOOST_TEST(shop.get(deal, "note").is_null());
  BOOST_TEST((shop.runs().at(0).state == RunState::kCancelled));
  BOOST_TEST(shop.runs().at(0).message == "the customer asked");
}

BOOST_AUTO_TEST_CASE(runs_are_listed_by_record_automation_and_state) {
  Shop shop(R"(
    "one": {"entity": "deal", "on": "created", "order": 1, "steps": [{"wait": "1d"}]},
    "two": {"entity": "deal", "on": "created", "order": 2, "steps": [{"set": {"note": "'x'"}}]})");
  const RecordId first = shop.create("deal", {{"name", "First"}});
  shop.create("deal", {{"name", "Second"}});
  shop.tick();
  BOOST_TEST(shop.runs().size() == 4u);
  RunFilter filter;
  filter.limit = 3;
  BOOST_TEST(shop.runs(filter).size() == 3u);
  filter = {};
  filter.record = first;
  BOOST_TEST(shop.runs(filter).size() == 2u);
  filter.state = RunState::kActive;
  BOOST_TEST(shop.runs(filter).size() == 1u);
  filter.automation = "two";
  BOOST_TEST(shop.runs(filter).empty());
  filter = {};
  filter.automation = "two";
  BOOST_TEST(shop.runs(filter).size() == 2u);
  filter.state = RunState::kActive;
  BOOST_TEST(shop.runs(filter).empty());

  const std::vector<AutomationInfo> known = require(shop.read().automations());
  BOOST_REQUIRE(known.size() == 2u);
  BOOST_TEST(known[0].name == "one");
  BOOST_TEST(known[0].entity == "deal");
  BOOST_TEST(known[0].trigger == "created");
  BOOST_TEST(known[0].state == "active");
  BOOST_TEST(known[0].version == 1u);
  BOOST_TEST(known[1].steps == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
