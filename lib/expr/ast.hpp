// expr/ast.hpp: the syntax tree of an expression.
//
//   Result<Ast> ast = parse("deal.amount > 100 && has(owner)");
//   ast->root().kind == NodeKind::kAnd;
//
// Nodes live in the Ast and point at each other; ids are dense from 0, so tables beside the tree
// are vectors indexed by id. Macros become kComprehension, kBind, kRecordCall and kSelect (has,
// formula_error) nodes and keep the word the author wrote. && and || are n-ary. Movable; const use
// from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "expr/source.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::expr {

enum class NodeKind : std::uint8_t {
  kLiteral,  // value; text is the lexeme of a number
  kIdent,    // text; leading_dot; test_only for has() of a bare field
  kSelect,   // args[0] . text; test_only for has(), optional for .?
  kIndex,    // args[0] [ args[1] ]; optional for [?
  kCall,     // text(args...); a method call has its receiver in args[0] and `method`
  kAnd,
  kOr,             // args, two or more
  kConditional,    // args: condition, then, else
  kList,           // args; optional_entries
  kMap,            // args: key, value, key, value ...; optional_entries by pair
  kMessage,        // text{field: value ...}: parsed, always refused by the checker
  kComprehension,  // args: range, then see Macro; var, var2
  kBind,           // args: init, body; var
  kRecordCall,     // text(args...): a question about the record `r` and its change; see Macro
};

// What a comprehension does with each element; `var2` is set in the two-variable forms. From
// kCount to kAvg the loops are written as functions, count(list, x, condition), not as methods.
// From kIsNew on: what a kRecordCall asks; its field is an argument as the author wrote it.
enum class Macro : std::uint8_t {
  kNone,
  kHas,
  kAll,                // range, predicate
  kExists,             // range, predicate
  kExistsOne,          // range, predicate
  kFilter,             // range, predicate
  kMap,                // range, transform | range, predicate, transform
  kTransformList,      // range, transform | range, predicate, transform; two variables
  kTransformMap,       // the same, keeps the keys; two variables
  kTransformMapEntry,  // the same, the transform is a map of new entries; two variables
  kSortBy,             // range, key
  kOptMap,             // optional, transform
  kOptFlatMap,         // optional, transform that is itself an optional
  kBind,
  kFormulaError,  // the node of a formula field, asked for its error
  kCount,         // range, condition
  kSum,           // range, number
  kMin,           // range, value
  kMax,           // range, value
  kAvg,           // range, number
  kIsNew,         // no arguments
  kChanged,       // field
  kChangedTo,     // field, value
  kWas,           // field
  kInSegment,     // name or id of a segment
  kStageAge,      // no arguments | pipeline field
  kScore,         // literal name of a score
  kRollup,        // name of a rollup
};

struct Node {
  NodeKind kind = NodeKind::kLiteral;
  Macro macro = Macro::kNone;
  bool leading_dot = false;
  bool optional = false;
  bool test_only = false;
  bool method = false;
  bool quoted = false;      // the selected name was written in backticks
  std::uint16_t depth = 1;  // of the tree below, this node included
  std::uint32_t id = 0;
  std::uint32_t offset = 0;  // where an error about this node points
  std::string text;
  std::string var;
  std::string var2;
  Value value;
  std::vector<Node*> args;
  std::vector<bool> optional_entries;  // empty, or one per entry
};

class Ast {
 public:
  explicit Ast(std::string source) : source_(std::move(source)) {}
  Ast(Ast&&) = default;
  Ast& operator=(Ast&&) = default;

  const Source& source() const { return source_; }
  const Node& root() const { return *root_; }
  Node& root() { return *root_; }
  std::size_t size() const { return nodes_.size(); }
  const Node& node(std::uint32_t id) const { return nodes_[id]; }

  Node* add(NodeKind kind, std::uint32_t offset);
  void set_root(Node* root) { root_ = root; }

 private:
  Source source_;
  std::deque<Node> nodes_;
  Node* root_ = nullptr;
};

}  // namespace kith::expr
