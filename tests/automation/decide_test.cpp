#include <boost/test/unit_test.hpp>

#include "tests/automation/deal_rules.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

namespace {

struct Fixture : DealRules {
  Fixture() {
    acme = put(kAccount, 7, {{"name", "Acme"}});
    deal = put(kDeal, 1,
               {{"name", "Big"}, {"account", acme}, {"seats", 3}, {"close_date", Date(17226)}});
  }

  Result<Effect> decided(const Step& made) {
    Automation automation = rule("welcome", Trigger::kCreated);
    automation.steps = {made};
    const auto ready = try_compile(automation);
    if (!ready.ok()) return ready.status();
    expr::Activation activation = on(deal);
    activation.set_now(*Timestamp::parse("2017-01-01T12:00:00Z"));
    activate_event(event, &activation);
    return decide(**ready, 0, activation);
  }
  template <typename Wanted>
  Wanted effect(const Step& made) {
    const auto result = decided(made);
    BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
    const Wanted* found = std::get_if<Wanted>(&*result);
    BOOST_REQUIRE(found != nullptr);
    return *found;
  }
  std::string failure(const Step& made) {
    const auto result = decided(made);
    BOOST_REQUIRE(!result.ok());
    BOOST_TEST((result.status().code() == Code::kExpressionFailed));
    return std::string(result.status().message());
  }
  Step wait_until(const std::string& until) {
    Step made = step(StepKind::kWait);
    made.until = until;
    return made;
  }

  Value event = Map{{Value("amount"), Value(12)}};
  RecordId acme;
  RecordId deal;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(automation_decide, Fixture)

BOOST_AUTO_TEST_CASE(fields_get_computed_values) {
  Step set = step(StepKind::kSet);
  set.set = {{kName, "r.name + '!'"},
             {kSeats, "event.amount * 2"},
             {kStage, "'Won'"},
             {kAccountField, "r.account"},
             {schema::system_field_id(schema::SystemField::kOwner), "null"}};
  const auto effects = effect<SetEffect>(set);
  const Patch expected{
      {"name", "Big!"}, {"seats", 24}, {"stage", "Won"}, {"account", acme}, {"owner", nullptr}};
  BOOST_TEST((effects.fields == expected));
}

BOOST_AUTO_TEST_CASE(a_new_record_refers_to_the_one_at_hand) {
  Step create = step(StepKind::kCreate);
  create.entity = kAccount;
  create.set = {{1, "'From ' + r.name"}, {3, "r.account"}};
  const auto made = effect<CreateEffect>(create);
  BOOST_TEST(made.entity == kAccount);
  BOOST_TEST((made.fields == Patch{{"name", "From Big"}, {"parent", acme}}));

  create.set = {{1, "'x'"}, {3, "r.id"}};
  BOOST_TEST((effect<CreateEffect>(create).fields[1].second == Value(deal)));
}

BOOST_AUTO_TEST_CASE(moves_and_assignments) {
  Step move = step(StepKind::kMove);
  move.field = kStage;
  move.stage = 3;
  move.set = {{kSeats, "0"}};
  const auto moved = effect<MoveEffect>(move);
  BOOST_TEST(moved.field == kStage);
  BOOST_TEST(moved.stage == 3u);
  BOOST_TEST((moved.fields == Patch{{"seats", 0}}));

  Step assign = step(StepKind::kAssign);
  assign.field = kAccountField;
  assign.entity = kAccount;
  assign.among = "r.name != 'Acme'";
  const auto assigned = effect<AssignEffect>(assign);
  BOOST_TEST(assigned.field == kAccountField);
  BOOST_TEST(assigned.among == kAccount);
  BOOST_TEST(assigned.where == "r.name != 'Acme'");
}

BOOST_AUTO_TEST_CASE(messages_are_rendered) {
  Step send = step(StepKind::kSend);
  send.topic = "email";
  send.to = "r.name + '@example.com'";
  send.subject = "Welcome, ${r.account.name}";
  send.body = "${event.amount}";
  send.data = {{"deal", "r.id"}, {"gone", "r.amount"}, {"absent", "event.nothing"}};
  const auto sent = effect<SendEffect>(send);
  BOOST_TEST(sent.topic == "email");
  const Map expected{{Value("to"), Value("Big@example.com")},
                     {Value("subject"), Value("Welcome, Acme")},
                     {Value("body"), Value("12")},
                     {Value("deal"), Value(deal)},
                     {Value("gone"), Value()},
                     {Value("absent"), Value()}};
  BOOST_TEST((sent.payload == expected));

  send.to = "r.extra";
  BOOST_TEST(failure(send).find("nobody to send to") != std::string::npos);
  send.to.clear();
  send.body = "${1 / (r.seats - 3)}";
  BOOST_TEST(failure(send).find("automation welcome, step 1, body: ") == 0u);
}

BOOST_AUTO_TEST_CASE(a_template_record_is_rendered_over_the_message) {
  Step send = step(StepKind::kSend);
  send.topic = "email";
  send.message_template = "welcome";
  send.to = "'a@example.com'";
  send.data = {{"greeting", "'Dear ' + r.name"}};
  auto sent = effect<SendEffect>(send);
  BOOST_TEST(sent.message_template == "welcome");
  const auto environment =
      environment_of([this](std::uint16_t id) { return DealRules::environment(id); }, kDeal);
  expr::Activation activation = on(deal);
  activate_event(event, &activation);
  const Status status = render_message("${greeting}", "${to}: ${r.seats} ${event.amount}",
                                       environment, Limits(), activation, &sent);
  BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string());
  BOOST_TEST((sent.payload == Map{{Value("to"), Value("a@example.com")},
                                  {Value("greeting"), Value("Dear Big")},
                                  {Value("subject"), Value("Dear Big")},
                                  {Value("body"), Value("a@example.com: 3 12")}}));
  const Status wrong = render_message("${nobody}", "", environment, Limits(), activation, &sent);
  BOOST_TEST(wrong.message().find("template welcome, subject: ") == 0u);
}

BOOST_AUTO_TEST_CASE(waits_end_at_an_instant) {
  Step wait = step(StepKind::kWait);
  wait.wait_us = Duration::days(3).total_microseconds();
  BOOST_TEST(effect<WaitEffect>(wait).until.to_string() == "2017-01-04T12:00:00Z");
  BOOST_TEST(effect<WaitEffect>(wait_until("r.close_date")).until.to_string() ==
             "2017-03-01T00:00:00Z");
  BOOST_TEST(effect<WaitEffect>(wait_until("now + duration('1h')")).until.to_string() ==
             "2017-01-01T13:00:00Z");
  BOOST_TEST(failure(wait_until("r.seen_at")).find("not null") != std::string::npos);
  BOOST_TEST(failure(wait_until("r.seats")).find("not int") != std::string::npos);
  wait.wait_us = std::int64_t{1} << 62;
  BOOST_TEST(failure(wait).find("last instant") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_step_whose_condition_does_not_hold_is_passed_over) {
  Step stop = step(StepKind::kStop);
  effect<StopEffect>(stop);
  stop.when = "r.seats == 3";
  effect<StopEffect>(stop);
  stop.when = "r.seats == 4";
  effect<PassEffect>(stop);
  stop.when = "r.score > 1.0";  // null
  effect<PassEffect>(stop);
  stop.when = "1 / (r.seats - 3) == 0";
  BOOST_TEST(failure(stop).find("automation welcome, step 1, when: ") == 0u);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_computed_names_the_step) {
  Step set = step(StepKind::kSet);
  set.set = {{kSeats, "r.seats + 9223372036854775807"}};
  BOOST_TEST(failure(set).find("automation welcome, step 1, set seats: ") == 0u);
  const auto ready = compiled(rule("welcome", Trigger::kCreated));
  BOOST_TEST((decide(*ready, 1, expr::Activation()).status().code() == Code::kInternal));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_the_catalog_is_refused) {
  const auto refused = [&](auto spoil) {
    Automation automation = rule("welcome", Trigger::kCreated, "r.seats > 1");
    spoil(automation);
    const auto made = try_compile(automation);
    BOOST_REQUIRE(!made.ok());
    BOOST_TEST((made.status().code() == Code::kModelInvalid));
    return std::string(made.status().message());
  };
  BOOST_TEST(refused([](Automation& a) { a.when = "r.gone"; }).find("welcome, when: ") !=
             std::string::npos);
  refused([](Automation& a) { a.when = "r.seats"; });
  refused([](Automation& a) { a.entity = 99; });
  refused([](Automation& a) { a.exit_when = "1 +"; });
  BOOST_TEST(refused([](Automation& a) {
               a.steps[0].kind = StepKind::kSet;
               a.steps[0].set = {{77, "1"}};
             }).find("step 1") != std::string::npos);
  refused([](Automation& a) { a.steps[0].body = "${r.gone}"; });
  BOOST_TEST(refused([](Automation& a) {
               a.when = "r.account.parent.parent.parent.parent.name == ''";
             }).find("max_path_hops") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
