// Pipelines through the public interface: moves, what stands against them, and what is kept.
#include <algorithm>
#include <fstream>
#include <random>
#include <set>

#include "kith/exchange.hpp"
#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"({
  "kith_model": 1, "name": "moves",
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text"}}},
    "account": {"title": "name", "fields": {"name": {"type": "text", "unique": true}}},
    "note": {"fields": {"text": {"type": "text"}}},
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true, "unique": true},
        "account": {"type": "reference", "to": "account", "on_delete": "clear"},
        "stage": {"type": "choice"}, "approval": {"type": "choice"},
        "amount": {"type": "int"}, "close_date": {"type": "date"},
        "loss_reason": {"type": "text"}, "trail": {"type": "text"}, "hint": {"type": "text"}
      },
      "indexes": {"by_entered": ["stage_entered"]},
      "rules": {"small": {"check": "!has(amount) || amount < 1000000", "field": "amount"}}
    }
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage", "create_stages": ["New", "Offer"],
      "stages": {
        "New": {"class": "open", "probability": 10, "exit_guard": "hint != 'locked'",
                "on_exit": {"trail": "(has(r.trail) ? r.trail : '') + ' -New'"}},
        "Offer": {"class": "open", "probability": 60, "required": ["amount", "account"],
                  "entry_guard": "amount > 0",
                  "on_entry": {"trail": "(has(r.trail) ? r.trail : '') + ' +Offer'"}},
        "Won": {"class": "won", "required": ["close_date"],
                "on_entry": {"hint": "'won from ' + old.stage"}},
        "Lost": {"class": "lost"},
        "Past": {"class": "open", "probability": 5, "retired": true}
      },
      "policy": "any",
      "transitions": [
        {"name": "big", "from": ["Offer"], "to": "Won", "guard": "amount >= 1000",
         "permission": "user == null || user.name != 'Intern'",
         "set": {"trail": "r.trail + ' big'"}},
        {"name": "small", "from": ["Offer"], "to": "Won", "guard": "amount >= 100"},
        {"name": "offer", "from": ["New"], "to": "Offer",
         "set": {"trail": "r.trail + ' offer'"}},
        {"name": "again", "from": ["Offer"], "to": "Offer"},
        {"name": "lose", "from": "*", "to": "Lost", "required_inputs": ["loss_reason"]},
        {"name": "revive", "from": ["Lost"], "to": "Offer", "reopen": true,
         "set": {"loss_reason": "null"}}
      ]
    },
    "approval": {
      "entity": "deal", "field": "approval",
      "stages": {"Draft": {"class": "open", "probability": 0}, "Approved": {"class": "won"}},
      "policy": "any", "transitions": [{"name": "redo", "from": ["Draft"], "to": "Draft"}]
    }
  },
  "automations": {
    "push": {"entity": "deal", "on": "before_save", "when": "hint == 'push' && stage == 'New'",
             "set": {"stage": "'Offer'"}}
  }
})";

struct Moves {
  SmallCrm crm{":memory:", kModel};
  RecordId acme = crm.create("account", {{"name", "Acme"}});
  int count = 0;

  // From now on everybody is bound by the rules.
  Moves() { act_as({}, {}); }
  void act_as(RecordId actor, Capabilities capabilities) {
    crm.session = require(crm.db.session({.actor = actor, .capabilities = capabilities}));
  }
  RecordId deal(Patch fields = {}) {
    fields.emplace_back("name", "deal " + std::to_string(++count));
    return crm.create("deal", fields);
  }
  RecordId offer(int amount = 500) {
    return deal({{"stage", "Offer"}, {"amount", amount}, {"account", acme}});
  }
  Result<MoveResult> move(RecordId id, std::string_view stage, MoveOptions options = {}) {
    if (options.field.empty()) options.field = "stage";
    Transaction t = crm.begin();
    Result<MoveResult> result = t.move(id, stage, options);
    if (result.ok()) KITH_CHECK_OK(t.commit());
    return result;
  }
  Value at(RecordId id, std::string_view field) { return require(crm.read().get(id)).at(field); }
  Change last(RecordId id) { return require(crm.read().history(id, 1)).at(0); }
};

// "code:field" of each.
std::string codes(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& v : violations) {
    text += (text.empty() ? "" : " ") + v.code + ":" + v.field;
  }
  return text;
}
std::string codes(const Status& status) { return codes(status.violations()); }
template <typename T>
std::string codes(const Result<T>& result) {
  return codes(result.status());
}

}  // namespace

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

BOOST_AUTO_TEST_CASE(what_is_kept_is_kept_by_the_engine) {
  Moves m;
  const RecordId id = m.deal();
  BOOST_TEST(codes(m.crm.update(id, {{"stage_entered", m.crm.now}, {"stage_probability", 99}})) ==
             "read_only:stage_entered read_only:stage_probability");
  // A stage's probability of today is that of the deals that enter it from today on.
  std::string model(kModel);
  const std::string from = R"("New": {"class": "open", "probability": 10)";
  model.replace(model.find(from), from.size(), R"("New": {"class": "open", "probability": 15)");
  m.act_as({}, Capabilities::all());
  require(m.crm.db.apply_model(m.crm.session, model));
  m.act_as({}, {});
  BOOST_TEST((m.at(id, "stage_probability") == Value(10)));
  BOOST_TEST((m.at(m.deal(), "stage_probability") == Value(15)));
  BOOST_TEST(require(m.crm.read().pipelines())[0].stages[0].probability == 15);
  BOOST_TEST(require(m.crm.read().pipelines())[0].version == 2u);

  // Since when, by effective time; an index of it serves "too long in its stage".
  m.act_as({}, {.backdate = true});
  Transaction t = require(
      m.crm.session.begin({.now = m.crm.now, .effective_at = test::at("2026-01-15T00:00:00Z")}));
  const RecordId old = require(t.create("deal", {{"name", "old"}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((m.at(old, "stage_entered") == Value(test::at("2026-01-15T00:00:00Z"))));
  const Rows rotten = require(m.crm.read().query(
      {.entity = "deal", .where = "stage_entered < now - duration('720h')", .select = {"name"}}));
  BOOST_REQUIRE(rotten.rows.size() == 1u);
  BOOST_TEST((rotten.rows[0][0] == Value("old")));
}

BOOST_AUTO_TEST_CASE(an_import_is_bound_too) {
  Moves m;
  testing::TempDir dir;
  const std::string path = dir.sub("deals.csv");
  std::ofstream(path) << "name,stage,amount,account.name,stage_probability\n"
                         "a,New,1,Acme,99\n"
                         "b,Won,1,Acme,99\n"
                         "c,Offer,,Acme,99\n"
                         "d,Offer,5,Acme,99\n";
  ImportOptions options;
  options.now = m.crm.now;
  const ImportReport report = require(import_csv(m.crm.session, "deal", path, options));
  BOOST_TEST(report.created == 2u);
  BOOST_TEST(report.rejected == 2u);
  std::set<std::string> found;
  for (const ImportReject& reject : report.rejects)
    found.insert(std::to_string(reject.row) + reject.code);
  BOOST_TEST(found.contains("2create_stage"));
  BOOST_TEST(found.contains("3required"));
  const RecordId d = require(m.crm.read().find("deal", "name", "d"));
  BOOST_TEST((m.at(d, "stage_probability") == Value(60)));
  // The same file again enters no stage again.
  options.mapping = R"({"kith_import": 1, "entity": "deal", "key": "name", "unmapped": "by_name"})";
  const ImportReport again = require(import_csv(m.crm.session, "deal", path, options));
  BOOST_TEST(again.unchanged == 2u);
  BOOST_TEST(again.updated == 0u);
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

BOOST_AUTO_TEST_CASE(what_a_type_has) {
  Moves m;
  const std::vector<PipelineInfo> all = require(m.crm.read().pipelines());
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].name == "sales");
  BOOST_TEST(all[0].entity == "deal");
  BOOST_TEST(all[0].field == "stage");
  BOOST_TEST(all[0].default_stage == "New");
  BOOST_REQUIRE(all[0].stages.size() == 5u);
  BOOST_TEST(all[0].stages[2].stage_class == "won");
  BOOST_TEST(all[0].stages[2].probability == 100);
  BOOST_TEST(all[0].stages[4].retired);
  const auto entities = require(m.crm.db.entities());
  for (const EntityInfo& entity : entities) {
    for (const FieldInfo& field : entity.fields) {
      if (field.name == "stage_entered" || field.name == "stage_probability") {
        BOOST_TEST(field.read_only);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(stays_in_stages) {
  Moves m;
  const RecordId ada = m.crm.create("user", {{"name", "Ada"}});
  const RecordId id = m.deal();
  m.crm.now = test::at("2026-03-03T09:00:00Z");
  m.act_as(ada, {.backdate = true});
  Transaction t = require(m.crm.session.begin(
      {.now = m.crm.now, .effective_at = test::at("2026-03-02T21:00:00Z"), .cause = "phone call"}));
  KITH_CHECK_OK(t.update(id, {{"stage", "Offer"}, {"amount", 1}, {"account", m.acme}}));
  // The log speaks of what is committed.
  BOOST_TEST(require(t.stage_history(id, "stage")).size() == 1u);
  KITH_CHECK_OK(t.commit());
  KITH_CHECK_OK(m.crm.update(id, {{"amount", 2}}));
  const Snapshot later = require(m.crm.session.read(test::at("2026-03-04T21:00:00Z")));
  const std::vector<StageVisit> visits = require(later.stage_history(id, "stage"));
  BOOST_REQUIRE(visits.size() == 2u);
  BOOST_TEST(visits[0].stage == "New");
  BOOST_TEST((visits[0].entered == test::at("2026-03-01T09:00:00Z")));
  BOOST_TEST((visits[0].left == test::at("2026-03-02T21:00:00Z")));
  BOOST_TEST((visits[0].duration == Duration::hours(36)));
  BOOST_TEST(visits[0].actor.is_null());
  BOOST_TEST(visits[1].stage == "Offer");
  BOOST_TEST(!visits[1].left.has_value());
  BOOST_TEST((visits[1].duration == Duration::days(2)));
  BOOST_TEST((visits[1].actor == ada));
  BOOST_TEST(visits[1].cause == "phone call");
  BOOST_TEST((later.stage_history(id).status().code() == Code::kInvalidArgument));

  Transaction removal = m.crm.begin();
  KITH_CHECK_OK(removal.remove(id));
  KITH_CHECK_OK(removal.commit());
  BOOST_TEST((require(m.crm.read().stage_history(id, "stage"))[1].left == m.crm.now));
}

// For random deals, in each of their stages: what possible_moves says is what a move meets.
BOOST_AUTO_TEST_CASE(possible_moves_agree_with_moves) {
  Moves m;
  std::mt19937 random(7);
  const auto chance = [&](int of) {
    return std::uniform_int_distribution<int>(1, of)(random) == 1;
  };
  const std::vector<std::string> stages{"New", "Offer", "Won", "Lost", "Past"};
  const RecordId intern = m.crm.create("user", {{"name", "Intern"}});
  std::size_t allowed = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 60; ++round) {
    m.act_as({}, Capabilities::all());
    Patch fields;
    if (!chance(3)) fields.emplace_back("amount", chance(2) ? 5000 : (chance(2) ? 500 : -1));
    if (!chance(3)) fields.emplace_back("account", m.acme);
    if (chance(2)) fields.emplace_back("close_date", date("2026-04-01"));
    if (chance(4)) fields.emplace_back("hint", "locked");
    if (chance(2)) fields.emplace_back("trail", "t");
    fields.emplace_back("stage", stages[std::uniform_int_distribution<std::size_t>(0, 4)(random)]);
    const RecordId id = m.deal(fields);
    m.act_as(chance(3) ? intern : RecordId(), {});
    const auto possible = require(m.crm.read().possible_moves(id, "stage"));
    BOOST_TEST(possible.size() == stages.size() - 1);
    const std::uint64_t version = require(m.crm.read().get(id)).version;
    for (const PossibleMove& expected : possible) {
      Transaction t = m.crm.begin();
      const Result<MoveResult> moved = t.move(id, expected.stage, {.field = "stage"});
      BOOST_TEST(moved.ok() == expected.allowed);
      BOOST_TEST(codes(moved) == codes(expected.reasons));
      if (moved.ok()) {
        BOOST_TEST(moved->transition == expected.transition);
        BOOST_TEST(moved->reopened == expected.reopens);
      }
      (moved.ok() ? allowed : refused) += 1;
      t.abort();
    }
    BOOST_TEST(require(m.crm.read().get(id)).version == version);
  }
  BOOST_TEST(allowed > 20u);
  BOOST_TEST(refused > 60u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
