// expr/parser.hpp: text to tree, by the grammar of the Common Expression Language.
//
//   KITH_ASSIGN(Ast ast, parse("stage == 'Won' && close_date >= date('2017-01-01')"));
//
// Mistakes give kExpressionSyntax with line, column and a caret; a passed limit gives kLimit naming
// it. Recursion is bounded by `max_depth`, so hostile input cannot use up the stack.
#pragma once

#include <string_view>

#include "expr/ast.hpp"
#include "kith/result.hpp"

namespace kith::expr {

struct ParseLimits {
  std::uint32_t max_source_bytes = 16 * 1024;
  std::uint32_t max_depth = 250;
  std::uint32_t max_comprehension_nesting = 16;  // loops inside loops; cost bounds their work
};

Result<Ast> parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace kith::expr
