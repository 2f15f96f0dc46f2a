// Sound databases are found sound, whatever was done to them through the public interface.
#include <atomic>
#include <thread>

#include "tests/engine/check_fixture.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workload/model.hpp"
#include "tests/workload/workload.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_check)

BOOST_AUTO_TEST_CASE(a_database_with_some_of_everything_is_sound) {
  Checked crm;
  const CheckReport report = crm.check();
  BOOST_TEST(told(report) == "");
  BOOST_TEST(report.clean());
  BOOST_TEST(report.records >= 7u);
  BOOST_TEST(report.references > 5u);
  BOOST_TEST(report.index_entries > 20u);
  BOOST_TEST(report.changes > 10u);
  BOOST_TEST(report.blobs >= 1u);
  BOOST_TEST(report.queue_rows > 10u);
}

BOOST_AUTO_TEST_CASE(a_repair_of_a_sound_database_changes_nothing) {
  Checked crm;
  std::vector<std::vector<std::pair<std::string, std::string>>> before;
  const Table maps[] = {Table::kMeta,    Table::kRecords, Table::kIndex,
                        Table::kHistory, Table::kBlobs,   Table::kQueue};
  for (const Table table : maps) before.push_back(crm.rows(table));
  BOOST_TEST(told(crm.check(true)) == "");
  std::size_t i = 0;
  for (const Table table : maps) BOOST_CHECK(crm.rows(table) == before[i++]);
}

BOOST_AUTO_TEST_CASE(an_empty_and_a_standard_database_are_sound) {
  SmallCrm empty(":memory:", R"({"kith_model": 1})");
  BOOST_TEST(told(require(empty.db.check(empty.session))) == "");
  SmallCrm standard(":memory:", "");
  BOOST_TEST(told(require(standard.db.check(standard.session))) == "");
}

BOOST_AUTO_TEST_CASE(a_repair_needs_its_capability) {
  Checked crm;
  const Session plain = require(crm.db.session({}));
  BOOST_TEST(require(crm.db.check(plain)).clean());
  const auto refused = crm.db.check(plain, {.repair = true, .max_problems = 10});
  BOOST_TEST((refused.status().code() == Code::kPermission));
}

BOOST_AUTO_TEST_CASE(generated_databases_are_sound) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    workload::SeededChoices choices(seed);
    auto database = require(workload::create_database(":memory:"));
    workload::Workload work(database, choices);
    for (int step = 0; step < 60 && work.ok(); ++step) work.step();
    BOOST_REQUIRE(work.ok());
    const CheckReport report = require(database.check(work.session()));
    BOOST_TEST(told(report) == "", "seed " << seed << "\n" << told(report));
  }
}

BOOST_AUTO_TEST_CASE(a_check_beside_a_writer_finds_nothing) {
  testing::TempDir dir;
  Checked crm(dir.sub("crm"));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      auto t = crm.session.begin({.now = crm.now, .durability = Durability::kDeferred});
      if (!t.ok()) return;
      const auto made = t->create(
          "deal",
          {{"name", "D" + std::to_string(i)}, {"note", "n"}, {"close_date", date("2026-05-01")}});
      if (made.ok() && i % 3 == 0) t->remove(*made).to_string();
      if (!t->update(crm.deal, {{"seats", i}}).ok() || !t->commit().ok()) return;
    }
  });
  for (int i = 0; i < 15; ++i) {
    const CheckReport report = crm.check(i % 5 == 4);
    BOOST_TEST(told(report) == "");
  }
  stop = true;
  writer.join();
}

BOOST_AUTO_TEST_CASE(not_all_problems_need_be_listed) {
  Checked crm;
  crm.write([&](store::WriteTxn& txn) {
    const auto range = store::KeyRange::prefix(crm.index_prefix("deal", "by_close"));
    KITH_CHECK_OK(txn.erase_range(Table::kIndex, range));
  });
  const CheckReport report = require(crm.db.check(crm.session, {false, 1}));
  BOOST_TEST(report.problems.size() == 1u);
  BOOST_TEST(report.problem_count == 3u);
  BOOST_TEST(report.repaired == 0u);
  BOOST_TEST(!report.clean());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
