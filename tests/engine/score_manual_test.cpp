// The manual's section about scores is run.
#include <boost/test/unit_test.hpp>

#include "tests/api/fixture.hpp"
#include "tests/support/manual.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_score_manual)

// The model of the page's section is right, and each row of its table comes out as it says.
BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  const testing::ManualSection section = testing::manual_section("model.md", "## Scores");
  const testing::ManualTable& rows = section.table("job_title");
  BOOST_REQUIRE_EQUAL(rows.size(), 5u);
  SmallCrm crm(":memory:", section.document);
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
