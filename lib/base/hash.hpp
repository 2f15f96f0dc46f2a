// base/hash.hpp: the hash that is written to disk.
//
//   key.u64(stable_hash(rest_of_long_key));
//
// The algorithm is XXH64 with seed 0 (Yann Collet, xxHash specification 0.1.1). Index keys that are
// too long for the store end in it, so its results are part of the file format: it never changes,
// on any machine. It is no defence against somebody who chooses keys to collide; whoever finds a
// record by a truncated key compares the whole value.
#pragma once

#include <cstdint>
#include <string_view>

namespace kith::base {

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace kith::base
