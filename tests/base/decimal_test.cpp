#include "kith/decimal.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

#include "base/wide_int.hpp"

using kith::Decimal;
using kith::int128;
using kith::Rounding;

namespace {

Decimal dec(const std::string& text) {
  const kith::Result<Decimal> result = Decimal::parse(text);
  BOOST_REQUIRE_MESSAGE(result.ok(), text << ": " << result.status().to_string());
  return *result;
}

std::string show(const kith::Result<Decimal>& result) {
  return result.ok() ? result->to_string() : std::string(kith::code_name(result.status().code()));
}

const int128 kInt128Max = static_cast<int128>(~kith::base::uint128{0} >> 1);
const std::string kNines(38, '9');

}  // namespace

BOOST_AUTO_TEST_SUITE(base_decimal)

BOOST_AUTO_TEST_CASE(parses_and_prints_all_digits_of_the_scale) {
  BOOST_TEST(dec("12.50").to_string() == "12.50");
  BOOST_TEST(dec("12.50").scale() == 2);
  BOOST_TEST(dec("-0.05").to_string() == "-0.05");
  BOOST_TEST(dec("+7").to_string() == "7");
  BOOST_TEST(dec("007.10").to_string() == "7.10");
  BOOST_TEST(dec("-0").to_string() == "0");
  BOOST_TEST(dec("0.000").to_string() == "0.000");
  BOOST_TEST(dec("1e3").to_string() == "1000");
  BOOST_TEST(dec("1.5E-3").to_string() == "0.0015");
  BOOST_TEST(dec("12.50e+1").to_string() == "125.0");
  BOOST_TEST(dec("0e999999999999").to_string() == "0");
  BOOST_TEST(dec(kNines).to_string() == kNines);
  BOOST_TEST(dec("-" + kNines).to_string() == "-" + kNines);
  BOOST_TEST(dec("0.000000000000000001").to_string() == "0.000000000000000001");
  // Zeros beyond the limits carry no value.
  BOOST_TEST(dec("1.0000000000000000000000").to_string() == "1.000000000000000000");
  BOOST_TEST(dec("12345678901234567890123456789012345678.00").to_string() ==
             "12345678901234567890123456789012345678");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_decimal_or_does_not_fit) {
  for (const char* bad : {"",
                          "-",
                          "+",
                          ".",
                          ".5",
                          "5.",
                          "1,5",
                          "1 ",
                          " 1",
                          "1e",
                          "1e+",
                          "--1",
                          "1.2.3",
                          "0x10",
                          "NaN",
                          "Infinity",
                          "1_000",
                          "\xD9\xA1",
                          "1e40",
                          "1e999999999999",
                          "0.0000000000000000001",
                          "1e-19",
                          "999999999999999999999999999999999999999"}) {
    const auto result = Decimal::parse(bad);
    BOOST_TEST(!result.ok(), bad);
    if (!result.ok()) BOOST_TEST((result.status().code() == kith::Code::kInvalidArgument));
  }
  // An embedded NUL does not end the text.
  BOOST_TEST(!Decimal::parse(std::string_view("1\0", 2)).ok());
}

BOOST_AUTO_TEST_CASE(prints_the_limits_of_int128) {
  BOOST_TEST(Decimal(kInt128Max, 0).to_string() == "170141183460469231731687303715884105727");
  BOOST_TEST(Decimal(-kInt128Max - 1, 0).to_string() == "-170141183460469231731687303715884105728");
  BOOST_TEST(Decimal(-kInt128Max - 1, 18).to_string() ==
             "-170141183460469231731.687303715884105728");
  BOOST_TEST(show(Decimal(-kInt128Max - 1, 0).negate()) == "EXPRESSION_FAILED");
}

BOOST_AUTO_TEST_CASE(compares_by_value_across_scales) {
  BOOST_TEST((dec("1.5") == dec("1.50")));
  BOOST_TEST((dec("-1.5") < dec("-1.49")));
  BOOST_TEST((dec("2") > dec("1.999999999999999999")));
  BOOST_TEST((dec("0") == dec("0.000")));
  // Scaling the left operand would overflow 128 bits.
  BOOST_TEST((dec(kNines) > dec("0.000000000000000001")));
  BOOST_TEST((dec("-" + kNines) < dec("-0.000000000000000001")));
  BOOST_TEST((dec("0.000000000000000001") < dec(kNines)));
  BOOST_TEST((dec("0.000000000000000001") > dec("-" + kNines)));
  const Decimal least(-kInt128Max - 1, 0);
  BOOST_TEST((least == least));
  BOOST_TEST((least < dec("-1.5")));
  BOOST_TEST((Decimal(-kInt128Max - 1, 1) < dec("0")));
}

BOOST_AUTO_TEST_CASE(rounds_by_every_mode_on_both_sides_of_zero) {
  struct Row {
    const char* input;
    const char *half_even, *half_up, *down, *up, *floor, *ceiling;
  };
  for (const Row& row :
       {Row{"2.5", "2", "3", "2", "3", "2", "3"}, Row{"3.5", "4", "4", "3", "4", "3", "4"},
        Row{"2.4", "2", "2", "2", "3", "2", "3"}, Row{"2.6", "3", "3", "2", "3", "2", "3"},
        Row{"-2.5", "-2", "-3", "-2", "-3", "-3", "-2"},
        Row{"-3.5", "-4", "-4", "-3", "-4", "-4", "-3"},
        Row{"-2.4", "-2", "-2", "-2", "-3", "-3", "-2"},
        Row{"-0.4", "0", "0", "0", "-1", "-1", "0"}, Row{"0.4", "0", "0", "0", "1", "0", "1"},
        Row{"2.0", "2", "2", "2", "2", "2", "2"},
        Row{"2.500000000000000001", "3", "3", "2", "3", "2", "3"},
        Row{"-2.499999999999999999", "-2", "-2", "-2", "-3", "-3", "-2"}}) {
    const Decimal value = dec(row.input);
    BOOST_TEST_CONTEXT(row.input) {
      BOOST_TEST(show(value.rescale(0)) == row.half_even);
      BOOST_TEST(show(value.rescale(0, Rounding::kHalfUp)) == row.half_up);
      BOOST_TEST(show(value.rescale(0, Rounding::kDown)) == row.down);
      BOOST_TEST(show(value.rescale(0, Rounding::kUp)) == row.up);
      BOOST_TEST(show(value.rescale(0, Rounding::kFloor)) == row.floor);
      BOOST_TEST(show(value.rescale(0, Rounding::kCeiling)) == row.ceiling);
      // Division by one at scale 0 is the same rounding.
      BOOST_TEST(show(value.divide(Decimal(1), 0, Rounding::kHalfEven)) == row.half_even);
      BOOST_TEST(show(value.divide(Decimal(-1), 0, Rounding::kHalfUp)->negate()) == row.half_up);
      BOOST_TEST(show(value.divide(Decimal(1), 0, Rounding::kFloor)) == row.floor);
      BOOST_TEST(show(value.divide(Decimal(1), 0, Rounding::kCeiling)) == row.ceiling);
    }
  }
}

BOOST_AUTO_TEST_CASE(rescale_keeps_within_its_limits) {
  BOOST_TEST(show(dec("1.5").rescale(4)) == "1.5000");
  BOOST_TEST(show(dec(kNines).rescale(1)) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec("1").rescale(19)) == "INVALID_ARGUMENT");
  BOOST_TEST(show(dec("1").rescale(-1)) == "INVALID_ARGUMENT");
  BOOST_TEST(show(dec("1.50").rescale_exact(1)) == "1.5");
  BOOST_TEST(show(dec("1.55").rescale_exact(1)) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec("-0.01").rescale_exact(0)) == "EXPRESSION_FAILED");
  BOOST_TEST(dec("100.500").normalized().to_string() == "100.5");
  BOOST_TEST(dec("100").normalized().to_string() == "100");
  BOOST_TEST(dec("0.000").normalized().to_string() == "0");
}

BOOST_AUTO_TEST_CASE(adds_and_subtracts_exactly) {
  BOOST_TEST(show(dec("0.1").add(dec("0.2"))) == "0.3");
  BOOST_TEST(show(dec("10").subtract(dec("0.01"))) == "9.99");
  BOOST_TEST(show(dec("-1.5").add(dec("1.50"))) == "0.00");
  BOOST_TEST(show(dec(kNines).add(dec("1"))) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec("-" + kNines).subtract(dec("1"))) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec(kNines).add(dec("0.5"))) == "EXPRESSION_FAILED");
  // Only the zeros of a fraction make it too long.
  BOOST_TEST(show(dec(kNines).subtract(dec("1.000"))) == std::string(37, '9') + "8");
}

BOOST_AUTO_TEST_CASE(multiplies_with_rounding_only_above_scale_18) {
  BOOST_TEST(show(dec("12.50").multiply(Decimal(3))) == "37.50");
  BOOST_TEST(show(dec("-0.5").multiply(dec("0.5"))) == "-0.25");
  BOOST_TEST(show(dec("0.000000000000000005").multiply(dec("0.1"))) == "0.000000000000000000");
  BOOST_TEST(show(dec("0.000000000000000015").multiply(dec("0.1"))) == "0.000000000000000002");
  BOOST_TEST(show(dec("-0.000000000000000015").multiply(dec("0.1"))) == "-0.000000000000000002");
  // The product of the coefficients has 46 digits, the result fits.
  BOOST_TEST(show(dec("12345.678901234567890123").multiply(dec("12345.678901234567890123"))) ==
             "152415787.532388367504942237");
  BOOST_TEST(show(dec(kNines).multiply(dec("1.0"))) == kNines);
  BOOST_TEST(show(dec(kNines).multiply(dec("2"))) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec(kNines).multiply(dec(kNines))) == "EXPRESSION_FAILED");
}

BOOST_AUTO_TEST_CASE(divides_to_the_scale_asked_for) {
  BOOST_TEST(show(dec("1").divide(dec("3"), 6, Rounding::kHalfEven)) == "0.333333");
  BOOST_TEST(show(dec("2").divide(dec("3"), 6, Rounding::kHalfEven)) == "0.666667");
  BOOST_TEST(show(dec("-2").divide(dec("3"), 0, Rounding::kFloor)) == "-1");
  BOOST_TEST(show(dec("-2").divide(dec("3"), 0, Rounding::kDown)) == "0");
  BOOST_TEST(show(dec("0").divide(dec("-3"), 2, Rounding::kFloor)) == "0.00");
  BOOST_TEST(show(dec("1").divide(dec("0.00"), 2, Rounding::kDown)) == "EXPRESSION_FAILED");
  BOOST_TEST(show(dec("1").divide(dec("3"), 19, Rounding::kDown)) == "INVALID_ARGUMENT");
  BOOST_TEST(show(dec(kNines).divide(dec("0.1"), 0, Rounding::kDown)) == "EXPRESSION_FAILED");
  // Needs 256 bits between: 99..9 * 10^18 / 99..9.
  BOOST_TEST(show(dec(kNines).divide(dec(kNines), 18, Rounding::kHalfEven)) ==
             "1.000000000000000000");
  BOOST_TEST(show(dec("0.000000000000000001").divide(dec(kNines), 18, Rounding::kUp)) ==
             "0.000000000000000001");
  // The divisor's remainder decides the tie that the power of ten sees: 0.05 / 1 and 0.051 / 1.02.
  BOOST_TEST(show(dec("0.25").divide(dec("1"), 1, Rounding::kHalfEven)) == "0.2");
  BOOST_TEST(show(dec("0.251").divide(dec("1"), 1, Rounding::kHalfEven)) == "0.3");
  BOOST_TEST(show(dec("0.76").divide(dec("3"), 1, Rounding::kHalfEven)) == "0.3");
  BOOST_TEST(show(dec("0.0000000001").divide(dec("7"), 0, Rounding::kUp)) == "1");
  BOOST_TEST(show(dec("-0.0000000001").divide(dec("7"), 0, Rounding::kFloor)) == "-1");
}

BOOST_AUTO_TEST_CASE(converts_to_int64_only_without_loss) {
  BOOST_TEST(*dec("42.000").to_int64() == 42);
  BOOST_TEST(*dec("-9223372036854775808").to_int64() == std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(!dec("9223372036854775808").to_int64().ok());
  BOOST_TEST(!dec("0.5").to_int64().ok());
}

BOOST_AUTO_TEST_CASE(doubles_are_the_nearest_and_read_back) {
  BOOST_TEST(dec("0.1").to_double() == 0.1);
  BOOST_TEST(dec("-123456789.123456789").to_double() == -123456789.123456789);
  BOOST_TEST(dec(kNines).to_double() == 1e38);
  BOOST_TEST(dec("9007199254740993").to_double() == 9007199254740992.0);
  BOOST_TEST(show(Decimal::from_double(0.1)) == "0.1");
  BOOST_TEST(show(Decimal::from_double(1200.5)) == "1200.5");
  BOOST_TEST(show(Decimal::from_double(1e20)) == "100000000000000000000");
  BOOST_TEST(show(Decimal::from_double(-0.0)) == "0");
  BOOST_TEST(show(Decimal::from_double(1e-18)) == "0.000000000000000001");
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 1e38, 1e-19,
                           std::numeric_limits<double>::denorm_min()}) {
    BOOST_TEST(show(Decimal::from_double(bad)) == "INVALID_ARGUMENT");
  }
}

BOOST_AUTO_TEST_SUITE_END()
