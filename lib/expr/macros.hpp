// expr/macros.hpp: calls that the parser turns into loops, bindings and presence tests.
//
//   Node* node = ...;                                   // [1, 2].all(x, x > 0)
//   std::string error = expand_macro(ast, node, &at);   // node is now a kComprehension
//
// Internal to the parser.
#pragma once

#include <cstdint>
#include <string>

#include "expr/ast.hpp"

namespace kith::expr {

// Rewrites a call in place when it is a macro; other calls are left alone. Returns the message of a
// misuse, with its offset, or an empty string.
std::string expand_macro(Node* call, std::uint32_t* error_at);

}  // namespace kith::expr
