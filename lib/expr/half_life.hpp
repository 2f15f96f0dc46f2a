// expr/half_life.hpp: what is left of points that halve in a given time.
//
//   Decimal left = decayed(Decimal(20), 45 * kDay, 30 * kDay);   // 7.0711
//
// amount * 0.5 ^ (age / half_life), rounded half to even to four digits after the point. Computed
// in integers, so that every machine gives the same digits. Pure.
#pragma once

#include <cstdint>

#include "kith/decimal.hpp"

namespace kith::expr {

// The most points that a row can give, whatever their sign.
inline constexpr std::int64_t kMostPoints = 1'000'000'000;

// `points` within kMostPoints; `age` and `half_life` in the same unit, half_life above 0. An age
// below 0 is none.
Decimal decayed(const Decimal& points, std::int64_t age, std::int64_t half_life);

}  // namespace kith::expr
