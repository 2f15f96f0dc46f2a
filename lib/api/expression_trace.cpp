#include "kith/expression_trace.hpp"

#include "api/expression_impl.hpp"
#include "api/guard.hpp"
#include "base/try.hpp"
#include "engine/reader.hpp"
#include "expr/explain.hpp"

namespace kith {
namespace {

ExpressionTrace public_trace(expr::TraceNode node) {
  ExpressionTrace out;
  out.text = std::move(node.text);
  out.kind = std::move(node.kind);
  out.offset = node.offset;
  out.times = node.times;
  out.value = std::move(node.value);
  if (node.error != expr::ErrorClass::kNone) out.error = evaluation_error_name(node.error);
  out.message = std::move(node.message);
  for (expr::TraceNode& part : node.parts) out.parts.push_back(public_trace(std::move(part)));
  return out;
}

}  // namespace

Result<ExpressionTrace> trace_expression(const Reader& reader, RecordId record,
                                         std::string_view expression, const Map& params) {
  return guarded([&]() -> Result<ExpressionTrace> {
    if (!reader.impl()) return Status(Code::kClosed, "the snapshot or transaction has ended");
    engine::Reader& from = *reader.impl();
    const auto model = from.shared_model();
    KITH_ASSIGN(const expr::Program program,
                compile_on(expression, *model, record.type(), from.session().database_limits()));
    const Value given(params);
    KITH_ASSIGN(const record::View view, from.subject(record, program));
    KITH_ASSIGN(expr::Activation activation, from.activation());
    activation.set_record(record, &view);
    if (!params.empty()) activation.set_params(&given);
    KITH_ASSIGN(expr::TraceNode tree, expr::trace(program, activation));
    return public_trace(std::move(tree));
  });
}

}  // namespace kith
