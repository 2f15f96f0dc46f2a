#include "automation/definition.hpp"

#include <algorithm>
#include <array>

namespace kith::automation {
namespace {

constexpr auto kTriggers =
    std::to_array<std::string_view>({"created", "updated", "deleted", "restored", "stage_entered",
                                     "stage_left", "date_reached", "event", "changed"});
constexpr auto kStepKinds =
    std::to_array<std::string_view>({"set", "create", "move", "assign", "send", "wait", "stop"});

}  // namespace

std::string_view trigger_name(Trigger trigger) {
  return kTriggers[static_cast<std::size_t>(trigger)];
}

std::optional<Trigger> trigger_from_name(std::string_view name) {
  const auto found = std::find(kTriggers.begin(), kTriggers.end(), name);
  const auto trigger = static_cast<Trigger>(found - kTriggers.begin());
  if (found == kTriggers.end() || trigger == Trigger::kChanged) return std::nullopt;
  return trigger;
}

std::string_view step_kind_name(StepKind kind) {
  return kStepKinds[static_cast<std::size_t>(kind)];
}

const Automation* Definitions::find(std::string_view name) const {
  for (const Automation& automation : automations) {
    if (automation.name == name) return &automation;
  }
  return nullptr;
}

const Automation* Definitions::find(std::uint32_t id) const {
  for (const Automation& automation : automations) {
    if (automation.id == id) return &automation;
  }
  return nullptr;
}

}  // namespace kith::automation
