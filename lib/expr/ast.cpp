#include "expr/ast.hpp"

namespace kith::expr {

Node* Ast::add(NodeKind kind, std::uint32_t offset) {
  Node& node = nodes_.emplace_back();
  node.kind = kind;
  node.id = static_cast<std::uint32_t>(nodes_.size() - 1);
  node.offset = offset;
  return &node;
}

}  // namespace kith::expr
