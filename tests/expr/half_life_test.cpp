// Points that halve.
#include "expr/half_life.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

namespace kith::expr {

BOOST_AUTO_TEST_SUITE(expr_half_life)

namespace {

constexpr std::int64_t kDay = 86'400'000'000;

std::string left(std::string_view points, std::int64_t age, std::int64_t half_life) {
  return decayed(*Decimal::parse(points), age, half_life).to_string();
}

}  // namespace

BOOST_AUTO_TEST_CASE(half_is_left_after_each_half_life) {
  BOOST_TEST(left("20", 0, 30 * kDay) == "20.0000");
  BOOST_TEST(left("20", 30 * kDay, 30 * kDay) == "10.0000");
  BOOST_TEST(left("20", 60 * kDay, 30 * kDay) == "5.0000");
  BOOST_TEST(left("20", 45 * kDay, 30 * kDay) == "7.0711");  // 20 / 2^1.5
  BOOST_TEST(left("-20", 45 * kDay, 30 * kDay) == "-7.0711");
  BOOST_TEST(left("20", -1, 30 * kDay) == "20.0000", "what is to come takes nothing away");
}

BOOST_AUTO_TEST_CASE(what_is_left_is_rounded_half_to_even) {
  BOOST_TEST(left("0.0001", kDay, kDay) == "0.0000");  // 0.00005
  BOOST_TEST(left("0.0003", kDay, kDay) == "0.0002");  // 0.00015
  BOOST_TEST(left("-0.0003", kDay, kDay) == "-0.0002");
  BOOST_TEST(left("1.23455", 0, kDay) == "1.2346");
  BOOST_TEST(left("1.23445", 0, kDay) == "1.2344");
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range_hold) {
  const std::string most = std::to_string(kMostPoints);
  BOOST_TEST(left(most, 0, 1) == most + ".0000");
  BOOST_TEST(left(most, 44, 1) == "0.0001");
  BOOST_TEST(left(most, 45, 1) == "0.0000");
  BOOST_TEST(left("-" + most, 44, 1) == "-0.0001");
  constexpr std::int64_t kAges = 315'537'897'600'000'000;  // the years 1 to 9999
  BOOST_TEST(left(most, 2 * kAges, 1) == "0.0000");
  BOOST_TEST(left("1", 1, 2 * kAges) == "1.0000");
  BOOST_TEST(left("16", 2 * kAges, kAges) == "4.0000");
}

// The same as the formula in doubles, as far as these go.
BOOST_AUTO_TEST_CASE(it_is_the_formula) {
  std::mt19937_64 dice(20260301);
  for (int i = 0; i < 20'000; ++i) {
    const auto points = static_cast<std::int64_t>(dice() % 2'000'001) - 1'000'000;  // of 0.0001
    const auto half_life = static_cast<std::int64_t>(dice() % (400 * kDay)) + 1;
    const auto age = static_cast<std::int64_t>(dice() % (2'000 * kDay));
    const double wanted = static_cast<double>(points) *
                          std::exp2(-static_cast<double>(age) / static_cast<double>(half_life));
    const Decimal got = decayed(Decimal(points, 4), age, half_life);
    BOOST_REQUIRE_EQUAL(got.scale(), 4);
    const double off = std::fabs(static_cast<double>(got.coefficient()) - wanted);
    BOOST_REQUIRE_MESSAGE(off <= 0.5000001, points << " " << age << " " << half_life << " gave "
                                                   << got.to_string() << ", not " << wanted);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::expr
