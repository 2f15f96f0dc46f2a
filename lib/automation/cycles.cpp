// Automations that may start each other: what one writes, another waits for.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "automation/dispatch.hpp"
#include "automation/section_parts.hpp"
#include "expr/formulas.hpp"
#include "record/layout.hpp"

namespace kith::automation {
namespace {

using Edges = std::vector<std::vector<std::size_t>>;  // by automation: those it may start

// Who waits for what, by entity type and field.
class Listeners {
 public:
  using Numbers = std::vector<std::size_t>;

  Listeners(const std::vector<Automation>& automations, const schema::Catalog& catalog,
            const schema::Scores* scores)
      : automations_(automations), catalog_(catalog) {
    formulas_.set_scores(scores);
    for (std::size_t i = 0; i < automations.size(); ++i) add(i);
  }

  // The automations that the steps of `automation` may start.
  Numbers started_by(const Automation& automation) const {
    std::set<std::size_t> started;
    for (const Step& step : automation.steps) {
      if (step.kind == StepKind::kCreate) {
        created(step, &started);
        continue;
      }
      for (const schema::Assignment& assignment : step.set) {
        written(automation.entity, assignment.field, 0, &started);
      }
      if (step.kind == StepKind::kAssign) written(automation.entity, step.field, 0, &started);
      if (step.kind == StepKind::kMove) {
        written(automation.entity, step.field, step.stage, &started);
      }
    }
    return {started.begin(), started.end()};
  }

 private:
  using FieldOf = std::pair<std::uint16_t, std::uint32_t>;

  void add(std::size_t number) {
    const Automation& a = automations_[number];
    if (a.state == State::kRetired) return;
    switch (a.trigger) {
      case Trigger::kCreated: created_[a.entity].push_back(number); break;
      case Trigger::kStageEntered: entered_[{a.entity, a.field}].push_back(number); break;
      case Trigger::kStageLeft: left_[{a.entity, a.field}].push_back(number); break;
      case Trigger::kUpdated: {
        const std::vector<std::uint32_t> fields = watched(a);
        if (fields.empty()) updated_[a.entity].push_back(number);
        for (const std::uint32_t field : fields) watched_[{a.entity, field}].push_back(number);
        break;
      }
      default: break;
    }
  }

  // As Dispatch does it; a condition that does not compile is complained of elsewhere.
  std::vector<std::uint32_t> watched(const Automation& automation) {
    Compiled compiled;
    compiled.definition = automation;
    if (automation.watch.empty() && !automation.when.empty()) {
      const EnvironmentOf environments = [this](std::uint16_t entity) {
        return formulas_.environment(entity);
      };
      auto when = expr::compile(automation.when, environment_of(environments, automation.entity));
      if (when.ok()) compiled.when = *std::move(when);
    }
    return watched_fields(compiled);
  }

  template <typename Key>
  static void insert(const std::map<Key, Numbers>& from, const Key& key,
                     std::set<std::size_t>* into) {
    const auto found = from.find(key);
    if (found != from.end()) into->insert(found->second.begin(), found->second.end());
  }

  // `stage` 0: whichever.
  void entered(const FieldOf& field, std::uint32_t stage, std::set<std::size_t>* started) const {
    const auto found = entered_.find(field);
    if (found == entered_.end()) return;
    for (const std::size_t number : found->second) {
      const std::vector<std::uint32_t>& stages = automations_[number].stages;
      if (stage == 0 || stages.empty() || std::binary_search(stages.begin(), stages.end(), stage)) {
        started->insert(number);
      }
    }
  }

  void written(std::uint16_t entity, std::uint32_t field, std::uint32_t stage,
               std::set<std::size_t>* started) const {
    insert(updated_, entity, started);
    insert(watched_, FieldOf{entity, field}, started);
    insert(left_, FieldOf{entity, field}, started);
    entered({entity, field}, stage, started);
  }

  void created(const Step& step, std::set<std::size_t>* started) const {
    insert(created_, step.entity, started);
    const schema::EntityType* type = catalog_.find(step.entity);
    if (type == nullptr) return;
    for (const schema::Field& field : type->fields) {
      if (field.removed || field.pipeline.empty()) continue;
      const bool set = std::any_of(step.set.begin(), step.set.end(),
                                   [&](const auto& a) { return a.field == field.id; });
      const std::string* preset = field.default_value ? field.default_value->text() : nullptr;
      const schema::Option* stage = preset != nullptr ? field.find_option(*preset) : nullptr;
      if (!set && stage == nullptr) continue;
      entered({step.entity, field.id}, set ? 0 : stage->id, started);
    }
  }

  const std::vector<Automation>& automations_;
  const schema::Catalog& catalog_;
  record::LayoutCache layouts_{catalog_};
  expr::Formulas formulas_{catalog_, [this](std::uint16_t id) { return layouts_.find(id); }};
  std::map<std::uint16_t, Numbers> created_;
  std::map<std::uint16_t, Numbers> updated_;  // by any field
  std::map<FieldOf, Numbers> watched_;
  std::map<FieldOf, Numbers> entered_;
  std::map<FieldOf, Numbers> left_;
};

// The shortest way from `start` back to itself through those that are not `done`; empty when there
// is none.
std::vector<std::size_t> way_back(const Edges& edges, const std::vector<bool>& done,
                                  std::size_t start) {
  std::vector<std::optional<std::size_t>> from(edges.size());
  std::deque<std::size_t> open{start};
  while (!open.empty()) {
    const std::size_t at = open.front();
    open.pop_front();
    for (const std::size_t next : edges[at]) {
      if (next == start) {
        std::vector<std::size_t> path{start};
        for (std::size_t step = at; step != start; step = *from[step]) path.push_back(step);
        path.push_back(start);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (done[next] || from[next]) continue;
      from[next] = at;
      open.push_back(next);
    }
  }
  return {};
}

}  // namespace

void warn_of_cycles(const std::vector<Automation>& automations,
                    const std::vector<schema::Place>& places, const schema::Catalog& catalog,
                    const schema::Scores* scores, schema::Diagnostics& diagnostics) {
  const Listeners listeners(automations, catalog, scores);
  Edges edges;
  for (const Automation& automation : automations) {
    edges.push_back(listeners.started_by(automation));
  }
  // Each is told of once: in the first cycle that is found through it.
  std::vector<bool> done(automations.size(), false);
  for (std::size_t i = 0; i < automations.size(); ++i) {
    if (done[i]) continue;
    const std::vector<std::size_t> path = way_back(edges, done, i);
    done[i] = true;
    if (path.empty()) continue;
    std::string text;
    for (const std::size_t number : path) {
      text += (text.empty() ? "" : " -> ") + automations[number].name;
      done[number] = true;
    }
    const schema::EntityType* type = catalog.find(automations[i].entity);
    diagnostics.warning(places[i], "cycle", type != nullptr ? type->name : "", "",
                        "automation " + automations[i].name +
                            ": what it writes may start it again: " + text +
                            "; unless a condition ends this, a loop guard will suspend the run");
  }
}

}  // namespace kith::automation
