// The main job: a real sales export comes in whole, and again without a change.
#include <algorithm>
#include <map>
#include <sstream>

#include "tests/examples/sales_export.hpp"
#include "tests/support/temp_dir.hpp"

using namespace kith;
using namespace kith::test;

BOOST_AUTO_TEST_SUITE(examples_sales_export, *boost::unit_test::precondition(have_exports))

BOOST_AUTO_TEST_CASE(every_deal_stands_in_its_stage) {
  const Rows stages = original().report("stages");
  BOOST_TEST(number(value_of(stages, "Won", "count")) == "4238");
  BOOST_TEST(number(value_of(stages, "Lost", "count")) == "2473");
  BOOST_TEST(number(value_of(stages, "Engaging", "count")) == "1589");
  BOOST_TEST(number(value_of(stages, "Prospecting", "count")) == "500");
  BOOST_TEST(number(value_of(stages, "Won", "amount"), 2) == "10005534.00");
}

BOOST_AUTO_TEST_CASE(revenue_falls_into_its_quarters) {
  const Rows revenue = original().report("revenue");
  const std::map<std::string, std::string> expected = {{"2017-Q1", "1134672"},
                                                       {"2017-Q2", "3086111"},
                                                       {"2017-Q3", "2982255"},
                                                       {"2017-Q4", "2802496"}};
  BOOST_TEST(revenue.rows.size() == expected.size());
  for (const auto& [quarter, amount] : expected) {
    BOOST_TEST(number(value_of(revenue, quarter, "revenue")) == amount);
  }
}

BOOST_AUTO_TEST_CASE(each_win_rate_says_what_it_is_a_share_of) {
  const Rows rate = original().report("win_rate");
  BOOST_TEST(number(value_of(rate, "", "won_of_closed"), 2, true) == "63.15%");
  BOOST_TEST(number(value_of(rate, "", "won_of_all"), 2, true) == "48.16%");
  BOOST_TEST(rate.columns[static_cast<std::size_t>(rate.column("won_of_closed"))].label ==
             "Won of closed");
  BOOST_TEST(rate.columns[static_cast<std::size_t>(rate.column("won_of_all"))].label ==
             "Won of all");
}

BOOST_AUTO_TEST_CASE(blanks_stay_blank_and_slips_are_mended) {
  BOOST_TEST(original().deals("!has(r.account)").rows.size() == 1425u);
  BOOST_TEST(original().deals("stage == 'Prospecting' && has(r.engage_date)").rows.empty());
  BOOST_TEST(original().deals("product.name == 'GTX Pro'").rows.size() == 1480u);
  BOOST_TEST(original().query(R"({"entity": "product"})").rows.size() == 7u);
}

BOOST_AUTO_TEST_CASE(subsidiaries_find_parents_further_down) {
  const Rows children = original().query(
      R"({"entity": "account", "where": "parent != null", "select": ["name", "parent.name"]})");
  BOOST_TEST(children.rows.size() == 15u);
  BOOST_TEST((value_of(children, "Codehow", "parent.name") == Value("Acme Corporation")));
  const Snapshot snapshot = original().read();
  const RecordId acme = require(snapshot.find("account", "name", "Acme Corporation"));
  BOOST_TEST(!require(snapshot.referring(acme, "account", "parent")).empty());
}

BOOST_AUTO_TEST_CASE(the_same_files_again_change_nothing) {
  const fs::path folder = exports() / "original";
  const SalesCrm& crm = original();
  const Rows before = crm.deals();
  const std::pair<const char*, const char*> files[] = {{"sales_agent", "sales_teams"},
                                                       {"product", "products"},
                                                       {"account", "accounts"},
                                                       {"deal", "sales_pipeline"}};
  for (const auto& [entity, file] : files) {
    const ImportReport again =
        crm.import(entity, folder / (std::string(file) + ".csv"), std::string("original/") + file);
    BOOST_TEST(again.unchanged == again.rows, file);
  }
  BOOST_TEST((crm.deals().rows == before.rows));
  const Snapshot snapshot = crm.read();
  const RecordId deal = require(snapshot.find("deal", "external_id", "1C1I7A6R"));
  BOOST_TEST(require(snapshot.history(deal)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_dry_run_leaves_nothing) {
  SalesCrm crm;
  crm.import_master_data(exports() / "original", "original");
  const ImportReport report = crm.import("deal", exports() / "original" / "sales_pipeline.csv",
                                         "original/sales_pipeline", true);
  BOOST_TEST(report.created == 8800u);
  BOOST_TEST(crm.deals().rows.empty());
}

BOOST_AUTO_TEST_CASE(what_is_exported_comes_back_without_a_mapping) {
  const std::pair<const char*, std::vector<std::string>> exported[] = {
      {"sales_agent", {"name", "manager", "region"}},
      {"product", {"name", "series", "price"}},
      {"account",
       {"name", "sector", "year_established", "revenue", "employees", "location", "parent.name"}},
      {"deal",
       {"external_id", "agent.name", "product.name", "account.name", "stage", "engage_date",
        "close_date", "amount"}}};
  kith::testing::TempDir dir;
  SalesCrm copy;
  for (const auto& [entity, columns] : exported) {
    const std::string path = dir.sub(std::string(entity) + ".csv");
    std::ofstream out(path, std::ios::binary);
    ExportOptions what;
    what.columns = columns;
    const std::uint64_t count = require(export_records(original().session(), entity, out, what));
    out.close();
    ImportOptions how;
    how.now = at("2024-01-01T00:00:00Z");
    BOOST_TEST(require(import_csv(copy.session(), entity, path, how)).created == count);
  }
  BOOST_TEST((copy.deals().rows == original().deals().rows));
  for (const ReportInfo& info : require(original().read().reports())) {
    BOOST_TEST((copy.report(info.name).rows == original().report(info.name).rows), info.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
