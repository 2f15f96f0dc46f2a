// base/wide_int.hpp: the 128- and 256-bit integers that exact decimals need between two steps.
//
//   Uint256 product = multiply_wide(a, b);             // never overflows
//   std::uint64_t rest = divide_in_place(&product, pow10_u64(18));
//
// Magnitudes only: signs are the caller's. Written without __builtin_mul_overflow on 128 bits,
// because clang turns that into a library call that libgcc does not have.
#pragma once

#include <array>
#include <cstdint>

#include "kith/decimal.hpp"

namespace kith::base {

__extension__ using uint128 = unsigned __int128;

// 10^0 .. 10^38.
inline constexpr std::array<uint128, 39> kPow10 = [] {
  std::array<uint128, 39> table{};
  table[0] = 1;
  for (std::size_t i = 1; i < table.size(); ++i) table[i] = table[i - 1] * 10;
  return table;
}();

constexpr uint128 magnitude(int128 value) {
  return value < 0 ? ~static_cast<uint128>(value) + 1 : static_cast<uint128>(value);
}

struct Uint256 {
  uint128 high = 0;
  uint128 low = 0;
};

Uint256 multiply_wide(uint128 a, uint128 b);
// Divides by a non-zero `divisor`, leaves the quotient and returns the remainder.
std::uint64_t divide_in_place(Uint256* value, std::uint64_t divisor);
uint128 divide_in_place(Uint256* value, uint128 divisor);

}  // namespace kith::base
