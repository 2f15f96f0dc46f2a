#include "engine/index_build.hpp"

#include <signal.h>

#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr int kDeals = 600;

// The fields are those of `extra`; `indexes` and the uniqueness of `code` come later.
std::string model(bool unique, bool index, std::string_view extra = "") {
  return std::string(R"({"kith_model": 1, "name": "build", "entities": {
    "account": {"fields": {"name": {"type": "text"}}},
    "deal": {"fields": {"code": {"type": "text")") +
         (unique ? R"(, "unique": true)" : "") + R"(}, "amount": {"type": "int"},
      "account": {"type": "reference", "to": "account", "on_delete": "cascade"})" +
         std::string(extra) + "}" + (index ? R"(, "indexes": {"by_amount": ["amount"]})" : "") +
         "}}}";
}

void fill(SmallCrm& crm, bool twins = false) {
  Transaction t = crm.begin();
  for (int i = 0; i < kDeals; ++i) {
    const std::string code = "c" + std::to_string(twins && i == kDeals - 1 ? 7 : i);
    BOOST_REQUIRE(t.create("deal", {{"code", code}, {"amount", i % 50}}).ok());
  }
  KITH_CHECK_OK(t.commit());
}

// What apply_model does up to a crash after `steps` steps of the build.
Status apply_in_part(engine::Database& db, const std::string& document, int steps) {
  store::Store& store = db.store();
  {
    Result<std::unique_ptr<store::WriteTxn>> txn = store.begin_write({});
    if (!txn.ok()) return txn.status();
    Result<engine::StoredModel> stored = engine::load_model(**txn);
    if (!stored.ok()) return stored.status();
    Result<engine::ModelPlan> plan =
        engine::plan_model(document, "model", *stored, engine::core_sections(), {});
    if (!plan.ok()) return plan.status();
    if (Status s = engine::store_model(**txn, &*plan); !s.ok()) return s;
    if (Status s = (*txn)->commit(); !s.ok()) return s;
  }
  for (int i = 0; i < steps; ++i) {
    Result<std::unique_ptr<store::WriteTxn>> txn = store.begin_write({});
    if (!txn.ok()) return txn.status();
    if (Result<bool> more = engine::build_step(**txn, 100); !more.ok()) return more.status();
    if (Status s = (*txn)->commit(); !s.ok()) return s;
  }
  return {};
}

bool building(const Database& db, const SmallCrm& crm) {
  (void)db;
  engine::Database& engine = crm.session.impl()->database();
  return engine::is_building(require(engine.current_model())->catalog(), false);
}

std::size_t count_of(const SmallCrm& crm, const std::string& where) {
  Snapshot s = require(crm.session.read());
  return require(s.query({.entity = "deal", .where = where})).rows.size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_index_build)

BOOST_AUTO_TEST_CASE(an_index_is_filled_from_the_records_there_are) {
  SmallCrm crm(":memory:", model(false, false));
  fill(crm);
  const ApplyResult applied = require(crm.db.apply_model(crm.session, model(true, true), false));
  BOOST_TEST(applied.changes.size() > 0u);
  BOOST_TEST(!building(crm.db, crm));
  BOOST_TEST(count_of(crm, "amount == 7") == 12u);
  BOOST_TEST((require(crm.read().find("deal", "code", "c599")).sequence() == 600u));
  Transaction t = crm.begin();
  BOOST_TEST((t.create("deal", {{"code", "c3"}}).status().code() == Code::kValidation));
}

BOOST_AUTO_TEST_CASE(a_build_that_stopped_is_invisible_to_queries_and_goes_on_where_it_was) {
  SmallCrm crm(":memory:", model(false, false));
  fill(crm);
  engine::Database& db = crm.session.impl()->database();
  KITH_CHECK_OK(apply_in_part(db, model(false, true), 2));
  BOOST_TEST(building(crm.db, crm));
  BOOST_TEST(count_of(crm, "amount == 7") == 12u);
  // Records on both sides of the build's place are changed meanwhile.
  KITH_CHECK_OK(crm.update(RecordId(2, 8), {{"amount", 1000}}));
  KITH_CHECK_OK(crm.update(RecordId(2, 508), {{"amount", 1000}}));
  crm.create("deal", {{"code", "new"}, {"amount", 1000}});
  BOOST_TEST(building(crm.db, crm), "ordinary writes do not wait for an ordinary index");

  const ApplyResult again = require(crm.db.apply_model(crm.session, model(false, true), false));
  BOOST_TEST(again.changes.empty());
  BOOST_TEST(!building(crm.db, crm));
  BOOST_TEST(count_of(crm, "amount == 7") == 10u);
  BOOST_TEST(count_of(crm, "amount == 1000") == 3u);
}

BOOST_AUTO_TEST_CASE(a_step_visits_no_more_than_its_chunk) {
  SmallCrm crm(":memory:", model(false, false));
  fill(crm);
  engine::Database& db = crm.session.impl()->database();
  KITH_CHECK_OK(apply_in_part(db, model(false, true), 0));
  for (int i = 0; i < 6; ++i) {
    auto txn = require(db.store().begin_write({}));
    const bool more = require(engine::build_step(*txn, 100));
    BOOST_TEST(more == (i < 5));
    // The chunk and the row that says how far it is, or the catalog at the end.
    BOOST_TEST(txn->stats().puts <= 103u);
    BOOST_TEST(txn->stats().puts >= 100u);
    KITH_CHECK_OK(txn->commit());
  }
}

BOOST_AUTO_TEST_CASE(after_a_killed_process_the_next_open_finishes_the_build) {
  testing::TempDir dir;
  const std::string path = dir.sub("crm");
  {
    SmallCrm crm(path, model(false, false));
    fill(crm);
  }
  testing::Child child([&] {
    Result<Database> db = Database::open(path);
    if (!db.ok()) return 1;
    Result<Session> session = db->session({});
    if (!session.ok()) return 2;
    if (!apply_in_part(session->impl()->database(), model(true, true), 3).ok()) return 3;
    ::raise(SIGKILL);
    return 4;
  });
  BOOST_REQUIRE(child.wait() == -SIGKILL);

  {
    const Database read_only = require(Database::open(path, {.read_only = true}));
    const Session reader = require(read_only.session({}));
    const Snapshot s = require(reader.read());
    BOOST_TEST(require(s.query({.entity = "deal", .where = "amount == 7"})).rows.size() == 12u);
    const Status unbuilt = s.find("deal", "code", "c5").status();
    BOOST_TEST((unbuilt.code() == Code::kInvalidArgument), unbuilt.to_string());
  }
  Database db = require(Database::open(path));
  Session session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  Snapshot s = require(session.read());
  BOOST_TEST((require(s.find("deal", "code", "c5")).sequence() == 6u));
  BOOST_TEST(require(s.query({.entity = "deal", .where = "amount == 7"})).rows.size() == 12u);
  BOOST_TEST(
      !engine::is_building(require(session.impl()->database().current_model())->catalog(), false));
}

BOOST_AUTO_TEST_CASE(a_write_finishes_a_unique_index_first_so_that_no_duplicate_slips_in) {
  SmallCrm crm(":memory:", model(false, false));
  fill(crm);
  KITH_CHECK_OK(apply_in_part(crm.session.impl()->database(), model(true, false), 1));
  BOOST_TEST(building(crm.db, crm));
  Transaction t = crm.begin();
  const Status refused = t.create("deal", {{"code", "c550"}}).status();
  BOOST_TEST((refused.code() == Code::kValidation));
  t.abort();
  BOOST_TEST(!building(crm.db, crm));
}

BOOST_AUTO_TEST_CASE(duplicates_refuse_the_whole_model_and_name_both_records) {
  SmallCrm crm(":memory:", model(false, false));
  fill(crm, true);
  const std::uint64_t generation = require(crm.db.info()).generation;
  const std::string wanted = model(true, true, R"(, "extra": {"type": "text"})");
  for (const bool dry_run : {true, false}) {
    const Status refused = crm.db.apply_model(crm.session, wanted, dry_run).status();
    BOOST_TEST((refused.code() == Code::kValidation));
    BOOST_REQUIRE(refused.violations().size() == 1u);
    const Violation& v = refused.violations()[0];
    BOOST_TEST(v.field == "code");
    BOOST_TEST(v.code == "unique");
    BOOST_TEST((v.message.find("deal:8") != std::string::npos), v.message);
    BOOST_TEST((v.message.find("deal:600") != std::string::npos), v.message);
  }
  BOOST_TEST(require(crm.db.info()).generation == generation);
  BOOST_TEST(crm.read().field("deal", "extra").ok() == false);
  BOOST_TEST(require(crm.db.model()) == model(false, false));
  // Deleted records hold no unique value, so this is one way out.
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.remove(RecordId(2, 600)));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(crm.db.apply_model(crm.session, wanted, false).ok());
  BOOST_TEST((require(crm.read().find("deal", "code", "c7")).sequence() == 8u));
}

BOOST_AUTO_TEST_CASE(on_delete_works_before_the_index_of_its_reference_is_built) {
  SmallCrm crm(":memory:", R"({"kith_model": 1, "name": "build", "entities": {
    "account": {"fields": {"name": {"type": "text"}}},
    "deal": {"fields": {"code": {"type": "text"}, "amount": {"type": "int"}}}}})");
  fill(crm);
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  KITH_CHECK_OK(apply_in_part(crm.session.impl()->database(), model(false, false), 2));
  BOOST_TEST(building(crm.db, crm));
  KITH_CHECK_OK(crm.update(RecordId(2, 3), {{"account", acme}}));
  KITH_CHECK_OK(crm.update(RecordId(2, 590), {{"account", acme}}));
  BOOST_TEST(require(crm.read().referring(acme, "deal", "account")).size() == 2u);
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.remove(acme));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(crm.read().get(RecordId(2, 3))).deleted);
  BOOST_TEST(require(crm.read().get(RecordId(2, 590))).deleted);
  BOOST_TEST(!require(crm.read().get(RecordId(2, 4))).deleted);
}

BOOST_AUTO_TEST_CASE(a_dropped_index_leaves_no_entry) {
  SmallCrm crm(":memory:", model(true, true));
  fill(crm);
  auto entries = [&] {
    auto txn = require(crm.session.impl()->database().store().begin_read());
    return require(txn->scan(store::Table::kIndex, store::KeyRange::all(), {.row_limit = 5000}))
        .rows.size();
  };
  BOOST_TEST(entries() == 2u * kDeals);
  BOOST_TEST(crm.db.apply_model(crm.session, model(false, true), false).ok());
  BOOST_TEST(entries() == 1u * kDeals);
  BOOST_TEST(crm.db.apply_model(crm.session, model(true, true), false).ok());
  BOOST_TEST(entries() == 2u * kDeals);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
