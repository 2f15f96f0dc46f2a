// What each part of an expression came to in one evaluation.
#include "base/try.hpp"
#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "expr/explain.hpp"
#include "expr/explain_parts.hpp"
#include "expr/format.hpp"

namespace kith::expr {
namespace {

class Tracer {
 public:
  Tracer(const Program& program, const Compiled& compiled, const Activation& activation)
      : program_(program), compiled_(compiled), frame_(activation), copies_(activation) {}

  TraceNode run() {
    record_.resize(compiled_.ast.size());
    frame_.set_record(&record_);
    const Datum out = expr::run(compiled_, *compiled_.root, frame_);
    TraceNode tree = show(compiled_.ast.root());
    // A limit or a failure of the host ends all, wherever it was met.
    if (out.is_error()) set_error(out, &tree);
    return tree;
  }

 private:
  TraceNode show(const Node& node) {
    TraceNode out;
    out.text = format_node(compiled_.ast, node);
    out.kind = node_kind(program_, node);
    out.offset = node.offset;
    const expr::Code* code = compiled_.by_node[node.id];
    const Frame::Recorded& recorded = record_[node.id];
    if (code != nullptr && code->constant) {
      out.times = 1;
      set_value(code->value, &out);
    } else if (recorded.times > 0) {
      out.times = recorded.times;
      set_value(recorded.last, &out);
    }
    for (const Node* part : parts_to_show(compiled_.checked, node)) {
      // What is not compiled by itself, such as the field of changed(), has nothing to tell.
      if (compiled_.by_node[part->id] != nullptr) out.parts.push_back(show(*part));
    }
    return out;
  }

  void set_value(const Datum& datum, TraceNode* out) {
    if (datum.is_error()) return set_error(datum, out);
    // Copies are paid from a purse of their own, so that large values cannot fill the memory.
    if (!copies_.stopped() && copies_.charge_result(datum)) {
      out->value = to_value(datum, true);
    } else {
      out->message = "too large to show";
    }
  }

  void set_error(const Datum& datum, TraceNode* out) {
    out->times = std::max<std::uint64_t>(out->times, 1);
    out->error = datum.error_class();
    out->message = out->error == ErrorClass::kHost ? std::string(frame_.host_status().message())
                                                   : std::string(datum.text());
  }

  const Program& program_;
  const Compiled& compiled_;
  Frame frame_;
  Frame copies_;
  std::vector<Frame::Recorded> record_;
};

std::string shown(const TraceNode& node) {
  if (!node.message.empty()) return "(" + node.message + ")";
  return node.value.text() != nullptr ? string_literal(*node.value.text()) : node.value.to_string();
}

void append(const TraceNode& node, std::size_t depth, std::string* out) {
  out->append(depth * 2, ' ').append(node.text);
  if (node.times == 0) {
    out->append("  (not needed)");
  } else if (node.kind != "literal") {
    const bool failed = node.error != ErrorClass::kNone;
    if (failed) {
      out->append("  ! ")
          .append(evaluation_error_name(node.error))
          .append(": ")
          .append(node.message);
    } else {
      out->append("  = ").append(shown(node));
    }
    if (node.times > 1) {
      out->append("  (the last of ").append(std::to_string(node.times)).append(")");
    }
  }
  out->push_back('\n');
  if (node.times == 0) return;  // nor was what is below it
  for (const TraceNode& part : node.parts) append(part, depth + 1, out);
}

}  // namespace

Result<TraceNode> trace(const Program& program, const Activation& activation) {
  const Compiled& compiled = program.compiled();
  KITH_ASSIGN(const auto traced,
              compile_tree(program.source(), compiled.environment, compiled.options, true));
  return Tracer(program, *traced, activation).run();
}

std::string to_text(const TraceNode& node) {
  std::string out;
  append(node, 0, &out);
  return out;
}

}  // namespace kith::expr
