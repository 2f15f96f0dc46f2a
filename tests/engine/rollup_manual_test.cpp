// The manual's section about rollups is run.
#include <boost/test/unit_test.hpp>

#include "tests/api/fixture.hpp"
#include "tests/support/manual.hpp"

namespace kith::test {

namespace {

std::string code(const std::string& cell) {
  BOOST_REQUIRE(cell.size() > 2 && cell.front() == '`' && cell.back() == '`');
  return cell.substr(1, cell.size() - 2);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_rollup_manual)

BOOST_AUTO_TEST_CASE(the_example_of_the_manual_is_true) {
  const testing::ManualSection section = testing::manual_section("model.md", "### Rollups");
  BOOST_REQUIRE(section.tables.size() >= 2u);
  const testing::ManualTable& deals = section.tables[0];
  const testing::ManualTable& values = section.tables[1];
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
