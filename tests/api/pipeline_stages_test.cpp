// What pipelines keep and tell: fields, stays in stages, possible moves; and imports.
#include <fstream>
#include <random>
#include <set>

#include "kith/exchange.hpp"
#include "tests/api/pipeline_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(api_pipeline_stages)

BOOST_AUTO_TEST_CASE(what_is_kept_is_kept_by_the_engine) {
  Moves m;
  const RecordId id = m.deal();
  BOOST_TEST(codes(m.crm.update(id, {{"stage_entered", m.crm.now}, {"stage_probability", 99}})) ==
             "read_only:stage_entered read_only:stage_probability");
  // A stage's probability of today is that of the deals that enter it from today on.
  std::string model(kPipelineModel);
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

BOOST_AUTO_TEST_CASE(a_stage_that_is_entered_again_begins_runs_again) {
  std::string model(kPipelineModel);
  model.insert(model.find("\"push\""), R"("call": {
    "entity": "deal", "on": "stage_entered", "field": "stage", "stage": "Offer",
    "steps": [{"set": {"hint": "'call them'"}}]}, )");
  SmallCrm crm(":memory:", model);
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  const RecordId id =
      crm.create("deal", {{"name", "d"}, {"stage", "Offer"}, {"amount", 500}, {"account", acme}});
  BOOST_TEST(require(crm.read().runs()).size() == 1u);
  KITH_CHECK_OK(crm.update(id, {{"amount", 600}}));
  BOOST_TEST(require(crm.read().runs()).size() == 1u);
  KITH_CHECK_OK(crm.update(id, {{"stage", "Offer"}}));
  // One run of a record at a time: the first has to be carried out before another begins.
  require(crm.session.tick({.now = crm.now}));
  KITH_CHECK_OK(crm.update(id, {{"stage", "Offer"}}));
  BOOST_TEST(require(crm.read().runs()).size() == 2u);
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
