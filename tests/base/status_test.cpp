#include "kith/status.hpp"

#include <boost/test/unit_test.hpp>

#include "kith/result.hpp"

BOOST_AUTO_TEST_SUITE(status)

BOOST_AUTO_TEST_CASE(an_ok_status_is_empty) {
  kith::Status ok;
  BOOST_TEST(ok.ok());
  BOOST_TEST(ok.message().empty());
  BOOST_TEST(ok.to_string() == "OK");
}

BOOST_AUTO_TEST_CASE(a_failure_names_code_place_and_every_violation) {
  kith::Status bad(kith::Code::kValidation, "deal refused, 1 violation",
                   {{"required", "deal", "name", "name must be given", 0, 0}});
  BOOST_TEST(!bad.ok());
  BOOST_TEST(bad.entity() == "deal");
  BOOST_TEST(bad.to_string() ==
             "VALIDATION: deal refused, 1 violation\n  deal.name: name must be given [required]");
  BOOST_TEST(bad.with_context("row 7").message() == "row 7: deal refused, 1 violation");
}

BOOST_AUTO_TEST_CASE(a_result_is_a_value_or_a_status) {
  kith::Result<int> seven = 7;
  BOOST_TEST(*seven == 7);
  kith::Result<int> none = kith::Status(kith::Code::kNotFound, "no");
  BOOST_TEST(!none.ok());
  BOOST_TEST(std::move(none).value_or(3) == 3);
}

BOOST_AUTO_TEST_SUITE_END()
