// Moves through the public interface, and what stands against them.
#include "tests/api/pipeline_fixture.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(api_pipeline_moves)

BOOST_AUTO_TEST_CASE(a_move_takes_a_transition_and_what_it_sets_in_order) {
  Moves m;
  const RecordId id = m.deal();
  BOOST_TEST((m.at(id, "stage") == Value("New")));
  BOOST_TEST((m.at(id, "stage_probability") == Value(10)));
  BOOST_TEST((m.at(id, "stage_entered") == Value(m.crm.now)));

  m.crm.now = test::at("2026-03-02T09:00:00Z");
  const MoveResult moved =
      require(m.move(id, "Offer", {.fields = {{"amount", 2000}, {"account", m.acme}}}));
  BOOST_TEST(moved.moved);
  BOOST_TEST(moved.from == "New");
  BOOST_TEST(moved.to == "Offer");
  BOOST_TEST(moved.transition == "offer");
  BOOST_TEST(!moved.reopened);
  BOOST_TEST(!moved.overridden);
  BOOST_TEST((m.at(id, "trail") == Value(" -New offer +Offer")));
  BOOST_TEST((m.at(id, "stage_probability") == Value(60)));
  BOOST_TEST((m.at(id, "stage_entered") == Value(m.crm.now)));

  BOOST_TEST(
      require(m.move(id, "Won", {.fields = {{"close_date", date("2026-03-02")}}})).transition ==
      "big");
  BOOST_TEST((m.at(id, "hint") == Value("won from Offer")));
  BOOST_TEST((m.at(id, "trail") == Value(" -New offer +Offer big")));
  const RecordId other = m.deal();
  BOOST_TEST(
      require(m.move(other, "Won", {.fields = {{"close_date", date("2026-03-02")}}})).transition ==
      "policy");
  // An update of the field is the same move.
  const RecordId third = m.offer();
  KITH_CHECK_OK(m.crm.update(third, {{"stage", "Won"}, {"close_date", date("2026-03-03")}}));
  BOOST_TEST((m.at(third, "hint") == Value("won from Offer")));
}

BOOST_AUTO_TEST_CASE(everything_against_a_move_comes_back_at_once) {
  Moves m;
  const RecordId intern = m.crm.create("user", {{"name", "Intern"}});
  const RecordId fresh = m.deal({{"hint", "locked"}});
  const Result<MoveResult> refused = m.move(fresh, "Offer", {.fields = {{"amount", -1}}});
  BOOST_TEST((refused.status().code() == Code::kRefused));
  BOOST_TEST(codes(refused) == "exit_guard:stage entry_guard:stage required:account");
  // With what is wrong with the record itself.
  const Result<MoveResult> both =
      m.move(fresh, "Offer", {.fields = {{"amount", 2000000}, {"name", nullptr}}});
  BOOST_TEST((both.status().code() == Code::kRefused));
  BOOST_TEST(codes(both) == "exit_guard:stage required:account required:name rule:amount");
  // Only the record: nothing of it is the pipeline's.
  const Status plain = m.crm.update(fresh, {{"name", nullptr}});
  BOOST_TEST((plain.code() == Code::kValidation));
  BOOST_TEST((m.at(fresh, "stage") == Value("New")));

  const RecordId cheap = m.offer(50);
  BOOST_TEST(codes(m.move(cheap, "Won")) == "guard:stage guard:stage required:close_date");
  BOOST_TEST(codes(m.move(cheap, "Lost")) == "required_input:loss_reason");
  BOOST_TEST(codes(m.move(cheap, "Lost", {.fields = {{"loss_reason", nullptr}}})) ==
             "required_input:loss_reason");
  BOOST_TEST(codes(m.move(cheap, "Past")) == "retired_stage:stage");
  BOOST_TEST(codes(m.crm.update(cheap, {{"stage", nullptr}})) == "transition:stage");
  KITH_CHECK_OK(m.move(cheap, "Lost", {.fields = {{"loss_reason", "price"}}}).status());
  BOOST_TEST(codes(m.move(cheap, "New")) == "transition:stage");

  const RecordId big = m.offer(5000);
  m.act_as(intern, {});
  const Patch closing{{"close_date", date("2026-03-02")}};
  BOOST_TEST(codes(m.move(big, "Won", {.fields = closing})) == "permission:stage");
  m.act_as({}, {});
  KITH_CHECK_OK(m.move(big, "Won", {.fields = closing}).status());

  Transaction t = m.crm.begin();
  const auto created = t.create("deal", {{"name", "x"}, {"stage", "Won"}});
  BOOST_TEST((created.status().code() == Code::kRefused));
  BOOST_TEST(codes(created) == "create_stage:stage set: required:close_date");
  BOOST_TEST(codes(t.create("deal", {{"name", "x"}, {"stage", "Offer"}})) ==
             "entry_guard:stage required:amount required:account");
  BOOST_TEST(codes(t.create("deal", {{"name", "x"}, {"stage", "Past"}})) == "retired_stage:stage");
}

BOOST_AUTO_TEST_CASE(a_stage_keeps_what_it_requires) {
  Moves m;
  const RecordId id = m.offer();
  const Status emptied = m.crm.update(id, {{"amount", nullptr}, {"account", nullptr}});
  BOOST_TEST((emptied.code() == Code::kRefused));
  BOOST_TEST(codes(emptied) == "required:amount required:account");
  // Removing the account would empty it too.
  Transaction t = m.crm.begin();
  const Status removed = t.remove(m.acme);
  BOOST_TEST((removed.code() == Code::kValidation));
  BOOST_TEST(codes(removed) == "required:account");
  t.abort();
  // A record at rest may lack what its stage requires by now.
  m.act_as({}, Capabilities::all());
  const RecordId bare = m.deal({{"stage", "Offer"}});
  BOOST_TEST(m.last(bare).overridden);
  m.act_as({}, {});
  KITH_CHECK_OK(m.crm.update(bare, {{"hint", "x"}}));
  KITH_CHECK_OK(m.crm.update(bare, {{"amount", nullptr}}));
}

BOOST_AUTO_TEST_CASE(entering_a_stage_again) {
  Moves m;
  const RecordId id = m.offer();
  const std::string trail = *m.at(id, "trail").text();
  const MoveResult again = require(m.move(id, "Offer"));
  BOOST_TEST(again.moved);
  BOOST_TEST(again.transition == "again");
  BOOST_TEST(require(m.crm.read().history(id)).size() == 2u);
  m.crm.now = test::at("2026-03-05T09:00:00Z");
  KITH_CHECK_OK(m.crm.update(id, {{"stage", "Offer"}}));
  BOOST_TEST((m.at(id, "stage_entered") == Value(m.crm.now)));
  BOOST_TEST((m.at(id, "trail") == Value(trail + " +Offer +Offer")));
  const std::vector<StageVisit> visits = require(m.crm.read().stage_history(id, "stage"));
  BOOST_REQUIRE(visits.size() == 3u);
  BOOST_TEST((visits[1].duration == Duration::days(4)));

  // At the very same time nothing differs, and it is a change all the same.
  const RecordId draft = m.deal();
  const std::uint64_t version = require(m.crm.read().get(draft)).version;
  BOOST_TEST(require(m.move(draft, "Draft", {.field = "approval"})).moved);
  BOOST_TEST(require(m.crm.read().get(draft)).version > version);
  BOOST_TEST(require(m.crm.read().stage_history(draft, "approval")).size() == 2u);

  // A stage that no transition repeats.
  const RecordId fresh = m.deal();
  const MoveResult stayed = require(m.move(fresh, "New", {.fields = {{"amount", 7}}}));
  BOOST_TEST(!stayed.moved);
  BOOST_TEST(stayed.to == "New");
  BOOST_TEST((m.at(fresh, "amount") == Value(7)));
  BOOST_TEST(require(m.crm.read().stage_history(fresh, "stage")).size() == 1u);
  // What does not name the stage does not enter it.
  KITH_CHECK_OK(m.crm.update(id, {{"amount", 501}}));
  BOOST_TEST(require(m.crm.read().stage_history(id, "stage")).size() == 3u);

  // Left and entered again within one transaction.
  Transaction t = m.crm.begin();
  KITH_CHECK_OK(t.move(id, "New", {.field = "stage"}).status());
  KITH_CHECK_OK(t.move(id, "Offer", {.field = "stage"}).status());
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(m.crm.read().stage_history(id, "stage")).size() == 4u);
}

BOOST_AUTO_TEST_CASE(closed_stages_are_left_by_reopening_only) {
  Moves m;
  const RecordId id = m.offer();
  KITH_CHECK_OK(m.move(id, "Lost", {.fields = {{"loss_reason", "price"}}}).status());
  BOOST_TEST(codes(m.move(id, "New")) == "transition:stage");
  const MoveResult back = require(m.move(id, "Offer"));
  BOOST_TEST(back.reopened);
  BOOST_TEST(back.transition == "revive");
  BOOST_TEST(m.at(id, "loss_reason").is_null());
}

BOOST_AUTO_TEST_CASE(an_override_is_logged) {
  Moves m;
  const RecordId id = m.deal({{"hint", "locked"}});
  m.act_as({}, Capabilities::all());
  const MoveResult forced = require(m.move(id, "Offer"));
  BOOST_TEST(forced.moved);
  BOOST_TEST(forced.overridden);
  BOOST_TEST(forced.transition == "offer");
  BOOST_TEST((m.at(id, "trail") == Value(" -New offer +Offer")));
  BOOST_TEST(m.last(id).overridden);
  const std::vector<StageVisit> visits = require(m.crm.read().stage_history(id, "stage"));
  BOOST_REQUIRE(visits.size() == 2u);
  BOOST_TEST(!visits[0].overridden);
  BOOST_TEST(visits[1].overridden);
  // Where no transition leads the stage is entered all the same.
  KITH_CHECK_OK(m.move(id, "Past").status());
  BOOST_TEST((m.at(id, "stage_probability") == Value(5)));
  const MoveResult lawful = require(m.move(id, "New"));
  BOOST_TEST(!lawful.overridden);
  BOOST_TEST(!m.last(id).overridden);
  // It passes over the pipeline, not over what holds of every record.
  const auto invalid = m.move(id, "Offer", {.fields = {{"amount", 2000000}}});
  BOOST_TEST((invalid.status().code() == Code::kValidation));
  BOOST_TEST(codes(invalid) == "rule:amount");
}

BOOST_AUTO_TEST_CASE(what_the_caller_expected) {
  Moves m;
  const RecordId id = m.deal();
  const auto code = [&](std::string_view stage, const MoveOptions& options) {
    Transaction t = m.crm.begin();
    return t.move(id, stage, options).status().code();
  };
  BOOST_TEST((code("Won", {.field = "stage", .expected_stage = "Offer"}) == Code::kConflict));
  BOOST_TEST((code("Won", {.field = "stage", .expected_version = 99}) == Code::kConflict));
  BOOST_TEST((code("Won", {.field = "stage", .expected_stage = "Ofer"}) == Code::kInvalidArgument));
  BOOST_TEST((code("Won", {}) == Code::kInvalidArgument));
  BOOST_TEST((code("Won", {.field = "hint"}) == Code::kInvalidArgument));
  BOOST_TEST(
      (code("Won", {.field = "stage", .fields = {{"stage", "Won"}}}) == Code::kInvalidArgument));
  Transaction t = m.crm.begin();
  const std::string unknown(t.move(id, "Ofer", {.field = "stage"}).status().message());
  BOOST_TEST(unknown.find("did you mean \"Offer\"?") != std::string::npos);
  const std::string many(t.move(id, "Offer").status().message());
  BOOST_TEST(many.find("stage, approval") != std::string::npos);
  BOOST_TEST((t.move(m.acme, "Won").status().code() == Code::kInvalidArgument));
  BOOST_TEST((t.move(RecordId(id.type(), 999), "Won").status().code() == Code::kNotFound));
  KITH_CHECK_OK(t.remove(id));
  BOOST_TEST((t.move(id, "Offer", {.field = "stage"}).status().code() == Code::kInvalidArgument));
  BOOST_TEST((t.possible_moves(id, "stage").status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_before_rule_moves_like_anybody_else) {
  Moves m;
  const RecordId id = m.deal();
  BOOST_TEST(codes(m.crm.update(id, {{"hint", "push"}})) ==
             "entry_guard:stage required:amount required:account");
  KITH_CHECK_OK(m.crm.update(id, {{"hint", "push"}, {"amount", 1}, {"account", m.acme}}));
  BOOST_TEST((m.at(id, "stage") == Value("Offer")));
  BOOST_TEST((m.at(id, "trail") == Value(" -New offer +Offer")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
