// expr/number_text.hpp: scalars as the language writes them.
//
//   scalar_text(Datum::floating(0.1)) == "0.1";     // the shortest that reads back
#pragma once

#include <string>
#include <string_view>

#include "expr/datum.hpp"

namespace kith::expr {

// Null, bool, numbers, text, date, timestamp and duration; empty for others.
std::string scalar_text(const Datum& value);
std::string double_text(double value);

// Digits with point and exponent, or inf, infinity, nan with a sign; all of the text.
bool read_double(std::string_view text, double* value);

}  // namespace kith::expr
