#include "expr/macros.hpp"

#include <algorithm>
#include <array>

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

// Loops that are written as functions: count(list, x, condition).
struct FunctionLoop {
  std::string_view name;
  Macro macro;
};
constexpr std::array<FunctionLoop, 5> kFunctionLoops = {{
    {"count", Macro::kCount},
    {"sum", Macro::kSum},
    {"min", Macro::kMin},
    {"max", Macro::kMax},
    {"avg", Macro::kAvg},
}};

// Questions about the record.
struct RecordMacro {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  Macro macro;
};
constexpr std::array<RecordMacro, 8> kRecordMacros = {{
    {"is_new", 0, 0, Macro::kIsNew},
    {"changed", 1, 1, Macro::kChanged},
    {"changed_to", 2, 2, Macro::kChangedTo},
    {"was", 1, 1, Macro::kWas},
    {"in_segment", 1, 1, Macro::kInSegment},
    {"stage_age", 0, 1, Macro::kStageAge},
    {"score", 1, 1, Macro::kScore},
    {"rollup", 1, 1, Macro::kRollup},
}};

struct Usage {
  std::string_view name;
  std::string_view usage;
};
constexpr std::array<Usage, 28> kUsages = {{
    {"has", "has(value.field)"},
    {"all", "list.all(x, condition)"},
    {"exists", "list.exists(x, condition)"},
    {"exists_one", "list.exists_one(x, condition)"},
    {"existsOne", "list.existsOne(x, condition)"},
    {"filter", "list.filter(x, condition)"},
    {"map", "list.map(x, value) or list.map(x, condition, value)"},
    {"transformList", "list.transformList(i, x, value)"},
    {"transformMap", "map.transformMap(key, x, value)"},
    {"transformMapEntry", "map.transformMapEntry(key, x, {key: value})"},
    {"sortBy", "list.sortBy(x, key)"},
    {"optMap", "optional.optMap(x, value)"},
    {"optFlatMap", "optional.optFlatMap(x, optional)"},
    {"bind", "cel.bind(x, value, expression)"},
    {"count", "count(list, x, condition)"},
    {"sum", "sum(list, x, number)"},
    {"min", "min(list, x, value)"},
    {"max", "max(list, x, value)"},
    {"avg", "avg(list, x, number)"},
    {"is_new", "is_new()"},
    {"changed", "changed(field)"},
    {"changed_to", "changed_to(field, value)"},
    {"was", "was(field)"},
    {"formula_error", "formula_error(field)"},
    {"in_segment", "in_segment('name')"},
    {"stage_age", "stage_age() or stage_age(field)"},
    {"score", "score('name')"},
    {"rollup", "rollup('name')"},
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

std::string expand_function(Node* call, std::uint32_t* error_at) {
  const std::size_t arguments = call->args.size();
  if (call->text == "has" && arguments == 1) return expand_has(call, error_at);
  if (call->text == "formula_error" && arguments == 1) return expand_formula_error(call, error_at);
  for (const FunctionLoop& loop : kFunctionLoops) {
    if (loop.name != call->text || arguments != 3) continue;
    return expand_loop(call, {loop.name, 2, 1, loop.macro}, error_at);
  }
  for (const RecordMacro& question : kRecordMacros) {
    if (question.name != call->text || arguments < question.fewest || arguments > question.most) {
      continue;
    }
    call->kind = NodeKind::kRecordCall;
    call->macro = question.macro;
  }
  return {};
}

}  // namespace

std::string expand_macro(Node* call, std::uint32_t* error_at) {
  if (!call->method) return call->leading_dot ? std::string() : expand_function(call, error_at);
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

std::string_view macro_usage(std::string_view name) {
  const auto found = std::find_if(kUsages.begin(), kUsages.end(),
                                  [&](const Usage& usage) { return usage.name == name; });
  return found == kUsages.end() ? std::string_view() : found->usage;
}

std::vector<std::string_view> macro_names() {
  std::vector<std::string_view> names;
  for (const Usage& usage : kUsages) names.push_back(usage.name);
  return names;
}

}  // namespace kith::expr
