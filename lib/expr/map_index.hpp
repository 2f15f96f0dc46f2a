// expr/map_index.hpp: hashed lookup in larger maps. Internal to the evaluator.
#pragma once

#include "expr/frame.hpp"

namespace kith::expr {

inline constexpr std::size_t kIndexedMapSize = 8;

// Gives `map` its index; false when the arena is full.
bool index_map(Arena& arena, MapData* map);
bool has_repeated_key(Frame& frame, const MapData& map);

}  // namespace kith::expr
