// expr/format_parts.hpp: a node as the formatter sees it, beside how it is laid out.
//
//   Parts parts = parts_of(node);     // "list.exists(" "x" body ")"
//
// Internal to the formatter.
#pragma once

#include <string>
#include <vector>

#include "expr/ast.hpp"
#include "expr/operators.hpp"

namespace kith::expr {

// What is written with brackets around parts: calls, macros, lists and maps.
struct Bracketed {
  const Node* receiver = nullptr;  // before `open`, or nullptr
  std::string open;                // ".exists(", "size(", "["
  std::vector<std::string> words;  // names written first: variables of loops
  std::vector<std::string> keys;   // written before each part: "?", or nothing
  std::vector<const Node*> parts;  // a map's are key, value, key, value
  bool pairs = false;
  char close = ')';
};
// False when the node is written without brackets.
bool bracketed(const Node& node, Bracketed* out);

// "has(" or "formula_error(" of a field that is asked about; else nothing.
std::string_view question_about(const Node& node);

Precedence precedence_of(const Node& node);
// The text of a node without parts.
std::string leaf_text(const Node& node);

}  // namespace kith::expr
