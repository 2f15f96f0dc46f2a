#include "schema/diagnostics.hpp"

#include <boost/test/unit_test.hpp>

using namespace kith;
using namespace kith::schema;

BOOST_AUTO_TEST_SUITE(schema_diagnostics)

BOOST_AUTO_TEST_CASE(nothing_wrong_is_ok) {
  Diagnostics diagnostics;
  diagnostics.warning({1, 1}, "lint", "deal", "", "hm");
  BOOST_TEST(diagnostics.ok());
  BOOST_TEST(diagnostics.status("m.json").ok());
  BOOST_TEST(diagnostics.warnings().size() == 1u);
}

BOOST_AUTO_TEST_CASE(errors_come_in_document_order) {
  Diagnostics diagnostics;
  diagnostics.error({9, 1}, "a", "deal", "", "ninth");
  diagnostics.error({2, 7}, "b", "deal", "x", "second, later");
  diagnostics.error({2, 3}, "c", "deal", "x", "second");
  const Status status = diagnostics.status("m.json");
  BOOST_TEST((status.code() == Code::kModelInvalid));
  BOOST_REQUIRE(status.violations().size() == 3u);
  BOOST_TEST(status.violations()[0].code == "c");
  BOOST_TEST(status.violations()[1].code == "b");
  BOOST_TEST(status.violations()[2].line == 9u);
  BOOST_TEST(status.message() == "m.json: the model has 3 errors");
}

BOOST_AUTO_TEST_CASE(incompatible_only_when_nothing_else_is_wrong) {
  Diagnostics diagnostics;
  diagnostics.incompatible({1, 1}, "type_change", "deal", "amount", "no");
  BOOST_TEST((diagnostics.status("").code() == Code::kModelIncompatible));
  diagnostics.error({1, 2}, "x", "", "", "no");
  diagnostics.incompatible({1, 3}, "type_change", "deal", "amount", "no");
  BOOST_TEST((diagnostics.status("").code() == Code::kModelInvalid));
}

BOOST_AUTO_TEST_CASE(a_flood_is_counted_not_kept) {
  Diagnostics diagnostics;
  for (std::size_t i = 0; i < Diagnostics::kMaxErrors + 7; ++i) {
    diagnostics.error({1, 1}, "x", "", "", "no");
  }
  BOOST_TEST(diagnostics.errors().size() == Diagnostics::kMaxErrors);
  BOOST_TEST(diagnostics.error_count() == Diagnostics::kMaxErrors + 7);
}

BOOST_AUTO_TEST_SUITE_END()
