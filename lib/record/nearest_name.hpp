// record/nearest_name.hpp: "did you mean": the name somebody had in mind.
//
//   nearest_name("Wn", {"Open", "Won", "Lost"});  // "Won"
//
// Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

namespace kith::record {

// The name nearest to `wanted` when one is near enough to be a slip of the pen, else empty.
// Borrowed from `names`.
std::string_view nearest_name(std::string_view wanted, const std::vector<std::string_view>& names);

}  // namespace kith::record
