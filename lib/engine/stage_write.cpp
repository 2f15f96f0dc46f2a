// Step 4 of the write path: a record that moves from stage to stage.
#include <algorithm>

#include "base/try.hpp"
#include "engine/record_write.hpp"
#include "engine/writer.hpp"

namespace kith::engine {

namespace {

bool holds(const std::vector<std::uint32_t>& fields, std::uint32_t field) {
  return std::find(fields.begin(), fields.end(), field) != fields.end();
}

}  // namespace

const pipeline::Stage* stage_of(const CompiledType& type, const pipeline::Pipeline& definition,
                                const record::View* view) {
  const record::Slot& slot = type.layout.slot(definition.field);
  if (view == nullptr || !view->has(slot)) return nullptr;
  return definition.find_stage(view->choice(slot));
}

const StageMove* StageMoves::of(const CompiledMachine& machine) const {
  const auto found = std::find_if(taken.begin(), taken.end(),
                                  [&](const StageMove& move) { return move.machine == &machine; });
  return found != taken.end() ? &*found : nullptr;
}

bool RecordWrite::names(std::uint32_t field_id) const { return holds(named_, field_id); }

bool RecordWrite::concerns(const CompiledMachine& machine) const {
  return mode_ == Mode::kOrdinary &&
         (changed(*machine.field) || names(machine.machine.definition.field));
}

Status RecordWrite::move_stages() {
  if (type_.machines.empty()) return {};
  const std::size_t others = violations_.size();
  for (const CompiledMachine& machine : type_.machines) KITH_TRY(move_stage(machine));
  if (violations_.size() == others) return {};
  if (may_override_) {
    violations_.resize(others);
    stage_moves_.overridden = true;
  } else {
    refused_ = true;
  }
  return {};
}

Status RecordWrite::move_stage(const CompiledMachine& compiled) {
  const pipeline::Machine& machine = compiled.machine;
  const pipeline::Pipeline& definition = machine.definition;
  StageMove move{&compiled, stage_of(type_, definition, old_view()),
                 stage_of(type_, definition, &new_view_), nullptr};
  if (move.from == nullptr && move.to == nullptr) return {};
  const bool stays = move.from == move.to;
  const bool repeats = stays && names(definition.field) && machine.repeats(move.to->id);
  if (stays && !repeats && move.to->required.empty()) return {};

  KITH_ASSIGN(const expr::Activation activation, this->activation());
  const pipeline::Move wanted{type_.type, &type_.layout, move.from, move.to, &inputs_};
  pipeline::Judgement judged;
  const auto collect = [&] {
    violations_.insert(violations_.end(), judged.violations.begin(), judged.violations.end());
    judged.violations.clear();
  };
  if (stays && !repeats) {
    KITH_TRY(pipeline::judge_stay(machine, wanted, activation, &judged));
  } else {
    KITH_TRY(pipeline::judge_move(machine, wanted, activation, &judged));
    collect();
    move.transition = judged.transition;
    KITH_TRY(take_move(move, activation));
    KITH_TRY(pipeline::judge_record(machine, wanted, activation, &judged));
    repeats_stage_ |= repeats;
    stage_moves_.taken.push_back(move);
  }
  collect();
  return {};
}

// What leaving, moving and entering set, in this order; each sees what those before it have set.
Status RecordWrite::take_move(const StageMove& move, const expr::Activation& activation) {
  const pipeline::Machine& machine = move.machine->machine;
  bool sets = false;
  const auto take_from = [&](const std::vector<CompiledAssignment>& set, const std::string& who) {
    if (set.empty()) return Status();
    sets = true;
    return take(set, activation, "set", who);
  };
  if (move.from != nullptr && move.to != nullptr) {
    KITH_TRY(
        take_from(machine.of(*move.from).on_exit, "leaving stage \"" + move.from->name + "\""));
  }
  if (move.transition != nullptr) {
    KITH_TRY(take_from(machine.of(*move.transition).set,
                       "transition \"" + move.transition->name + "\""));
  }
  keep_stage(machine.definition, move.to);
  KITH_TRY(rebuild());
  if (move.to != nullptr) {
    KITH_TRY(take_from(machine.of(*move.to).on_entry, "entering stage \"" + move.to->name + "\""));
  }
  // What the references that were set now name is asked for once.
  return sets ? prefetch_references() : Status();
}

void RecordWrite::keep_stage(const pipeline::Pipeline& definition, const pipeline::Stage* stage) {
  const auto since = Timestamp::from_microseconds(effective_at_.to_microseconds());
  put_change(definition.entered_field, stage != nullptr ? Value(since) : Value());
  put_change(definition.probability_field,
             stage != nullptr ? Value(std::int64_t{stage->probability}) : Value());
}

}  // namespace kith::engine
