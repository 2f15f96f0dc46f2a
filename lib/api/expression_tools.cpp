// Expressions for people and editors.
#include "api/expression_impl.hpp"
#include "api/guard.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "expr/complete.hpp"
#include "expr/conformance.hpp"
#include "expr/cost.hpp"
#include "expr/english.hpp"
#include "expr/explain.hpp"
#include "expr/format.hpp"
#include "kith/snapshot.hpp"
#include "query/plan_text.hpp"

namespace kith {

CostEstimate Expression::cost() const { return expr::estimate_cost(impl_->last()->program); }

std::string Expression::format(std::uint32_t width) const {
  return expr::format(impl_->last()->program.ast(), width);
}

std::string Expression::english() const { return expr::english(impl_->last()->program); }

ExpressionNode Expression::explain() const { return expr::explain(impl_->last()->program); }

Result<std::vector<std::string>> Expression::plan(const Reader& reader, const Map& params) const {
  return guarded([&]() -> Result<std::vector<std::string>> {
    if (!reader.impl()) return Status(Code::kClosed, "the snapshot or transaction has ended");
    if (entity().empty()) {
      return Status(Code::kInvalidArgument,
                    "an expression by itself finds no records; compile it for an entity type");
    }
    KITH_ASSIGN(const auto bound, impl_->for_model(reader.impl()->shared_model()));
    const expr::Type& type = bound->program.type();
    if (!type.unwrapped().is(expr::TypeKind::kBool)) {
      return Status(Code::kInvalidArgument,
                    "a condition is of type bool; this expression is " + type.to_string());
    }
    KITH_ASSIGN(const query::Context context, reader.impl()->query_context());
    KITH_ASSIGN(expr::Activation activation, reader.impl()->activation());
    const Value given(params);
    activation.set_params(&given);
    return query::plan_text(bound->program, activation, context);
  });
}

Result<std::vector<Completion>> complete_expression(std::string_view source, std::size_t offset,
                                                    const ExpressionOptions& options) {
  return guarded([&]() -> Result<std::vector<Completion>> {
    KITH_ASSIGN(const expr::Environment environment, environment_alone(options));
    return expr::complete(environment, source, offset);
  });
}

Result<std::vector<Completion>> complete_expression(const Database& database,
                                                    std::string_view entity,
                                                    std::string_view source, std::size_t offset,
                                                    const ExpressionOptions& options) {
  return guarded([&]() -> Result<std::vector<Completion>> {
    if (!database.impl()) return Status(Code::kClosed, "the database handle was closed");
    KITH_ASSIGN(auto model, database.impl()->current_model());
    KITH_ASSIGN(const expr::Environment environment, environment_of(*model, entity, options));
    return expr::complete(environment, source, offset);
  });
}

Result<ConformanceResult> run_conformance(std::string_view text, std::string_view name) {
  return guarded([&] { return expr::run_conformance(text, name); });
}

}  // namespace kith
