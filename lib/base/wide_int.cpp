#include "base/wide_int.hpp"

namespace kith::base {

Uint256 multiply_wide(uint128 a, uint128 b) {
  const uint128 mask = ~std::uint64_t{0};
  const uint128 a0 = a & mask, a1 = a >> 64, b0 = b & mask, b1 = b >> 64;
  const uint128 low = a0 * b0, high = a1 * b1;
  // Each cross product is at most (2^64-1)^2, so adding one upper half cannot overflow.
  const uint128 cross = a0 * b1 + (low >> 64);
  const uint128 middle = a1 * b0 + (cross & mask);
  return {high + (cross >> 64) + (middle >> 64), (middle << 64) | (low & mask)};
}

std::uint64_t divide_in_place(Uint256* value, std::uint64_t divisor) {
  std::uint64_t limbs[4] = {
      static_cast<std::uint64_t>(value->high >> 64), static_cast<std::uint64_t>(value->high),
      static_cast<std::uint64_t>(value->low >> 64), static_cast<std::uint64_t>(value->low)};
  std::uint64_t rest = 0;
  for (std::uint64_t& limb : limbs) {
    const uint128 part = (static_cast<uint128>(rest) << 64) | limb;
    limb = static_cast<std::uint64_t>(part / divisor);
    rest = static_cast<std::uint64_t>(part % divisor);
  }
  value->high = (static_cast<uint128>(limbs[0]) << 64) | limbs[1];
  value->low = (static_cast<uint128>(limbs[2]) << 64) | limbs[3];
  return rest;
}

uint128 divide_in_place(Uint256* value, uint128 divisor) {
  uint128 rest = value->high % divisor;
  value->high /= divisor;
  if (rest == 0) {
    rest = value->low % divisor;
    value->low /= divisor;
    return rest;
  }
  uint128 quotient = 0;
  for (int bit = 127; bit >= 0; --bit) {
    const bool carry = (rest >> 127) != 0;
    rest = (rest << 1) | ((value->low >> bit) & 1);
    quotient <<= 1;
    if (carry || rest >= divisor) {
      rest -= divisor;
      quotient |= 1;
    }
  }
  value->low = quotient;
  return rest;
}

}  // namespace kith::base
