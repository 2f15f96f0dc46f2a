#include <algorithm>
#include <set>
#include <utility>

#include "pipeline/section.hpp"

namespace kith::pipeline {
namespace {

bool covers(const Transition& transition, std::uint32_t from, std::uint32_t to) {
  return transition.to == to &&
         std::binary_search(transition.from.begin(), transition.from.end(), from);
}

bool declared_for(const std::vector<Transition>& declared, std::uint32_t from, std::uint32_t to) {
  return std::any_of(declared.begin(), declared.end(),
                     [&](const Transition& t) { return covers(t, from, to); });
}

// How many stages on the way to winning lie between, the target included; negative is backwards.
std::int64_t steps(const std::vector<Stage>& stages, const Stage& from, const Stage& to) {
  std::int64_t count = 0;
  const auto [low, high] = std::minmax(from.order, to.order);
  for (const Stage& stage : stages) {
    const bool on_the_way =
        stage.stage_class == StageClass::kOpen || stage.stage_class == StageClass::kWon;
    if (on_the_way && !stage.retired && stage.order > low && stage.order <= high) ++count;
  }
  return from.order <= to.order ? count : -count;
}

// An open or parked stage may always be lost or parked, and a parked one taken up anywhere: the
// policy is about progress between the stages that lead to winning.
bool policy_allows(const std::vector<Stage>& stages, const Policy& policy, const Stage& from,
                   const Stage& to) {
  const bool progress = from.stage_class == StageClass::kOpen &&
                        (to.stage_class == StageClass::kOpen || to.stage_class == StageClass::kWon);
  if (!progress) return true;
  if (policy.forward_only && to.order <= from.order) return false;
  return !policy.no_skip || steps(stages, from, to) <= *policy.no_skip;
}

}  // namespace

std::vector<Transition> generate_transitions(const std::vector<Stage>& stages, const Policy& policy,
                                             const std::vector<std::uint32_t>& reopen,
                                             const std::vector<Transition>& declared) {
  std::vector<Transition> generated;
  for (const Stage& to : stages) {
    if (to.retired) continue;
    Transition move;
    move.name = "Move to " + to.name;
    move.to = to.id;
    move.generated = true;
    Transition back = move;
    back.name = "Reopen to " + to.name;
    back.reopen = true;
    const bool may_reopen = std::find(reopen.begin(), reopen.end(), to.id) != reopen.end();
    for (const Stage& from : stages) {
      if (from.id == to.id || declared_for(declared, from.id, to.id)) continue;
      if (is_closed(from.stage_class)) {
        if (may_reopen) back.from.push_back(from.id);
      } else if (policy_allows(stages, policy, from, to)) {
        move.from.push_back(from.id);
      }
    }
    for (Transition* transition : {&move, &back}) {
      std::sort(transition->from.begin(), transition->from.end());
      if (!transition->from.empty()) generated.push_back(std::move(*transition));
    }
  }
  return generated;
}

namespace {

// All stages from which, or to which, transitions lead, starting from `stages`.
std::set<std::uint32_t> closure(const Pipeline& pipeline, std::set<std::uint32_t> stages,
                                bool forward) {
  for (bool grown = true; grown;) {
    grown = false;
    for (const Transition& transition : pipeline.transitions) {
      if (forward) {
        const bool enters = std::any_of(transition.from.begin(), transition.from.end(),
                                        [&](std::uint32_t id) { return stages.count(id) > 0; });
        if (enters) grown = stages.insert(transition.to).second || grown;
      } else if (stages.count(transition.to) > 0) {
        for (const std::uint32_t id : transition.from) grown = stages.insert(id).second || grown;
      }
    }
  }
  return stages;
}

bool shadowed(const Pipeline& pipeline, std::size_t position) {
  const Transition& later = pipeline.transitions[position];
  return std::all_of(later.from.begin(), later.from.end(), [&](std::uint32_t from) {
    return std::any_of(
        pipeline.transitions.begin(),
        pipeline.transitions.begin() + static_cast<std::ptrdiff_t>(position),
        [&](const Transition& t) { return t.guard.empty() && covers(t, from, later.to); });
  });
}

}  // namespace

void lint(const Pipeline& pipeline, schema::Place place, std::string_view entity,
          std::string_view field, schema::Diagnostics& diagnostics) {
  const auto warn = [&](std::string_view code, std::string message) {
    diagnostics.warning(place, code, entity, field, "pipeline " + pipeline.name + ": " + message);
  };
  std::set<std::uint32_t> closed;
  for (const Stage& stage : pipeline.stages) {
    if (is_closed(stage.stage_class) && !stage.retired) closed.insert(stage.id);
  }
  if (closed.empty()) warn("no_end", "no stage is of class won or lost, so nothing is ever closed");
  const std::set<std::uint32_t> created(pipeline.create_stages.begin(),
                                        pipeline.create_stages.end());
  const std::set<std::uint32_t> reached = closure(pipeline, created, true);
  const std::set<std::uint32_t> ending = closure(pipeline, closed, false);
  for (const Stage& stage : pipeline.stages) {
    if (!stage.retired && reached.count(stage.id) == 0) {
      warn("unreachable", "nothing leads to the stage \"" + stage.name +
                              "\": add a transition, or put it among \"create_stages\"");
    }
    if (!closed.empty() && ending.count(stage.id) == 0) {
      warn("no_end", "from the stage \"" + stage.name + "\" no way leads to a won or lost stage");
    }
  }
  for (std::size_t i = 0; i < pipeline.transitions.size(); ++i) {
    if (pipeline.transitions[i].from.empty() || !shadowed(pipeline, i)) continue;
    warn("shadowed", "the transition \"" + pipeline.transitions[i].name +
                         "\" is never taken: an earlier one without a guard covers it");
  }
}

}  // namespace kith::pipeline
