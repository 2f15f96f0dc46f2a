// expr/explain_parts.hpp: which parts of a node stand for something by themselves. Internal to
// explain and trace.
#pragma once

#include <vector>

#include "expr/checker.hpp"

namespace kith::expr {

// Without what only spells a name: `math` of math.abs(x), `r` of r.amount.
std::vector<const Node*> parts_to_show(const Checked& checked, const Node& node);

}  // namespace kith::expr
