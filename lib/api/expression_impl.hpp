// api/expression_impl.hpp: what an Expression holds, and how it is compiled. Private to api/.
//
//   KITH_ASSIGN(auto bound, impl_->for_model(model));
//   bound->program.type();
//
// Threads: any; the program for the model last used is behind a lock.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/compiled_model.hpp"
#include "expr/environment.hpp"
#include "expr/program.hpp"
#include "kith/expression.hpp"

namespace kith {

// What is known to an expression by itself: the variables and `now`.
Result<expr::Environment> environment_alone(const ExpressionOptions& options);
// What is known to one on records of a type, with the options' variables.
Result<expr::Environment> environment_of(const engine::CompiledModel& model,
                                         std::string_view entity, const ExpressionOptions& options);
Result<expr::Program> compile_in(std::string_view source, const expr::Environment& environment,
                                 const ExpressionOptions& options);

// On records of a type, within the limits of a database.
Result<expr::Program> compile_on(std::string_view source, const engine::CompiledModel& model,
                                 std::uint16_t type, const Limits& limits);

struct Expression::Impl {
  // The program for one model.
  struct Bound {
    std::shared_ptr<const engine::CompiledModel> model;  // null when it is by itself
    expr::Program program;
  };

  std::string source;
  std::string entity;
  ExpressionOptions options;
  mutable std::mutex mutex;
  mutable std::shared_ptr<const Bound> bound;  // the one last used

  std::shared_ptr<const Bound> last() const {
    const std::lock_guard<std::mutex> lock(mutex);
    return bound;
  }
  Result<std::shared_ptr<const Bound>> for_model(
      const std::shared_ptr<const engine::CompiledModel>& model) const;
  expr::EvaluationLimits limits() const { return {options.max_cost, options.max_memory}; }
};

}  // namespace kith
