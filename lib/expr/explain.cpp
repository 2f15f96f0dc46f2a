#include "expr/explain.hpp"

#include "expr/checker.hpp"

namespace kith::expr {
namespace {

constexpr std::string_view kKinds[] = {"literal", "name", "select",      "index", "call",
                                       "and",     "or",   "conditional", "list",  "map",
                                       "message", "loop", "bind"};

}  // namespace

std::string_view node_kind(const Program&, const Node& node) {
  return kKinds[static_cast<std::size_t>(node.kind)];
}

ExplainNode explain(const Program& program) {
  ExplainNode out;
  out.text = program.source();
  out.kind = node_kind(program, program.ast().root());
  out.type = program.type().to_string();
  out.cost = estimate_cost(program);
  return out;
}

std::string to_text(const ExplainNode& node) { return node.text + ": " + node.type + "\n"; }

Result<TraceNode> trace(const Program& program, const Activation& activation) {
  TraceNode out;
  out.text = program.source();
  out.kind = node_kind(program, program.ast().root());
  out.times = 1;
  Failure failure;
  if (!program.evaluate(activation, &out.value, &failure)) {
    out.error = failure.error;
    out.message = failure.message;
  }
  return out;
}

std::string to_text(const TraceNode& node) {
  return node.text + ": " +
         (node.error == ErrorClass::kNone ? node.value.to_string() : node.message) + "\n";
}

}  // namespace kith::expr
