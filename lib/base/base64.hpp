// base/base64.hpp: base64 of RFC 4648 section 4, with padding and without line ends.
//
//   base64_encode("kith") == "a2l0aA=="
//   KITH_ASSIGN(std::string bytes, base64_decode(text));
//
// Decoding takes only what encoding writes, so that bytes have one text. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::base {

std::string base64_encode(std::string_view bytes);
Result<std::string> base64_decode(std::string_view text);  // kInvalidArgument with the reason

}  // namespace kith::base
