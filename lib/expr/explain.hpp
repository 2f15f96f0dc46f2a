// expr/explain.hpp: a compiled expression as a tree for people, and what each part came to.
//
//   ExpressionNode tree = explain(program);           // text, kind, type and cost of every part
//   Result<TraceNode> why = trace(program, activation);
//   std::cout << to_text(*why);                    // why this record did not match
//
// trace() compiles the expression once more, with a recorder at every part; it is for tools, not
// for the hot path. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "expr/program.hpp"
#include "kith/expression_forms.hpp"

namespace kith::expr {

using kith::ExpressionNode;

ExpressionNode explain(const Program& program);
// A line for each node, indented, with kind, type and cost.
std::string to_text(const ExpressionNode& node);

// What a part came to in one evaluation.
struct TraceNode {
  std::string text;
  std::string kind;
  std::uint32_t offset = 0;
  std::uint64_t times = 0;  // it was evaluated; 0: it was not needed. In a loop: once a round
  Value value;              // the last one
  ErrorClass error = ErrorClass::kNone;
  std::string message;  // of the error
  std::vector<TraceNode> parts;
};

// Errors are those of compiling again; a failing evaluation is a part of the answer.
Result<TraceNode> trace(const Program& program, const Activation& activation);
// A line for each node, indented: its text and what it came to.
std::string to_text(const TraceNode& node);

// "literal", "name", "field", "variable", "select", "index", "call", "and", "or",
// "conditional", "list", "map", "message", "has", "loop", "bind", "question", "root", "type",
// "operator".
std::string_view node_kind(const Program& program, const Node& node);

}  // namespace kith::expr
