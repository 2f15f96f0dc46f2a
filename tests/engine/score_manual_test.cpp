// The manual's section about scores is run.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/api/fixture.hpp"
#include "tests/support/folders.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_score_manual)

// The model of the page's section is right, and each row of its table comes out as it says.
BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  std::ifstream page(testing::source_folder() / "docs" / "model.md");
  BOOST_REQUIRE(page);
  std::string document;
  std::vector<std::vector<std::string>> rows;
  bool section = false;
  bool fence = false;
  bool table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) section = line == "## Scores";
    if (!section) continue;
    if (line.starts_with("```")) {
      fence = line == "```json";
    } else if (fence) {
      document += line + "\n";
    } else if (line.starts_with("| job_title") || (table && line.starts_with("|"))) {
      table = true;
      if (line.starts_with("|-")) continue;
      std::vector<std::string>& cells = rows.emplace_back();
      for (std::size_t at = 2, end = 0; (end = line.find(" |", at)) != std::string::npos;
           at = end + 3) {
        cells.push_back(line.substr(at, end - at));
      }
    } else {
      table = false;
    }
  }
  BOOST_REQUIRE_EQUAL(rows.size(), 5u);
  SmallCrm crm(":memory:", document);
  crm.now = at("2026-03-01T09:00:00Z");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BOOST_REQUIRE_EQUAL(rows[i].size(), 5u);
    Patch patch;
    for (const std::size_t given : {0u, 1u, 2u}) {
      const std::string& cell = rows[i][given];
      patch.emplace_back(rows[0][given], cell == "null" ? Value() : Value(cell));
    }
    const RecordId lead = crm.create("lead", patch);
    const Rows found = require(crm.read().query({.entity = "lead",
                                                 .where = "id == params.id",
                                                 .select = {rows[0][3], rows[0][4]},
                                                 .params = {{Value("id"), Value(lead)}}}));
    BOOST_REQUIRE_EQUAL(found.rows.size(), 1u);
    BOOST_TEST(found.rows[0][0].to_string() == rows[i][3], rows[i][0]);
    BOOST_TEST(found.rows[0][1].to_string() == rows[i][4], rows[i][0]);
    BOOST_TEST(require(crm.read().score(lead, "fit")).total.to_string() == rows[i][3]);
    BOOST_TEST(found.stats.errors == 0u);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
