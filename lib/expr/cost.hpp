// expr/cost.hpp: what an evaluation may cost, before anything is known of the data.
//
//   CostEstimate cost = estimate_cost(program);
//   if (cost.min > limit) ...                      // it can never give a value
//   if (cost.max && *cost.max <= limit) ...        // it can never pass the limit
//
// The units are those that the meter charges (expr/frame.hpp). Known bounds are used: literals,
// options of choices, max_length of texts, literal ranges of loops. `min` is that of an evaluation
// that gives a value: one that fails may end sooner. Thread-safe; no errors.
#pragma once

#include <vector>

#include "expr/program.hpp"
#include "kith/expression_forms.hpp"

namespace kith::expr {

using kith::CostEstimate;

CostEstimate estimate_cost(const Program& program);
// Of every node with what is below it, by node id.
std::vector<CostEstimate> estimate_nodes(const Program& program);

}  // namespace kith::expr
