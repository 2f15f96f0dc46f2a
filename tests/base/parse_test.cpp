#include "base/parse.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace kith::base;

BOOST_AUTO_TEST_SUITE(base_parse)

BOOST_AUTO_TEST_CASE(ints_are_the_whole_text) {
  BOOST_TEST(*parse_int("0") == 0);
  BOOST_TEST(*parse_int("+42") == 42);
  BOOST_TEST(*parse_int("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(*parse_int("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  for (const char* bad : {"", "+", "-", "+-1", "--1", " 1", "1 ", "1.0", "1e3", "0x1", "1,000",
                          "9223372036854775808", "-9223372036854775809"}) {
    BOOST_TEST(!parse_int(bad).ok(), bad);
  }
  BOOST_TEST(parse_int("9223372036854775808").status().message() ==
             "\"9223372036854775808\" is out of the range of int, -2^63 to 2^63-1");
}

BOOST_AUTO_TEST_CASE(doubles_are_finite) {
  BOOST_TEST(*parse_double("1200.5") == 1200.5);
  BOOST_TEST(*parse_double("+1e6") == 1e6);
  BOOST_TEST(*parse_double(".5") == 0.5);
  BOOST_TEST(*parse_double("-1e-999") == 0.0);
  BOOST_TEST(*parse_double("1.7976931348623157e308") == std::numeric_limits<double>::max());
  for (const char* bad : {"", "+", "-", ".", "e5", "1e", "nan", "inf", "-inf", "infinity", "0x1p3",
                          "1,5", " 1", "1 ", "1e999", "-1e999", "+-1"}) {
    BOOST_TEST(!parse_double(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_CASE(bools_are_words_in_any_case) {
  for (const char* yes : {"true", "TRUE", "Yes", "1"}) BOOST_TEST(*parse_bool(yes));
  for (const char* no : {"false", "False", "NO", "0"}) BOOST_TEST(!*parse_bool(no));
  for (const char* bad : {"", "t", "y", "on", "2", "true ", "01"}) {
    BOOST_TEST(!parse_bool(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()
