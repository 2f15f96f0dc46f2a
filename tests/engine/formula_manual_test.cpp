// The manual's section about formulas is run.
#include <boost/test/unit_test.hpp>

#include "tests/api/fixture.hpp"
#include "tests/support/manual.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_formula_manual)

// The model of the page's section is right, and each row of its table comes out as it says.
BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  const testing::ManualSection section = testing::manual_section("model.md", "### Formulas");
  const testing::ManualTable& rows = section.table("amount");
  BOOST_REQUIRE_EQUAL(rows.size(), 4u);
  SmallCrm crm(":memory:", section.document);
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
