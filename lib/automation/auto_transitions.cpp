#include "automation/auto_transitions.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/hash.hpp"

namespace kith::automation {
namespace {

// As a string literal of the expression language.
std::string literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out += '\'';
}

// The record is in a stage that the transition leads from, and the guard lets it go.
std::string condition(const pipeline::Pipeline& pipeline, const pipeline::Transition& transition,
                      const schema::Field& field) {
  std::string stages;
  for (const std::uint32_t id : transition.from) {
    const pipeline::Stage* stage = pipeline.find_stage(id);
    if (stage == nullptr || id == transition.to) continue;
    stages += (stages.empty() ? "" : ", ") + literal(stage->name);
  }
  std::string source = "r." + field.name + " in [" + stages + "]";
  if (transition.guard.empty()) return source;
  // A comment would take the bracket with it.
  const bool comment = transition.guard.find("//") != std::string::npos;
  source += " && (" + transition.guard + (comment ? "\n)" : ")");
  return source;
}

Automation synthetic(const pipeline::Pipeline& pipeline, const pipeline::Transition& transition,
                     const schema::Field& field) {
  Automation made;
  made.name = "pipeline " + pipeline.name + ": " + transition.name;
  made.version = pipeline.version;
  made.entity = pipeline.entity;
  made.trigger = Trigger::kChanged;
  made.when = condition(pipeline, transition, field);
  made.enrolment = EnrolmentPolicy::kEveryEvent;
  Step move;
  move.kind = StepKind::kMove;
  move.name = "1";
  move.field = pipeline.field;
  move.stage = transition.to;
  made.steps.push_back(std::move(move));
  return made;
}

}  // namespace

std::vector<Automation> auto_transitions(const pipeline::Definitions& definitions,
                                         const schema::Catalog& catalog) {
  std::vector<Automation> out;
  std::set<std::uint32_t> taken;
  for (const pipeline::Pipeline& pipeline : definitions.pipelines) {
    const schema::EntityType* type = catalog.find(pipeline.entity);
    const schema::Field* field = type != nullptr ? type->find_field(pipeline.field) : nullptr;
    if (field == nullptr || type->removed || field->removed) continue;
    for (const pipeline::Transition& transition : pipeline.transitions) {
      if (!transition.automatic) continue;
      Automation made = synthetic(pipeline, transition, *field);
      std::uint64_t hash = base::stable_hash(made.name);
      do {
        made.id = kAutoTransitionBit | static_cast<std::uint32_t>(hash++ & ~kAutoTransitionBit);
      } while (!taken.insert(made.id).second);
      out.push_back(std::move(made));
    }
  }
  return out;
}

}  // namespace kith::automation
