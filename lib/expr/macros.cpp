#include "expr/macros.hpp"

#include <array>
#include <string_view>

namespace kith::expr {
namespace {

struct LoopMacro {
  std::string_view name;
  std::size_t arguments;
  int variables;
  Macro macro;
};

constexpr std::array<LoopMacro, 20> kLoops = {{
    {"all", 2, 1, Macro::kAll},
    {"exists", 2, 1, Macro::kExists},
    {"exists_one", 2, 1, Macro::kExistsOne},
    {"existsOne", 2, 1, Macro::kExistsOne},
    {"filter", 2, 1, Macro::kFilter},
    {"map", 2, 1, Macro::kMap},
    {"map", 3, 1, Macro::kMap},
    {"all", 3, 2, Macro::kAll},
    {"exists", 3, 2, Macro::kExists},
    {"exists_one", 3, 2, Macro::kExistsOne},
    {"existsOne", 3, 2, Macro::kExistsOne},
    {"transformList", 3, 2, Macro::kTransformList},
    {"transformList", 4, 2, Macro::kTransformList},
    {"transformMap", 3, 2, Macro::kTransformMap},
    {"transformMap", 4, 2, Macro::kTransformMap},
    {"transformMapEntry", 3, 2, Macro::kTransformMapEntry},
    {"transformMapEntry", 4, 2, Macro::kTransformMapEntry},
    {"sortBy", 2, 1, Macro::kSortBy},
    {"optMap", 2, 1, Macro::kOptMap},
    {"optFlatMap", 2, 1, Macro::kOptFlatMap},
}};

bool simple_name(const Node& node) { return node.kind == NodeKind::kIdent && !node.leading_dot; }

std::string not_a_name(const Node& node, std::uint32_t* error_at) {
  *error_at = node.offset;
  return "the macro needs a plain name for its variable here";
}

std::string expand_has(Node* call, std::uint32_t* error_at) {
  Node* field = call->args[0];
  if (simple_name(*field)) {
    // A field of the record under its bare name; the checker sees to it that it is one.
    call->kind = NodeKind::kIdent;
    call->macro = Macro::kHas;
    call->test_only = true;
    call->text = field->text;
    call->offset = field->offset;
    call->args.clear();
    return {};
  }
  if (field->kind != NodeKind::kSelect || field->optional || field->test_only) {
    *error_at = field->offset;
    return "has() asks whether a field is present: write has(value.field)";
  }
  call->kind = NodeKind::kSelect;
  call->macro = Macro::kHas;
  call->test_only = true;
  call->text = field->text;
  call->quoted = field->quoted;
  call->offset = field->offset;
  call->args = field->args;
  return {};
}

// formula_error(r.f) is the node of r.f, read for its error instead of its value.
std::string expand_formula_error(Node* call, std::uint32_t* error_at) {
  Node* field = call->args[0];
  const bool select = field->kind == NodeKind::kSelect && !field->optional && !field->test_only;
  if (!simple_name(*field) && !select) {
    *error_at = field->offset;
    return "formula_error() asks why a formula has no value: write formula_error(r.field)";
  }
  call->kind = field->kind;
  call->macro = Macro::kFormulaError;
  call->text = field->text;
  call->quoted = field->quoted;
  call->offset = field->offset;
  call->args = std::vector<Node*>(field->args);
  return {};
}

std::string expand_bind(Node* call, std::uint32_t* error_at) {
  if (!simple_name(*call->args[1])) return not_a_name(*call->args[1], error_at);
  call->kind = NodeKind::kBind;
  call->macro = Macro::kBind;
  call->method = false;
  call->var = call->args[1]->text;
  call->args = {call->args[2], call->args[3]};
  return {};
}

std::string expand_loop(Node* call, const LoopMacro& loop, std::uint32_t* error_at) {
  for (int i = 1; i <= loop.variables; ++i) {
    if (!simple_name(*call->args[i])) return not_a_name(*call->args[i], error_at);
  }
  if (loop.variables == 2 && call->args[1]->text == call->args[2]->text) {
    *error_at = call->args[2]->offset;
    return "the two variables need different names";
  }
  call->kind = NodeKind::kComprehension;
  call->macro = loop.macro;
  call->method = false;
  call->var = call->args[1]->text;
  if (loop.variables == 2) call->var2 = call->args[2]->text;
  call->args.erase(call->args.begin() + 1, call->args.begin() + 1 + loop.variables);
  return {};
}

}  // namespace

std::string expand_macro(Node* call, std::uint32_t* error_at) {
  if (!call->method) {
    if (call->args.size() != 1 || call->leading_dot) return {};
    if (call->text == "has") return expand_has(call, error_at);
    if (call->text == "formula_error") return expand_formula_error(call, error_at);
    return {};
  }
  const Node& receiver = *call->args[0];
  const std::size_t arguments = call->args.size() - 1;
  if (call->text == "bind" && arguments == 3 && receiver.kind == NodeKind::kIdent &&
      receiver.text == "cel") {
    return expand_bind(call, error_at);
  }
  for (const LoopMacro& loop : kLoops) {
    if (loop.name == call->text && loop.arguments == arguments) {
      return expand_loop(call, loop, error_at);
    }
  }
  return {};
}

}  // namespace kith::expr
