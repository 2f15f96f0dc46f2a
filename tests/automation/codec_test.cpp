#include <boost/test/unit_test.hpp>

#include "automation/definition.hpp"
#include "automation/published.hpp"
#include "automation/run.hpp"
#include "base/bytes.hpp"
#include "schema/types.hpp"

using namespace kith;
using namespace kith::automation;

namespace {

Step step(StepKind kind, const std::string& name) {
  Step made;
  made.kind = kind;
  made.name = name;
  return made;
}

// Every member differs from its default somewhere.
Automation welcome() {
  Automation a;
  a.id = 7;
  a.name = "welcome";
  a.version = 300;
  a.entity = 2;
  a.trigger = Trigger::kStageEntered;
  a.watch = {1, 5, schema::system_field_id(schema::SystemField::kOwner)};
  a.field = 4;
  a.stages = {1, 9};
  a.offset_us = -3'000'000;
  a.at_minute = 540;
  a.when = "r.amount > 1";
  a.exit_when = "r.amount < 0";
  a.enrolment = EnrolmentPolicy::kOnce;
  a.while_active = true;
  a.order = 12;
  a.max_per_hour = 3;
  a.continue_on_error = true;
  a.state = State::kPaused;
  a.owner = RecordId(1, 42);
  Step set = step(StepKind::kSet, "1");
  set.when = "has(r.name)";
  set.set = {{1, "'x'"}};
  Step create = step(StepKind::kCreate, "2");
  create.entity = 3;
  create.set = {{1, "'x'"}, {2, "r.id"}};
  Step move = step(StepKind::kMove, "3");
  move.field = 4;
  move.stage = 9;
  Step assign = step(StepKind::kAssign, "4");
  assign.field = schema::system_field_id(schema::SystemField::kOwner);
  assign.entity = 1;
  assign.among = "r.active";
  Step send = step(StepKind::kSend, "5");
  send.topic = "email";
  send.to = "r.email";
  send.message_template = "hello";
  send.subject = "Hi ${r.name}";
  send.body = "...";
  send.data = {{"deal", "r.name"}};
  Step wait = step(StepKind::kWait, "6");
  wait.wait_us = 5;
  Step until = step(StepKind::kWait, "7");
  until.until = "r.close_date";
  a.steps = {set, create, move, assign, send, wait, until, step(StepKind::kStop, "8")};
  return a;
}

Automation plain(std::uint32_t id, const std::string& name) {
  Automation a;
  a.id = id;
  a.name = name;
  a.entity = 1;
  a.steps = {step(StepKind::kStop, "1")};
  return a;
}

RunRecord some_run() {
  RunRecord run;
  run.id = 9;
  run.automation = 7;
  run.version = 2;
  run.name = "welcome";
  run.record = RecordId(2, 5);
  run.enrolment = 4;
  run.state = RunState::kSuspended;
  run.step = 3;
  run.timer = queue::Timer{Timestamp(100, 5000), 77, {queue::TimerKind::kDate, 9, 7, {}}};
  run.started = Timestamp(-5, 999'999'999);
  run.ended = Timestamp(50, 1);
  run.depth = 3;
  run.parent = 8;
  run.chain = {{7, RecordId(2, 4)}, {9, RecordId(2, 5)}};
  run.event = Map{{Value("amount"), Value(3)}, {Value("deep"), Value(List{Value(), Value(1.5)})}};
  run.message = "too often";
  return run;
}

template <typename Decode>
void check_strict(const std::string& bytes, Decode decode_bytes) {
  BOOST_TEST((decode_bytes(bytes + "x").status().code() == Code::kCorrupt));
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    BOOST_TEST(!decode_bytes(std::string_view(bytes).substr(0, size)).ok(), "at " << size);
  }
  std::string other = bytes;
  other[0] = 9;
  BOOST_TEST(!decode_bytes(other).ok());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(automation_codec)

BOOST_AUTO_TEST_CASE(automations_come_back) {
  const std::string bytes = encode(welcome());
  const auto again = decode_automation(bytes);
  BOOST_REQUIRE_MESSAGE(again.ok(), again.status().to_string());
  BOOST_TEST((*again == welcome()));
  check_strict(bytes, [](std::string_view b) { return decode_automation(b); });
  BOOST_TEST(!decode_automation("").ok());
}

BOOST_AUTO_TEST_CASE(what_a_step_or_trigger_lacks_is_corrupt) {
  const auto refused = [](auto spoil) {
    Automation a = welcome();
    spoil(a);
    const auto decoded = decode_automation(encode(a));
    return decoded.status().code() == Code::kCorrupt;
  };
  BOOST_TEST(!refused([](Automation&) {}));
  BOOST_TEST(refused([](Automation& a) { a.id = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.version = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.name.clear(); }));
  BOOST_TEST(refused([](Automation& a) { a.steps.clear(); }));
  BOOST_TEST(refused([](Automation& a) { a.watch = {5, 5}; }));
  BOOST_TEST(refused([](Automation& a) { a.stages = {9, 1}; }));
  BOOST_TEST(refused([](Automation& a) { a.at_minute = 1440; }));
  BOOST_TEST(refused([](Automation& a) { a.event = "payment"; }));
  BOOST_TEST(refused([](Automation& a) { a.trigger = Trigger::kEvent; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[0].set.clear(); }));
  BOOST_TEST(refused([](Automation& a) { a.steps[1].entity = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[2].stage = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[3].field = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[4].topic.clear(); }));
  BOOST_TEST(refused([](Automation& a) { a.steps[5].wait_us = 0; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[6].wait_us = 1; }));
  BOOST_TEST(refused([](Automation& a) { a.steps[7].name.clear(); }));
}

BOOST_AUTO_TEST_CASE(a_publication_comes_back) {
  BOOST_TEST(encode(Published()).empty());
  BOOST_TEST((*decode_published("") == Published()));

  Published published;
  published.before.rules.push_back({"named", 1, 3, "", {{1, "'x'"}}});
  const auto rules_alone = decode_published(encode(published));
  BOOST_REQUIRE(rules_alone.ok());
  BOOST_TEST((*rules_alone == published));

  published.definitions.automations = {welcome(), plain(2, "b")};
  published.definitions.next_id = 8;
  const std::string bytes = encode(published);
  const auto again = decode_published(bytes);
  BOOST_REQUIRE_MESSAGE(again.ok(), again.status().to_string());
  BOOST_TEST((*again == published));
  BOOST_TEST(again->definitions.find("welcome")->id == 7u);
  BOOST_TEST(again->definitions.find(2u)->name == "b");
  BOOST_TEST(again->definitions.find("a") == nullptr);
  BOOST_TEST(again->definitions.find(3u) == nullptr);
  check_strict(bytes, [](std::string_view b) { return decode_published(b); });

  // The ids that were given are remembered without any automation.
  Published removed;
  removed.definitions.next_id = 8;
  BOOST_TEST(decode_published(encode(removed))->definitions.next_id == 8u);
}

BOOST_AUTO_TEST_CASE(a_publication_in_another_form_is_corrupt) {
  // Rules alone, but none; and the long form of what has a shorter one.
  BOOST_TEST((decode_published(std::string(2, '\0')).status().code() == Code::kCorrupt));
  base::ByteWriter out;
  out.u8(1);
  out.string("");
  out.varint(1);
  out.varint(0);
  BOOST_TEST((decode_published(out.bytes()).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(ids_given_twice_or_never_are_corrupt) {
  Published published;
  published.definitions.automations = {plain(1, "a"), plain(1, "b")};
  published.definitions.next_id = 2;
  BOOST_TEST((decode_published(encode(published)).status().code() == Code::kCorrupt));
  published.definitions.automations = {plain(2, "a")};
  BOOST_TEST((decode_published(encode(published)).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(runs_come_back) {
  const auto bytes = encode(some_run());
  BOOST_REQUIRE(bytes.ok());
  const auto again = decode_run(*bytes);
  BOOST_REQUIRE_MESSAGE(again.ok(), again.status().to_string());
  BOOST_TEST((*again == some_run()));
  check_strict(*bytes, [](std::string_view b) { return decode_run(b); });
  BOOST_TEST((*decode_run(*encode(RunRecord())) == RunRecord()));
}

BOOST_AUTO_TEST_CASE(names) {
  BOOST_TEST(trigger_name(Trigger::kDateReached) == "date_reached");
  BOOST_TEST((trigger_from_name("event") == Trigger::kEvent));
  BOOST_TEST(!trigger_from_name("changed").has_value());
  BOOST_TEST(!trigger_from_name("before_save").has_value());
  BOOST_TEST(step_kind_name(StepKind::kStop) == "stop");
}

BOOST_AUTO_TEST_SUITE_END()
