#include "expr/cost.hpp"

#include "expr/code.hpp"

namespace kith::expr {

CostEstimate estimate_cost(const Program& program) {
  CostEstimate out;
  if (program.compiled().root->constant) out.max = 0;
  return out;
}

std::vector<CostEstimate> estimate_nodes(const Program& program) {
  return std::vector<CostEstimate>(program.ast().size());
}

}  // namespace kith::expr
