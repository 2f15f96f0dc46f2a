// The mapping files of examples/sales_export against the exports they were written for: every
// variant must come out as the original did, date for date.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/exchange/fake_target.hpp"
#include "tests/exchange/test_catalog.hpp"

using namespace kith;
using namespace kith::exchange;
namespace fs = std::filesystem;

namespace {

fs::path example() { return fs::path(KITH_SOURCE_DIR) / "examples" / "sales_export"; }

fs::path exports() {
  const char* from = std::getenv("KITH_SHARED");
  const fs::path shared =
      from != nullptr ? fs::path(from) : fs::path(KITH_SOURCE_DIR) / ".." / "shared";
  return shared / "data" / "maven_crm";
}

std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in.good(), path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

ImportReport import(testing::FakeTarget& target, const fs::path& csv, const std::string& map,
                    bool dry_run = false) {
  ImportOptions options;
  options.mapping = slurp(example() / "maps" / (map + ".json"));
  options.mapping_name = map;
  options.dry_run = dry_run;
  auto report = import_file(csv.string(), "", options, target);
  BOOST_REQUIRE_MESSAGE(report.ok(), report.status().to_string());
  for (const ImportReject& reject : report->rejects) {
    BOOST_TEST_MESSAGE(map << " row " << reject.row << ": " << reject.reason);
  }
  return *std::move(report);
}

// A database with the agents, products and accounts of the original.
testing::FakeTarget prepared() {
  testing::FakeTarget target(testing::catalog_of(slurp(example() / "model.json")));
  const fs::path original = exports() / "original";
  BOOST_TEST(import(target, original / "sales_teams.csv", "original/sales_teams").created == 35u);
  BOOST_TEST(import(target, original / "products.csv", "original/products").created == 7u);
  BOOST_TEST(import(target, original / "accounts.csv", "original/accounts").created == 85u);
  return target;
}

bool available() {
  if (fs::exists(exports())) return true;
  BOOST_TEST_MESSAGE("skipped: no maven_crm beside the checkout (KITH_SHARED)");
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples_sales_export_maps)

BOOST_AUTO_TEST_CASE(the_original_comes_in_whole) {
  if (!available()) return;
  testing::FakeTarget target = prepared();
  const auto report =
      import(target, exports() / "original" / "sales_pipeline.csv", "original/sales_pipeline");
  BOOST_TEST(report.created == 8800u);
  BOOST_TEST(report.rejected == 0u);
  BOOST_TEST(report.ambiguous.empty());
  std::map<std::string, int> stages;
  int without_account = 0;
  int dated_prospects = 0;
  Decimal won(0);
  for (const auto& deal : target.all("deal")) {
    const std::string stage = *deal.at("stage").text();
    ++stages[stage];
    without_account += deal.contains("account") ? 0 : 1;
    if (stage == "Prospecting") dated_prospects += deal.contains("engage_date") ? 1 : 0;
    if (stage == "Won") won = *won.add(*deal.at("amount").decimal());
  }
  BOOST_TEST(stages["Won"] == 4238);
  BOOST_TEST(stages["Lost"] == 2473);
  BOOST_TEST(stages["Engaging"] == 1589);
  BOOST_TEST(stages["Prospecting"] == 500);
  BOOST_TEST(without_account == 1425);
  BOOST_TEST(dated_prospects == 0);
  BOOST_TEST((won == Decimal(10005534)));
  int subsidiaries = 0;
  for (const auto& account : target.all("account"))
    subsidiaries += account.contains("parent") ? 1 : 0;
  BOOST_TEST(subsidiaries == 15);
  const auto* codehow = target.by("account", "name", Value("Codehow"));
  BOOST_REQUIRE(codehow != nullptr);
  BOOST_TEST((target.at(codehow->at("parent"))->at("name") == Value("Acme Corporation")));
  // The same file again is the same data.
  const auto again =
      import(target, exports() / "original" / "sales_pipeline.csv", "original/sales_pipeline");
  BOOST_TEST(again.unchanged == 8800u);
}

BOOST_AUTO_TEST_CASE(every_variant_comes_out_as_the_original) {
  if (!available()) return;
  struct Variant {
    const char* folder;
    const char* file;
    const char* map;
    std::uint64_t rows;
    std::uint64_t doubtful_engaged;  // dates that both formats of a list read, differently
    std::uint64_t doubtful_closed;
  };
  const Variant variants[] = {
      {"ThomasKieny", "sales_pipeline.csv", "ThomasKieny", 8800, 0, 0},
      {"ikebude_lf", "sales_pipeline.csv", "ikebude_lf", 8800, 0, 0},
      {"kisaraF_cleaned", "sales_pipeline.csv", "kisaraF_cleaned", 8800, 0, 0},
      {"huyentpham", "sales_pipeline.csv", "huyentpham", 8800, 0, 0},
      {"huyentpham", "sales_pipeline.clean.csv", "huyentpham_clean", 6711, 2439, 2423},
  };
  testing::FakeTarget target = prepared();
  import(target, exports() / "original" / "sales_pipeline.csv", "original/sales_pipeline");
  for (const Variant& v : variants) {
    BOOST_TEST_CONTEXT(v.map) {
      // Over the original by key: whatever differed would be an update.
      const auto report = import(target, exports() / "variants" / v.folder / v.file,
                                 std::string(v.map) + "/sales_pipeline");
      BOOST_TEST(report.rows == v.rows);
      BOOST_TEST(report.unchanged == v.rows);
      std::uint64_t engaged = 0;
      std::uint64_t closed = 0;
      for (const AmbiguousColumn& column : report.ambiguous) {
        (column.column == "engage_date" ? engaged : closed) = column.values;
      }
      BOOST_TEST(engaged == v.doubtful_engaged);
      BOOST_TEST(closed == v.doubtful_closed);
    }
  }
  for (const char* file :
       {"huyentpham/accounts", "kisaraF_cleaned/accounts", "huyentpham/products",
        "kisaraF_cleaned/products", "huyentpham/sales_teams", "kisaraF_cleaned/sales_teams"}) {
    const auto report = import(target, exports() / "variants" / (std::string(file) + ".csv"), file);
    BOOST_TEST(report.unchanged == report.rows, file);
  }
  const auto clean = import(target, exports() / "variants" / "huyentpham" / "accounts.clean.csv",
                            "huyentpham_clean/accounts");
  BOOST_TEST(clean.unchanged == 85u);
}

BOOST_AUTO_TEST_CASE(the_generated_sample_comes_in_but_for_its_bad_rows) {
  const fs::path folder = fs::temp_directory_path() / "kith_sales_export_sample";
  const std::string command =
      "python3 '" + (example() / "generate.py").string() + "' '" + folder.string() + "' >/dev/null";
  BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
  testing::FakeTarget target(testing::catalog_of(slurp(example() / "model.json")));
  BOOST_TEST(import(target, folder / "sales_teams.csv", "sample/sales_teams").created == 30u);
  BOOST_TEST(import(target, folder / "products.csv", "sample/products").created == 6u);
  BOOST_TEST(import(target, folder / "accounts.csv", "sample/accounts").created == 90u);
  const auto report = import(target, folder / "sales_pipeline.csv", "sample/sales_pipeline");
  BOOST_TEST(report.rows == 4005u);
  BOOST_TEST(report.created == report.rows - report.rejected);
  BOOST_TEST(report.ambiguous.empty());
  std::map<std::string, int> codes;
  for (const ImportReject& reject : report.rejects) ++codes[reject.code];
  const std::map<std::string, int> expected = {{"reference_not_found", 5},
                                               {"type", 10},
                                               {"too_few_cells", 5},
                                               {"required", 5},
                                               {"duplicate_key", 5}};
  BOOST_TEST((codes == expected));
  fs::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_the_real_export_leaves_nothing) {
  if (!available()) return;
  testing::FakeTarget target = prepared();
  const auto report = import(target, exports() / "original" / "sales_pipeline.csv",
                             "original/sales_pipeline", true);
  BOOST_TEST(report.created == 8800u);
  BOOST_TEST(target.all("deal").empty());
}

BOOST_AUTO_TEST_SUITE_END()
