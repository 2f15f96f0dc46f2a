// pipeline/machine.hpp: a pipeline ready to judge moves. Pure: it decides and never writes.
//
//   KITH_ASSIGN(Machine sales, Machine::compile(definition, compile_expression));
//   Judgement judged;
//   KITH_TRY(judge_move(sales, move, activation, &judged));    // which transition, what is against
//   ... the record takes what judged.transition and the two stages set ...
//   KITH_TRY(judge_record(sales, move, activation, &judged));  // what the stage requires
//
// Immutable; any thread. What is against a move is collected, never just the first of it; a
// condition that cannot be computed counts as false and says so. A Status is only ever the failure
// of a host that could not load a related record.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "kith/result.hpp"
#include "pipeline/definition.hpp"
#include "record/layout.hpp"

namespace kith::pipeline {

struct CompiledAssignment {
  std::uint32_t field = 0;  // field id, or that of the system field owner
  expr::Program value;
};

struct CompiledStage {
  std::vector<std::optional<expr::Program>> required_when;  // as Stage::required
  std::optional<expr::Program> entry_guard;
  std::optional<expr::Program> exit_guard;
  std::vector<CompiledAssignment> on_entry;
  std::vector<CompiledAssignment> on_exit;
};

struct CompiledTransition {
  std::optional<expr::Program> guard;
  std::optional<expr::Program> permission;
  std::vector<CompiledAssignment> set;
};

// How an expression of the pipeline is compiled: its source, whether it must be a condition, and
// where it stands, for messages.
using CompileExpression = std::function<Result<expr::Program>(const std::string& source,
                                                              bool condition, std::string where)>;

struct Machine {
  Pipeline definition;
  std::vector<CompiledStage> stages;            // as definition.stages
  std::vector<CompiledTransition> transitions;  // as definition.transitions

  static Result<Machine> compile(Pipeline definition, const CompileExpression& compile_expression);

  const CompiledStage& of(const Stage& stage) const {
    return stages[static_cast<std::size_t>(&stage - definition.stages.data())];
  }
  const CompiledTransition& of(const Transition& transition) const {
    return transitions[static_cast<std::size_t>(&transition - definition.transitions.data())];
  }
  // Whether a transition leads from the stage to itself.
  bool repeats(std::uint32_t stage) const;
};

// What a write wants of the machine. The record as it shall be (with every field of the patch
// applied) and as it was are the roots `r` and `old` of the activation.
struct Move {
  const schema::EntityType* type = nullptr;
  const record::Layout* layout = nullptr;
  const Stage* from = nullptr;  // null: created, or in no stage so far
  const Stage* to = nullptr;    // null: the stage is emptied
  // Fields that the patch itself gives a value.
  const std::vector<std::uint32_t>* inputs = nullptr;
};

struct Judgement {
  // The first whose guard holds; where none holds, the first that leads there at all. None for a
  // record that enters its first stage.
  const Transition* transition = nullptr;
  std::vector<Violation> violations;  // everything that is against the move

  bool reopens(const Move& move) const {
    return move.from != nullptr && move.to != nullptr && is_closed(move.from->stage_class) &&
           !is_closed(move.to->stage_class);
  }
};

// Before anything is set: transitions, guards, permission and inputs. Each condition is evaluated
// once. What is set then, each on the record as set so far: on_exit of `from`, the transition's
// `set`, the fields the pipeline keeps, on_entry of `to`.
Status judge_move(const Machine& machine, const Move& move, const expr::Activation& activation,
                  Judgement* out);
// After that: what `to` requires.
Status judge_record(const Machine& machine, const Move& move, const expr::Activation& activation,
                    Judgement* out);
// A write that leaves the record in its stage may not empty what the stage requires.
Status judge_stay(const Machine& machine, const Move& move, const expr::Activation& activation,
                  Judgement* out);

}  // namespace kith::pipeline
