// The manual's section about rollups is run.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/api/fixture.hpp"
#include "tests/support/folders.hpp"

namespace kith::test {

namespace {

// A table of the section: its rows of cells, the first one the names.
using Table = std::vector<std::vector<std::string>>;

struct Section {
  std::string document;
  std::vector<Table> tables;
};

Section section_of_manual() {
  std::ifstream page(testing::source_folder() / "docs" / "model.md");
  BOOST_REQUIRE(page);
  Section out;
  bool section = false;
  bool fence = false;
  bool table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("### ")) section = line == "### Rollups";
    if (!section) continue;
    if (line.starts_with("```")) {
      fence = line == "```json";
    } else if (fence) {
      out.document += line + "\n";
    } else if (line.starts_with("| ")) {
      if (!table) out.tables.emplace_back();
      std::vector<std::string>& cells = out.tables.back().emplace_back();
      for (std::size_t at = 2, end = 0; (end = line.find(" |", at)) != std::string::npos;
           at = end + 3) {
        cells.push_back(line.substr(at, end - at));
      }
    }
    table = line.starts_with("|");
  }
  return out;
}

std::string code(const std::string& cell) {
  BOOST_REQUIRE(cell.size() > 2 && cell.front() == '`' && cell.back() == '`');
  return cell.substr(1, cell.size() - 2);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_rollup_manual)

BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  const Section section = section_of_manual();
  BOOST_REQUIRE(section.tables.size() >= 2u);
  const Table& deals = section.tables[0];
  const Table& values = section.tables[1];
  BOOST_REQUIRE_EQUAL(deals.size(), 5u);
  BOOST_REQUIRE_EQUAL(values.size(), 6u);
  SmallCrm crm(":memory:", section.document);
  const RecordId with = crm.create("account", {{"name", "With"}});
  const RecordId without = crm.create("account", {{"name", "Without"}});
  for (std::size_t i = 1; i < deals.size(); ++i) {
    Patch patch{{"account", with}};
    for (std::size_t column = 0; column < deals[0].size(); ++column) {
      const std::string& cell = deals[i][column];
      patch.emplace_back(deals[0][column], cell == "null" ? Value() : Value(cell));
    }
    crm.create("deal", patch);
  }
  const Snapshot snapshot = crm.read();
  for (std::size_t i = 1; i < values.size(); ++i) {
    for (const auto& [account, cell] : {std::pair(with, values[i][1]), {without, values[i][2]}}) {
      const std::string claim = code(values[i][0]) + " == " + code(cell);
      BOOST_TEST((require(evaluate_on(snapshot, account, claim)) == Value(true)), claim);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
