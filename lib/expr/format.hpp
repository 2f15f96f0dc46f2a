// expr/format.hpp: the house form of an expression.
//
//   format(parse("stage=='Won'&&(amount>10)").value());   // stage == 'Won' && amount > 10
//
// One space around operators, the fewest brackets, single quotes unless the text has one, macros as
// they were written. What is wider than `width` is broken at && and ||, at ? and :, and between
// list entries and arguments. Parsing the result gives the same tree, and formatting it again gives
// the same text. Comments are kept, each before the part that it stood before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expr/ast.hpp"
#include "expr/parser.hpp"

namespace kith::expr {

inline constexpr std::uint32_t kFormatWidth = 100;

std::string format(const Ast& ast, std::uint32_t width = kFormatWidth);
// One node with what is below it, on one line and without comments.
std::string format_node(const Ast& ast, const Node& node);
// Parses and formats; the errors are the parser's.
Result<std::string> format(std::string_view source, std::uint32_t width = kFormatWidth,
                           const ParseLimits& limits = {});

// Whether two trees are the same, wherever their parts stand in the source.
bool same_tree(const Node& a, const Node& b);

// A string or bytes literal in its house form, with its quotes.
std::string string_literal(std::string_view text);
std::string bytes_literal(std::string_view data);

}  // namespace kith::expr
