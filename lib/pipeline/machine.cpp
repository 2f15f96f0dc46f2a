#include "pipeline/machine.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"

namespace kith::pipeline {
namespace {

// Compiles the expressions of one pipeline.
class Compiler {
 public:
  Compiler(const Pipeline& pipeline, const CompileExpression& compile)
      : where_("pipeline " + pipeline.name), compile_(compile) {}

  Result<CompiledStage> stage(const Stage& stage) const {
    const std::string where = where_ + ", stage \"" + stage.name + "\"";
    CompiledStage out;
    for (const Requirement& requirement : stage.required) {
      KITH_ASSIGN(std::optional<expr::Program> when, condition(requirement.when, where));
      out.required_when.push_back(std::move(when));
    }
    KITH_ASSIGN(out.entry_guard, condition(stage.entry_guard, where));
    KITH_ASSIGN(out.exit_guard, condition(stage.exit_guard, where));
    KITH_ASSIGN(out.on_entry, assignments(stage.on_entry, where));
    KITH_ASSIGN(out.on_exit, assignments(stage.on_exit, where));
    return out;
  }

  Result<CompiledTransition> transition(const Transition& transition) const {
    const std::string where = where_ + ", transition \"" + transition.name + "\"";
    CompiledTransition out;
    KITH_ASSIGN(out.guard, condition(transition.guard, where));
    KITH_ASSIGN(out.permission, condition(transition.permission, where));
    KITH_ASSIGN(out.set, assignments(transition.set, where));
    return out;
  }

 private:
  Result<std::optional<expr::Program>> condition(const std::string& source,
                                                 const std::string& where) const {
    std::optional<expr::Program> program;
    if (!source.empty()) {
      KITH_ASSIGN(program, compile_(source, true, where));
    }
    return program;
  }

  Result<std::vector<CompiledAssignment>> assignments(
      const std::vector<schema::Assignment>& declared, const std::string& where) const {
    std::vector<CompiledAssignment> out;
    for (const schema::Assignment& assignment : declared) {
      KITH_ASSIGN(expr::Program value, compile_(assignment.expression, false, where));
      out.push_back({assignment.field, std::move(value)});
    }
    return out;
  }

  std::string where_;
  const CompileExpression& compile_;
};

}  // namespace

Result<Machine> Machine::compile(Pipeline definition, const CompileExpression& compile_expression) {
  Machine machine;
  const Compiler compiler(definition, compile_expression);
  for (const Stage& stage : definition.stages) {
    KITH_ASSIGN(CompiledStage compiled, compiler.stage(stage));
    machine.stages.push_back(std::move(compiled));
  }
  for (const Transition& transition : definition.transitions) {
    KITH_ASSIGN(CompiledTransition compiled, compiler.transition(transition));
    machine.transitions.push_back(std::move(compiled));
  }
  machine.definition = std::move(definition);
  return machine;
}

bool Machine::repeats(std::uint32_t stage) const {
  return std::any_of(
      definition.transitions.begin(), definition.transitions.end(), [&](const Transition& t) {
        return t.to == stage && std::binary_search(t.from.begin(), t.from.end(), stage);
      });
}

}  // namespace kith::pipeline
