// The JSON of pipelines, automations, outbox, intake, timeline and history: what every face prints.
#include "kith/json.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

struct Ids : SmallCrm {
  RecordId deal = create("deal", {{"name", "Rockets"}});
  RecordId user = create("user", {{"name", "Ada"}});
  Snapshot snapshot = read();
};

// The only violation of a refused document.
Violation refused(const Status& status) {
  BOOST_TEST((status.code() == Code::kInvalidArgument), status.to_string());
  BOOST_REQUIRE_EQUAL(status.violations().size(), 1U);
  return status.violations().front();
}

template <typename T>
Violation refused(const Result<T>& result) {
  BOOST_REQUIRE(!result.ok());
  return refused(result.status());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_json_forms, Ids)

BOOST_AUTO_TEST_CASE(a_move_has_all_its_members_in_the_order_of_the_header) {
  MoveResult moved;
  moved.moved = true;
  moved.from = "New";
  moved.to = "Won";
  moved.transition = "close";
  BOOST_TEST(to_json(moved) == R"({"moved":true,"from":"New","to":"Won","transition":"close",)"
                               R"("reopened":false,"overridden":false})");
}

BOOST_AUTO_TEST_CASE(possible_moves_tell_every_reason) {
  PossibleMove won;
  won.stage = "Won";
  won.reasons = {{"required", "deal", "amount", "amount must have a value"}};
  PossibleMove lost;
  lost.stage = "Lost";
  lost.allowed = true;
  lost.transition = "policy";
  BOOST_TEST(to_json(std::vector<PossibleMove>{won, lost}) ==
             R"([{"stage":"Won","allowed":false,"reopens":false,"transition":"","reasons":[)"
             R"({"code":"required","entity":"deal","field":"amount",)"
             R"("message":"amount must have a value","line":0,"column":0}]},)"
             R"({"stage":"Lost","allowed":true,"reopens":false,"transition":"policy",)"
             R"("reasons":[]}])");
  BOOST_TEST(to_json(std::vector<PossibleMove>{}) == "[]");
}

BOOST_AUTO_TEST_CASE(what_has_no_value_is_left_out_of_a_stage_visit) {
  StageVisit visit;
  visit.stage = "New";
  visit.entered = at("2026-03-01T09:00:00Z");
  visit.duration = Duration::hours(2);
  visit.sequence = 7;
  BOOST_TEST(to_json(std::vector<StageVisit>{visit}, snapshot) ==
             R"([{"stage":"New","entered":"2026-03-01T09:00:00Z","duration":"7200s","cause":"",)"
             R"("sequence":7,"overridden":false}])");
  visit.left = at("2026-03-01T11:00:00Z");
  visit.actor = user;
  BOOST_TEST(to_json(std::vector<StageVisit>{visit}, snapshot) ==
             R"([{"stage":"New","entered":"2026-03-01T09:00:00Z","left":"2026-03-01T11:00:00Z",)"
             R"("duration":"7200s","actor":"user:1","cause":"","sequence":7,"overridden":false}])");
}

BOOST_AUTO_TEST_CASE(pipelines_hold_their_stages) {
  PipelineInfo sales;
  sales.name = "sales";
  sales.label = "Sales";
  sales.entity = "deal";
  sales.field = "stage";
  sales.version = 2;
  sales.default_stage = "New";
  sales.stages.push_back({"New", "New", "open", 0, 10, "pipeline", Duration::days(14), false});
  BOOST_TEST(to_json(std::vector<PipelineInfo>{sales}) ==
             R"([{"name":"sales","label":"Sales","entity":"deal","field":"stage","version":2,)"
             R"("default_stage":"New","stages":[{"name":"New","label":"New","stage_class":"open",)"
             R"("order":0,"probability":10,"forecast":"pipeline","rot_after":"1209600s",)"
             R"("retired":false}]}])");
}

BOOST_AUTO_TEST_CASE(changes_are_those_of_the_history) {
  Transaction t = begin();
  KITH_CHECK_OK(t.update(deal, {{"amount", decimal("1200.50")}}));
  KITH_CHECK_OK(t.commit());
  const Snapshot later = read();
  const std::vector<Change> changes = require(later.history(deal, 1));
  BOOST_REQUIRE_EQUAL(changes.size(), 1U);
  BOOST_TEST(to_json(changes, later) ==
             R"([{"sequence":)" + std::to_string(changes[0].sequence) +
                 R"(,"record":"deal:1","kind":"update","at":"2026-03-01T09:00:00Z",)"
                 R"("effective_at":"2026-03-01T09:00:00Z","cause":"","overridden":false,)"
                 R"("fields":[{"field":"amount","after":1200.50},)"
                 R"({"field":"segment","after":"large"}]}])");
}

BOOST_AUTO_TEST_CASE(a_timeline_item_keeps_empty_texts) {
  TimelineItem item;
  item.at = now;
  item.kind = TimelineKind::kActivity;
  item.record = deal;
  item.title = "Call: \"Discovery\"";
  item.sequence = 3;
  BOOST_TEST(to_json(std::vector<TimelineItem>{item}, snapshot) ==
             R"([{"at":"2026-03-01T09:00:00Z","kind":"activity","record":"deal:1",)"
             R"("title":"Call: \"Discovery\"","text":"","actor_name":"","cause":"",)"
             R"("sequence":3}])");
}

BOOST_AUTO_TEST_CASE(a_message_keeps_the_nulls_of_its_payload) {
  OutboxMessage message;
  message.sequence = 4;
  message.topic = "email";
  message.payload = {{"to", Value()}, {"about", deal}, {"amount", decimal("2.50")}};
  message.idempotency_key = "k";
  message.created = now;
  message.not_before = now;
  BOOST_TEST(to_json(std::vector<OutboxMessage>{message}, snapshot) ==
             R"([{"sequence":4,"topic":"email","payload":{"to":null,"about":"deal:1",)"
             R"("amount":2.50},"idempotency_key":"k","created":"2026-03-01T09:00:00Z",)"
             R"("state":"pending","not_before":"2026-03-01T09:00:00Z","attempts":0,"token":0,)"
             R"("last_error":"","run":0}])");
}

BOOST_AUTO_TEST_CASE(automations_and_runs) {
  AutomationInfo info;
  info.id = 1;
  info.name = "welcome";
  info.entity = "deal";
  info.trigger = "created";
  info.version = 1;
  info.state = "active";
  info.steps = 2;
  BOOST_TEST(to_json(std::vector<AutomationInfo>{info}) ==
             R"([{"id":1,"name":"welcome","entity":"deal","trigger":"created","version":1,)"
             R"("state":"active","order":0,"condition":"","steps":2}])");
  Run run;
  run.id = 9;
  run.automation = "welcome";
  run.version = 1;
  run.record = deal;
  run.enrolment = 1;
  run.started = now;
  run.due = at("2026-03-04T09:00:00Z");
  BOOST_TEST(to_json(std::vector<Run>{run}, snapshot) ==
             R"([{"id":9,"automation":"welcome","version":1,"record":"deal:1","enrolment":1,)"
             R"("state":"active","step":0,"started":"2026-03-01T09:00:00Z",)"
             R"("due":"2026-03-04T09:00:00Z","depth":0,"parent":0,"message":""}])");
}

BOOST_AUTO_TEST_CASE(what_a_tick_a_receipt_and_a_capture_did) {
  TickResult tick;
  tick.runs = 2;
  BOOST_TEST(to_json(tick) ==
             R"({"runs":2,"steps":0,"changes":0,"messages":0,"failures":0,"more":false})");
  tick.next_due = now;
  BOOST_TEST(to_json(tick).ends_with(R"("more":false,"next_due":"2026-03-01T09:00:00Z"})"));
  BOOST_TEST(to_json(ReceiveResult{true, 3}) == R"({"repeated":true,"runs":3})");
  CaptureResult got;
  got.person = user;
  got.filled = {"phone"};
  BOOST_TEST(to_json(got, snapshot) ==
             R"({"repeated":false,"person":"user:1","person_created":false,)"
             R"("account_created":false,"filled":["phone"],"reasons":[]})");
}

BOOST_AUTO_TEST_CASE(a_capture_event_is_read_with_every_member) {
  const CaptureEvent event = require(capture_event_from_json(
      R"({"id": "form-1", "kind": "form", "source": "web", "at": "2026-02-28T10:00:00+01:00",
          "email": "ann@example.org", "phone": "+43 1 2", "name": "Ann", "company": "Acme",
          "direction": "inbound", "subject": "Hello", "body": "text", "person": "user:1",
          "deal": "deal:1", "person_fields": {"title": "CEO", "age": 41},
          "activity_fields": {"outcome": null}, "data": {"page": "/x", "n": [1, 2.5]}})",
      snapshot));
  BOOST_TEST(event.id == "form-1");
  BOOST_TEST(event.kind == "form");
  BOOST_TEST(event.source == "web");
  BOOST_TEST((event.at == at("2026-02-28T09:00:00Z")));
  BOOST_TEST(event.email == "ann@example.org");
  BOOST_TEST(event.phone == "+43 1 2");
  BOOST_TEST(event.name == "Ann");
  BOOST_TEST(event.company == "Acme");
  BOOST_TEST(event.direction == "inbound");
  BOOST_TEST(event.subject == "Hello");
  BOOST_TEST(event.body == "text");
  BOOST_TEST((event.person == user));
  BOOST_TEST((event.deal == deal));
  BOOST_TEST((event.person_fields == Patch{{"title", "CEO"}, {"age", 41}}));
  BOOST_TEST((event.activity_fields == Patch{{"outcome", Value()}}));
  BOOST_TEST((event.data == Map{{"page", "/x"}, {"n", List{Value(1), Value(decimal("2.5"))}}}));
}

BOOST_AUTO_TEST_CASE(absent_and_null_members_are_alike) {
  const CaptureEvent none =
      require(capture_event_from_json(R"({"at": null, "person": null, "data": null})", snapshot));
  BOOST_TEST(!none.at.has_value());
  BOOST_TEST(none.person.is_null());
  BOOST_TEST(none.data.empty());
}

BOOST_AUTO_TEST_CASE(inbound_events_and_messages_are_read) {
  const InboundEvent event = require(inbound_event_from_json(
      R"({"id": "p1", "name": "payment.received", "record": "deal:1", "data": {"sum": 5}})",
      snapshot));
  BOOST_TEST(event.id == "p1");
  BOOST_TEST(event.name == "payment.received");
  BOOST_TEST((event.record == deal));
  BOOST_TEST((event.data == Map{{"sum", 5}}));
  const MessageDraft draft = require(message_draft_from_json(
      R"({"topic": "email", "payload": {"to": "x"}, "idempotency_key": "k", "record": "deal:1",
          "not_before": "2026-03-02T09:00:00Z"})",
      snapshot));
  BOOST_TEST(draft.topic == "email");
  BOOST_TEST((draft.payload == Map{{"to", "x"}}));
  BOOST_TEST(draft.idempotency_key == "k");
  BOOST_TEST((draft.record == deal));
  BOOST_TEST((draft.not_before == at("2026-03-02T09:00:00Z")));
}

BOOST_AUTO_TEST_CASE(a_misspelt_member_is_refused_with_its_place_and_the_right_name) {
  const Violation v =
      refused(capture_event_from_json("{\"kind\": \"form\",\n \"emial\": 1}", snapshot));
  BOOST_TEST(v.line == 2U);
  BOOST_TEST(v.column == 2U);
  BOOST_TEST(v.message == "a capture event has no member \"emial\"; did you mean \"email\"?");
  BOOST_TEST(refused(message_draft_from_json(R"({"xyzzy": 1})", snapshot)).message ==
             "a message has no member \"xyzzy\"; it has topic, payload, idempotency_key, record, "
             "not_before");
}

BOOST_AUTO_TEST_CASE(values_of_another_kind_are_refused) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"email": 5})", "\"email\" takes a text, not a number"},
      {R"({"person": 5})", "\"person\" takes a record, as \"contact:7\", not a number"},
      {R"({"person": "nobody:5"})", "nobody"},
      {R"({"at": 5})", "\"at\" takes a time, as \"2026-03-01T09:00:00Z\", not a number"},
      {R"({"at": "yesterday"})", "yesterday"},
      {R"({"data": []})", "\"data\" takes an object, not an array"},
      {R"({"person_fields": "x"})", "\"person_fields\" takes an object of fields, not a text"},
      {"[]", "a capture event is a JSON object, not an array"}};
  for (const auto& [document, words] : wrong) {
    const Violation v = refused(capture_event_from_json(document, snapshot));
    BOOST_TEST(v.message.find(words) != std::string::npos, document << ": " << v.message);
    BOOST_TEST(v.line == 1U);
  }
  BOOST_TEST(refused(inbound_event_from_json("{", snapshot)).line == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
