#include "expr/explain.hpp"

#include "expr/cost.hpp"

#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "expr/explain_parts.hpp"
#include "expr/format.hpp"
#include "expr/operators.hpp"

namespace kith::expr {
namespace {

std::string_view kind_of_name(const Note& note) {
  switch (note.binding) {
    case Binding::kField: return "field";
    case Binding::kLocal:
    case Binding::kVariable: return "variable";
    case Binding::kTypeName: return "type";
    case Binding::kRoot:
    case Binding::kNow:
    case Binding::kParams:
    case Binding::kOrg: return "root";
    default: return {};
  }
}

std::string name_of(const Program& program, const Node& node) {
  const Note& note = program.checked().note(node);
  switch (node.kind) {
    case NodeKind::kLiteral:
    case NodeKind::kList:
    case NodeKind::kMap:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kConditional:
    case NodeKind::kIndex: return {};
    case NodeKind::kSelect:
      return note.binding == Binding::kVariable ? format_node(program.ast(), node) : node.text;
    case NodeKind::kCall:
      if (const OperatorForm* form = operator_form(node.text, node.args.size()); form != nullptr) {
        return std::string(form->symbol);
      }
      return note.overloads.empty() ? node.text : note.overloads.front()->name;
    case NodeKind::kBind: return node.var;
    default: return node.text;
  }
}

std::string cost_text(const CostEstimate& cost) {
  std::string out = "cost " + std::to_string(cost.min);
  if (!cost.max) return out + " or more";
  return *cost.max == cost.min ? out : out + " to " + std::to_string(*cost.max);
}

ExpressionNode explain_node(const Program& program, const Node& node,
                            const std::vector<CostEstimate>& costs) {
  ExpressionNode out;
  out.text = format_node(program.ast(), node);
  out.kind = node_kind(program, node);
  out.name = name_of(program, node);
  out.type = program.checked().note(node).type.to_string();
  out.cost = costs[node.id];
  out.offset = node.offset;
  for (const Node* part : parts_to_show(program.checked(), node)) {
    out.parts.push_back(explain_node(program, *part, costs));
  }
  return out;
}

void append(const ExpressionNode& node, std::size_t depth, std::string* out) {
  out->append(depth * 2, ' ').append(node.text).append("  [").append(node.kind);
  if (!node.name.empty() && node.name != node.text) out->append(" ").append(node.name);
  out->append(", ").append(node.type).append(", ").append(cost_text(node.cost)).append("]\n");
  for (const ExpressionNode& part : node.parts) append(part, depth + 1, out);
}

}  // namespace

std::vector<const Node*> parts_to_show(const Checked& checked, const Node& node) {
  const Note& note = checked.note(node);
  const bool whole = node.kind == NodeKind::kSelect &&
                     (!kind_of_name(note).empty() && note.binding != Binding::kField);
  if (whole) return {};
  std::size_t first = 0;
  if (node.kind == NodeKind::kCall && note.namespaced) first = 1;
  // The field of the record itself: its root is not looked at by itself.
  if (node.kind == NodeKind::kSelect && note.binding == Binding::kField && !node.optional &&
      checked.note(*node.args[0]).binding == Binding::kRoot) {
    first = 1;
  }
  return {node.args.begin() + static_cast<std::ptrdiff_t>(first), node.args.end()};
}

std::string_view node_kind(const Program& program, const Node& node) {
  const std::string_view name = kind_of_name(program.checked().note(node));
  if (node.test_only) return "has";
  if (node.macro == Macro::kFormulaError) return "question";
  switch (node.kind) {
    case NodeKind::kLiteral: return "literal";
    case NodeKind::kIdent: return name.empty() ? "name" : name;
    case NodeKind::kSelect: return name.empty() ? "select" : name;
    case NodeKind::kIndex: return "index";
    case NodeKind::kCall:
      return operator_form(node.text, node.args.size()) != nullptr ? "operator" : "call";
    case NodeKind::kAnd: return "and";
    case NodeKind::kOr: return "or";
    case NodeKind::kConditional: return "conditional";
    case NodeKind::kList: return "list";
    case NodeKind::kMap: return "map";
    case NodeKind::kMessage: return "message";
    case NodeKind::kComprehension: return "loop";
    case NodeKind::kBind: return "bind";
    case NodeKind::kRecordCall: return "question";
  }
  return "name";
}

ExpressionNode explain(const Program& program) {
  return explain_node(program, program.ast().root(), estimate_nodes(program));
}

std::string to_text(const ExpressionNode& node) {
  std::string out;
  append(node, 0, &out);
  return out;
}

}  // namespace kith::expr
