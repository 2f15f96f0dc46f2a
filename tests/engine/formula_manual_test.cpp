// The manual's section about formulas is run.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/api/fixture.hpp"
#include "tests/support/folders.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_formula_manual)

// The model of the page's section is right, and each row of its table comes out as it says.
BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  std::ifstream page(testing::source_folder() / "docs" / "model.md");
  BOOST_REQUIRE(page);
  std::string document;
  std::vector<std::vector<std::string>> rows;
  bool section = false;
  bool fence = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("### ")) section = line == "### Formulas";
    if (!section) continue;
    if (line.starts_with("```")) {
      fence = line == "```json";
    } else if (fence) {
      document += line + "\n";
    } else if (line.starts_with("| ")) {
      std::vector<std::string>& cells = rows.emplace_back();
      for (std::size_t at = 2, end = 0; (end = line.find(" |", at)) != std::string::npos;
           at = end + 3) {
        cells.push_back(line.substr(at, end - at));
      }
    }
  }
  BOOST_REQUIRE_EQUAL(rows.size(), 4u);
  SmallCrm crm(":memory:", document);
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Patch patch;
    for (const std::size_t given : {0u, 1u, 2u}) {
      const std::string& cell = rows[i][given];
      patch.emplace_back(rows[0][given], cell == "null" ? Value() : Value(cell));
    }
    const RecordId deal = crm.create("deal", patch);
    const Rows found = require(crm.read().query({.entity = "deal",
                                                 .where = "id == params.id",
                                                 .select = {rows[0][3], rows[0][4], rows[0][5]},
                                                 .params = {{Value("id"), Value(deal)}}}));
    BOOST_REQUIRE_EQUAL(found.rows.size(), 1u);
    for (std::size_t column = 0; column < 3; ++column) {
      BOOST_TEST(found.rows[0][column].to_string() == rows[i][column + 3]);
    }
    BOOST_TEST(found.stats.errors == (rows[i][5] == "null" ? 0u : 1u));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
