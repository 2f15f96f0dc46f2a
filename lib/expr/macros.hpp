// expr/macros.hpp: calls that the parser turns into loops, bindings, presence tests and questions
// about the record.
//
//   Node* node = ...;                                   // [1, 2].all(x, x > 0)
//   std::string error = expand_macro(ast, node, &at);   // node is now a kComprehension
//   macro_usage("changed");                             // "changed(field)"
//
// A call with another number of arguments than a macro takes is left a call, which is then found
// to be no function. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.hpp"

namespace kith::expr {

// Rewrites a call in place when it is a macro; other calls are left alone. Returns the message of a
// misuse, with its offset, or an empty string.
std::string expand_macro(Node* call, std::uint32_t* error_at);

// How a macro is written; empty when there is none of this name.
std::string_view macro_usage(std::string_view name);
// The names of all macros, each once.
std::vector<std::string_view> macro_names();

}  // namespace kith::expr
