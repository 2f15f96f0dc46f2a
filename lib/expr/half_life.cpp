#include "expr/half_life.hpp"

#include <algorithm>
#include <array>

namespace kith::expr {
namespace {

constexpr int kScale = 4;       // of what is left
constexpr int kInnerScale = 9;  // of the points that are multiplied
constexpr int kFractionBits = 62;
constexpr int128 kOne = int128{1} << kFractionBits;
// Bits of age / half_life that count: the rest changes no digit.
constexpr int kSteps = 48;

constexpr int128 root_of(int128 square) {
  int128 root = 0;
  for (int128 bit = int128{1} << 62; bit != 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= square) root += bit;
  }
  return root;
}

// 0.5 ^ (1 / 2^(k + 1)), each the root of the one before.
constexpr std::array<int128, kSteps> make_factors() {
  std::array<int128, kSteps> factors{};
  int128 factor = kOne / 2;
  for (int128& next : factors) {
    factor = root_of(factor << kFractionBits);
    next = factor;
  }
  return factors;
}
constexpr std::array<int128, kSteps> kFactors = make_factors();

// 0.5 ^ (part / whole) for 0 <= part < whole.
int128 fraction_of_half(std::int64_t part, std::int64_t whole) {
  int128 out = kOne;
  int128 rest = part;
  for (int step = 0; step < kSteps && rest != 0; ++step) {
    rest *= 2;
    if (rest < whole) continue;
    rest -= whole;
    out = (out * kFactors[static_cast<std::size_t>(step)]) >> kFractionBits;
  }
  return out;
}

int128 divide_half_even(int128 value, int128 by) {
  const bool negative = value < 0;
  if (negative) value = -value;
  int128 quotient = value / by;
  const int128 twice = (value % by) * 2;
  if (twice > by || (twice == by && quotient % 2 != 0)) ++quotient;
  return negative ? -quotient : quotient;
}

constexpr int128 power_of_ten(int exponent) {
  int128 out = 1;
  for (; exponent > 0; --exponent) out *= 10;
  return out;
}

}  // namespace

Decimal decayed(const Decimal& points, std::int64_t age, std::int64_t half_life) {
  // Within kMostPoints both have room.
  if (age <= 0) return points.rescale(kScale, Rounding::kHalfEven).value_or(Decimal());
  constexpr int128 kDigits = power_of_ten(kInnerScale - kScale);
  // Beyond these halvings nothing is left of the most points.
  constexpr std::int64_t kMostHalvings = 44;
  const std::int64_t halvings = age / half_life;
  if (halvings > kMostHalvings) return Decimal(0, kScale);
  const int128 exact =
      points.rescale(kInnerScale, Rounding::kHalfEven).value_or(Decimal()).coefficient();
  const int128 left = exact * fraction_of_half(age % half_life, half_life);
  return {divide_half_even(left, (kDigits << kFractionBits) << halvings), kScale};
}

}  // namespace kith::expr
