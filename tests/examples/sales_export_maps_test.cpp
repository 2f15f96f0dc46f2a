// The mapping files of examples/sales_export against the exports they were written for: every
// variant must come out as the original did, field for field.
#include <map>

#include "tests/examples/sales_export.hpp"
#include "tests/support/temp_dir.hpp"

using namespace kith;
using namespace kith::test;

namespace {

struct Variant {
  const char* folder;
  const char* file;
  const char* maps;
  std::uint64_t rows;
  std::uint64_t doubtful_engaged;  // dates that both formats of a list read, differently
  std::uint64_t doubtful_closed;
};

const Variant kVariants[] = {
    {"ThomasKieny", "sales_pipeline.csv", "ThomasKieny", 8800, 0, 0},
    {"ikebude_lf", "sales_pipeline.csv", "ikebude_lf", 8800, 0, 0},
    {"kisaraF_cleaned", "sales_pipeline.csv", "kisaraF_cleaned", 8800, 0, 0},
    {"huyentpham", "sales_pipeline.csv", "huyentpham", 8800, 0, 0},
    {"huyentpham", "sales_pipeline.clean.csv", "huyentpham_clean", 6711, 2439, 2423},
};

// A variant's own file where it has one, else the original's.
void import_master_data(const SalesCrm& crm, const Variant& variant) {
  struct File {
    const char* entity;
    const char* name;
    std::uint64_t rows;
  };
  const File files[] = {
      {"sales_agent", "sales_teams", 35}, {"product", "products", 7}, {"account", "accounts", 85}};
  for (const auto& [entity, name, rows] : files) {
    const std::string deals = variant.file;  // "sales_pipeline.clean.csv": ".clean.csv"
    const fs::path own_csv =
        exports() / "variants" / variant.folder / (name + deals.substr(deals.find('.')));
    const std::string own_map = std::string(variant.maps) + "/" + name;
    const bool own = fs::exists(own_csv) && fs::exists(example() / "maps" / (own_map + ".json"));
    const fs::path csv = own ? own_csv : exports() / "original" / (std::string(name) + ".csv");
    const ImportReport report =
        crm.import(entity, csv, own ? own_map : std::string("original/") + name);
    BOOST_TEST(report.rows == rows);
    BOOST_TEST(report.created == report.rows, csv.string());
  }
}

void comes_out_as_the_original(const Variant& variant) {
  SalesCrm crm;
  import_master_data(crm, variant);
  const ImportReport report =
      crm.import("deal", exports() / "variants" / variant.folder / variant.file,
                 std::string(variant.maps) + "/sales_pipeline");
  BOOST_TEST(report.rows == variant.rows);
  BOOST_TEST(report.created == variant.rows);
  std::map<std::string, std::uint64_t> doubtful;
  for (const AmbiguousColumn& column : report.ambiguous) doubtful[column.column] = column.values;
  BOOST_TEST(doubtful["engage_date"] == variant.doubtful_engaged);
  BOOST_TEST(doubtful["close_date"] == variant.doubtful_closed);

  const bool closed_only = variant.rows < 8800;
  const Rows expected = original().deals(closed_only ? "stage_class != 'open'" : "true");
  const Rows deals = crm.deals();
  BOOST_REQUIRE_EQUAL(deals.rows.size(), expected.rows.size());
  for (std::size_t i = 0; i < deals.rows.size(); ++i) {
    for (std::size_t k = 0; k < deals.columns.size(); ++k) {
      if (deals.rows[i][k] == expected.rows[i][k]) continue;
      BOOST_ERROR(expected.rows[i][0].to_string() + " " + deals.columns[k].name + ": " +
                  deals.rows[i][k].to_string() + " is not " + expected.rows[i][k].to_string());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples_sales_export_maps)

BOOST_AUTO_TEST_CASE(every_variant_comes_out_as_the_original,
                     *boost::unit_test::precondition(have_exports)) {
  for (const Variant& variant : kVariants) {
    BOOST_TEST_CONTEXT(variant.maps) { comes_out_as_the_original(variant); }
  }
}

BOOST_AUTO_TEST_CASE(variants_of_the_other_files_are_the_same_data,
                     *boost::unit_test::precondition(have_exports)) {
  const std::pair<const char*, const char*> files[] = {
      {"account", "huyentpham/accounts"},        {"account", "kisaraF_cleaned/accounts"},
      {"product", "huyentpham/products"},        {"product", "kisaraF_cleaned/products"},
      {"sales_agent", "huyentpham/sales_teams"}, {"sales_agent", "kisaraF_cleaned/sales_teams"}};
  for (const auto& [entity, file] : files) {
    const ImportReport report =
        original().import(entity, exports() / "variants" / (std::string(file) + ".csv"), file);
    BOOST_TEST(report.unchanged == report.rows, file);
  }
  const ImportReport clean =
      original().import("account", exports() / "variants" / "huyentpham" / "accounts.clean.csv",
                        "huyentpham_clean/accounts");
  BOOST_TEST(clean.unchanged == 85u);
}

BOOST_AUTO_TEST_CASE(the_generated_sample_comes_in_but_for_its_bad_rows) {
  const kith::testing::TempDir dir;
  const fs::path folder = dir.sub("sample");
  const std::string command =
      "python3 '" + (example() / "generate.py").string() + "' '" + folder.string() + "' >/dev/null";
  BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
  SalesCrm crm;
  crm.import_master_data(folder, "sample");
  const ImportReport report =
      crm.import("deal", folder / "sales_pipeline.csv", "sample/sales_pipeline");
  BOOST_TEST(report.rows == 4005u);
  BOOST_TEST(report.created == 3975u);
  BOOST_TEST(report.rejected == 30u);
  BOOST_TEST(report.ambiguous.empty());
  std::map<std::string, int> codes;
  for (const ImportReject& reject : report.rejects) ++codes[reject.code];
  const std::map<std::string, int> expected = {{"reference_not_found", 5},
                                               {"type", 10},
                                               {"too_few_cells", 5},
                                               {"required", 5},
                                               {"duplicate_key", 5}};
  BOOST_TEST((codes == expected));

  const Rows stages = crm.report("stages");
  BOOST_TEST(number(value_of(stages, "Won", "count")) == "1851");
  BOOST_TEST(number(value_of(stages, "Lost", "count")) == "1102");
  BOOST_TEST(number(value_of(stages, "Engaging", "count")) == "719");
  BOOST_TEST(number(value_of(stages, "Prospecting", "count")) == "303");
  BOOST_TEST(number(value_of(stages, "Won", "amount")) == "3774149");
  BOOST_TEST(crm.query(R"({"entity": "account", "where": "parent != null"
})")
                 .rows.size() == 16u);
}

BOOST_AUTO_TEST_SUITE_END()
