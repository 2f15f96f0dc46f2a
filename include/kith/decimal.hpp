// kith/decimal.hpp: exact base-10 numbers, for money and everything that is counted.
//
//   auto price = kith::Decimal::parse("12.50");         // 1250 at scale 2
//   auto total = price->multiply(kith::Decimal(3));      // 37.50
//
// A Decimal is coefficient * 10^-scale with a 128-bit coefficient and scale 0..18. Arithmetic is
// exact or fails (kExpressionFailed, naming the overflow); nothing passes through a double.
// Comparison is by value: 1.5 == 1.50.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith {

__extension__ using int128 = __int128;

enum class Rounding : std::uint8_t { kHalfEven, kHalfUp, kDown, kUp, kFloor, kCeiling };

class Decimal {
 public:
  static constexpr int kMaxScale = 18;
  static constexpr int kMaxDigits = 38;  // of the coefficient

  constexpr Decimal() = default;
  constexpr explicit Decimal(std::int64_t integer) : coefficient_(integer) {}
  // `scale` must be 0..18.
  constexpr Decimal(int128 coefficient, int scale)
      : coefficient_(coefficient), scale_(static_cast<std::uint8_t>(scale)) {}

  // Reads [+-]digits[.digits][e[+-]digits]; kInvalidArgument when it is not that or does not fit.
  static Result<Decimal> parse(std::string_view text);
  // The shortest decimal that reads back as `value`; fails for NaN, infinity and out of range.
  static Result<Decimal> from_double(double value);

  constexpr int128 coefficient() const { return coefficient_; }
  constexpr int scale() const { return scale_; }
  constexpr bool is_zero() const { return coefficient_ == 0; }
  constexpr bool is_negative() const { return coefficient_ < 0; }

  // All digits of the scale: Decimal(1250, 2) is "12.50".
  std::string to_string() const;
  double to_double() const;               // nearest
  Result<std::int64_t> to_int64() const;  // fails unless integral and in range

  // The same number at another scale; rounds when digits are lost.
  Result<Decimal> rescale(int scale, Rounding mode = Rounding::kHalfEven) const;
  // Like rescale, but fails when a non-zero digit would be lost.
  Result<Decimal> rescale_exact(int scale) const;
  Decimal normalized() const;  // trailing zeros of the fraction cut

  Result<Decimal> add(const Decimal& other) const;
  Result<Decimal> subtract(const Decimal& other) const;
  Result<Decimal> multiply(const Decimal& other) const;  // scales add; rounded half-even above 18
  Result<Decimal> divide(const Decimal& other, int scale, Rounding mode) const;
  Result<Decimal> negate() const;

  friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);

 private:
  int128 coefficient_ = 0;
  std::uint8_t scale_ = 0;
};

}  // namespace kith
