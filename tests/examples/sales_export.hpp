// The sales export example through the real engine: its model, its mapping files, and the folder
// of real exports when there is one.
#pragma once

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/api/fixture.hpp"
#include "tests/support/folders.hpp"

namespace kith::test {

namespace fs = std::filesystem;

inline fs::path example() { return testing::source_folder() / "examples" / "sales_export"; }

inline fs::path exports() { return testing::shared_folder() / "data" / "maven_crm"; }

// For the cases that read real exports.
inline boost::test_tools::assertion_result have_exports(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result answer(fs::exists(exports()));
  answer.message() << "no data/maven_crm in KITH_SHARED, by default ../shared";
  return answer;
}

inline std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  BOOST_REQUIRE_MESSAGE(in.good(), path.string() << " cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The agents, products, accounts and deals of one export.
class SalesCrm {
 public:
  SalesCrm()
      : db_(require(Database::create(":memory:", {.model = slurp(example() / "model.json"),
                                                  .now = at("2024-01-01T00:00:00Z"),
                                                  .open = {}}))),
        session_(require(db_.session({.actor = {}, .capabilities = Capabilities::all()}))) {}

  // `map` is a path below maps/ without its ".json".
  ImportReport import(const std::string& entity, const fs::path& csv, const std::string& map,
                      bool dry_run = false) const {
    ImportOptions options;
    options.mapping = slurp(example() / "maps" / (map + ".json"));
    options.mapping_name = map;
    options.now = at("2024-01-01T00:00:00Z");
    options.dry_run = dry_run;
    ImportReport report = require(import_csv(session_, entity, csv.string(), options));
    for (const ImportReject& reject : report.rejects) {
      BOOST_TEST_MESSAGE(map << " row " << reject.row << ": " << reject.reason);
    }
    return report;
  }

  // Everything but the deals.
  void import_master_data(const fs::path& folder, const std::string& maps) const {
    import("sales_agent", folder / "sales_teams.csv", maps + "/sales_teams");
    import("product", folder / "products.csv", maps + "/products");
    import("account", folder / "accounts.csv", maps + "/accounts");
  }

  Snapshot read() const { return require(session_.read()); }
  const Database& database() const { return db_; }
  const Session& session() const { return session_; }
  Rows query(const std::string& json) const {
    return require(read().query(require(Query::from_json(json))));
  }
  Rows report(const std::string& name, const Map& parameters = {}) const {
    return require(read().report(name, parameters)).rows;
  }

  // What a person would compare: every deal, by its own key, with names instead of ids.
  Rows deals(const std::string& where = "true") const {
    Query query;
    query.entity = "deal";
    query.where = where;
    query.select = {"external_id", "agent.name",  "product.name", "account.name",
                    "stage",       "engage_date", "close_date",   "amount"};
    query.order_by = {{"external_id", false}};
    return require(read().query(query));
  }

 private:
  Database db_;
  Session session_;
};

// The original export, imported once for all the cases that only read.
inline const SalesCrm& original() {
  static const SalesCrm crm = [] {
    SalesCrm made;
    made.import_master_data(exports() / "original", "original");
    const ImportReport report = made.import("deal", exports() / "original" / "sales_pipeline.csv",
                                            "original/sales_pipeline");
    BOOST_TEST(report.created == 8800u);
    BOOST_TEST(report.rejected == 0u);
    BOOST_TEST(report.ambiguous.empty());
    return made;
  }();
  return crm;
}

// One value as text: a decimal at `scale`, a share in per cent when `percent`.
inline std::string number(const Value& value, int scale = 0, bool percent = false) {
  Decimal decimal(0);
  if (const Decimal* d = value.decimal()) {
    decimal = *d;
  } else if (const std::int64_t* i = value.integer()) {
    decimal = Decimal(*i);
  } else if (const double* d64 = value.floating()) {
    decimal = require(Decimal::from_double(*d64));
  } else {
    return "not a number: " + value.to_string();
  }
  if (percent) decimal = require(decimal.multiply(Decimal(100)));
  return require(decimal.rescale(scale, Rounding::kHalfUp)).to_string() + (percent ? "%" : "");
}

// The row whose first column is `key`; an empty key means the only row.
inline Value value_of(const Rows& rows, const std::string& key, const std::string& column) {
  const int place = rows.column(column);
  BOOST_REQUIRE_MESSAGE(place >= 0, "no column " << column);
  if (key.empty()) BOOST_REQUIRE_EQUAL(rows.rows.size(), 1u);
  for (const std::vector<Value>& row : rows.rows) {
    if (key.empty() || row.front() == Value(key)) return row[static_cast<std::size_t>(place)];
  }
  BOOST_FAIL("no row " + key);
  return {};
}

}  // namespace kith::test
