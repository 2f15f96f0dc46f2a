// base/parse.hpp: scalars as people and files write them, read strictly.
//
//   KITH_ASSIGN(std::int64_t limit, base::parse_int("200"));
//
// The whole text must be the value: no white space around it, no locale, no thousands separators.
// Errors are kInvalidArgument and quote the text. Pure functions, any thread. Decimals, dates,
// timestamps and durations have parse() functions of their own in include/kith.
#pragma once

#include <cstdint>
#include <string_view>

#include "kith/result.hpp"

namespace kith::base {

Result<std::int64_t> parse_int(std::string_view text);  // [+-]digits
// [+-]digits with one optional point, and an exponent; never NaN or infinity. What is too small
// becomes zero, what is too big is an error.
Result<double> parse_double(std::string_view text);
Result<bool> parse_bool(std::string_view text);  // true/false, yes/no, 1/0, in any case

}  // namespace kith::base
