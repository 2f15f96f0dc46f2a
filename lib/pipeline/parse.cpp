#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/section.hpp"

namespace kith::pipeline {
namespace {

using schema::ObjectReader;
using schema::place_of;
using schema::PlacedText;
using schema::Scope;

constexpr auto kPipelineKeys =
    std::to_array<std::string_view>({"label", "entity", "field", "stages", "create_stages",
                                     "default_stage", "transitions", "policy", "reopen"});
constexpr auto kStageKeys = std::to_array<std::string_view>(
    {"label", "class", "order", "probability", "forecast", "required", "entry_guard", "exit_guard",
     "on_entry", "on_exit", "rot_after", "retired"});
constexpr auto kTransitionKeys = std::to_array<std::string_view>(
    {"name", "from", "to", "guard", "required_inputs", "permission", "set", "auto", "reopen"});
constexpr auto kRequirementKeys = std::to_array<std::string_view>({"field", "when"});
constexpr auto kPolicyKeys = std::to_array<std::string_view>({"forward_only", "no_skip"});
constexpr auto kClasses = std::to_array<std::string_view>({"open", "won", "lost", "parked"});
constexpr auto kForecasts =
    std::to_array<std::string_view>({"omitted", "pipeline", "best_case", "commit", "closed"});
constexpr auto kPolicies = std::to_array<std::string_view>({"any", "forward_only"});

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::vector<RequirementDeclaration> read_requirements(const ObjectReader& in) {
  std::vector<RequirementDeclaration> required;
  const json::Node* node = in.find("required");
  if (node == nullptr) return required;
  if (!node->is_array()) {
    in.error("required", "type", "\"required\" must be an array of field names");
    return required;
  }
  for (const json::Node& element : node->elements()) {
    RequirementDeclaration requirement;
    requirement.place = place_of(element);
    if (element.is_text()) {
      requirement.field = element.text();
    } else {
      Scope scope = in.scope();
      scope.where += ", required";
      const ObjectReader inner(element, scope, kRequirementKeys);
      if (!inner.ok()) continue;
      requirement.field = inner.required_text("field", 1 << 10);
      requirement.when = inner.expression("when");
      requirement.when_place = inner.place("when");
    }
    if (!requirement.field.empty()) required.push_back(std::move(requirement));
  }
  return required;
}

void read_rot_after(const ObjectReader& in, Stage& stage) {
  const std::string text = in.text("rot_after", 64);
  if (text.empty()) return;
  const Result<Duration> duration = Duration::parse(text);
  if (!duration.ok() || duration->total_microseconds() <= 0) {
    in.error("rot_after", "duration",
             "\"rot_after\" must be a duration above zero, such as \"14d\" or \"36h\"");
    return;
  }
  stage.rot_after_us = duration->total_microseconds();
}

Forecast default_forecast(StageClass stage_class) {
  switch (stage_class) {
    case StageClass::kOpen: return Forecast::kPipeline;
    case StageClass::kWon: return Forecast::kClosed;
    case StageClass::kLost:
    case StageClass::kParked: break;
  }
  return Forecast::kOmitted;
}

// A won deal counts in full and a lost one not at all, whatever a document says.
void read_probability(const ObjectReader& in, StageDeclaration& declaration) {
  Stage& stage = declaration.stage;
  const auto given = in.integer("probability", 0, 100);
  declaration.has_probability = in.find("probability") != nullptr;
  const bool won = stage.stage_class == StageClass::kWon;
  if (!is_closed(stage.stage_class)) {
    stage.probability = static_cast<std::int32_t>(given.value_or(0));
    return;
  }
  stage.probability = won ? 100 : 0;
  if (given && *given != stage.probability) {
    in.error("probability", "probability",
             won ? "the probability of a won stage is 100: leave it out"
                 : "the probability of a lost stage is 0: leave it out");
  }
}

StageDeclaration read_stage(const json::Member& member, std::int32_t position, Scope scope) {
  scope.where = "stage " + quote(member.name) + " of " + scope.where;
  StageDeclaration declaration;
  declaration.place = place_of(member);
  Stage& stage = declaration.stage;
  stage.name = member.name;
  check_option_name(member.name, place_of(member), scope);
  const ObjectReader in(member.value, scope, kStageKeys);
  stage.label = in.label("label", member.name);
  if (in.ok() && in.find("class") == nullptr) {
    in.error("class", "missing_member", "\"class\" is missing: open, won, lost or parked");
  }
  stage.stage_class = static_cast<StageClass>(in.one_of("class", kClasses).value_or(0));
  stage.order = static_cast<std::int32_t>(in.integer("order", 0, 1'000'000).value_or(position));
  read_probability(in, declaration);
  const auto forecast = in.one_of("forecast", kForecasts);
  stage.forecast =
      forecast ? static_cast<Forecast>(*forecast) : default_forecast(stage.stage_class);
  declaration.required = read_requirements(in);
  stage.entry_guard = in.expression("entry_guard");
  stage.exit_guard = in.expression("exit_guard");
  declaration.entry_guard_place = in.place("entry_guard");
  declaration.exit_guard_place = in.place("exit_guard");
  declaration.on_entry = read_assignments(in, "on_entry");
  declaration.on_exit = read_assignments(in, "on_exit");
  read_rot_after(in, stage);
  stage.retired = in.boolean("retired", false);
  return declaration;
}

TransitionDeclaration read_transition(const json::Node& node, std::size_t position, Scope scope) {
  scope.where = "transition " + std::to_string(position) + " of " + scope.where;
  TransitionDeclaration declaration;
  declaration.place = place_of(node);
  const ObjectReader in(node, scope, kTransitionKeys);
  if (!in.ok()) return declaration;
  Transition& transition = declaration.transition;
  transition.name = in.required_text("name", scope.limits->max_option_bytes);
  const json::Node* from = in.find("from");
  if (from == nullptr) {
    in.error("from", "missing_member", "\"from\" is missing: an array of stages, or \"*\"");
  } else if (from->is_text() && from->text() == "*") {
    declaration.from_any = true;
  } else {
    declaration.from = read_texts(from, "from", scope);
  }
  declaration.to = {in.required_text("to", 1 << 10), in.place("to")};
  transition.guard = in.expression("guard");
  transition.permission = in.expression("permission");
  declaration.guard_place = in.place("guard");
  declaration.permission_place = in.place("permission");
  declaration.required_inputs = read_texts(in.find("required_inputs"), "required_inputs", scope);
  declaration.set = read_assignments(in, "set");
  transition.automatic = in.boolean("auto", false);
  transition.reopen = in.boolean("reopen", false);
  if (transition.automatic && transition.guard.empty()) {
    in.error("auto", "missing_member",
             "an automatic transition needs a \"guard\" that says when it is taken");
  }
  return declaration;
}

std::optional<Policy> read_policy(const ObjectReader& in) {
  const json::Node* node = in.find("policy");
  if (node == nullptr) return std::nullopt;
  Policy policy;
  if (node->is_object()) {
    Scope scope = in.scope();
    scope.where += ", policy";
    const ObjectReader inner(*node, scope, kPolicyKeys);
    policy.forward_only = inner.boolean("forward_only", false);
    policy.no_skip = inner.integer("no_skip", 1, 1000);
  } else if (const auto named = in.one_of("policy", kPolicies)) {
    policy.forward_only = *named == 1;
  }
  return policy;
}

void read_stage_list(const ObjectReader& in, std::string_view member, bool* anywhere,
                     std::vector<PlacedText>* stages) {
  const json::Node* node = in.find(member);
  if (node == nullptr) return;
  if (node->is_text() && node->text() == "*") {
    *anywhere = true;
  } else if (node->is_bool() && !node->boolean()) {
    stages->clear();
  } else {
    *stages = read_texts(node, member, in.scope());
  }
}

void read_stages(const ObjectReader& in, PipelineDeclaration& out) {
  const json::Node* node = in.find("stages");
  if (node == nullptr || !node->is_object() || node->members().empty()) {
    in.error("stages", "missing_member", "\"stages\" must be an object of at least one stage");
    return;
  }
  const std::size_t limit = in.scope().limits->max_stages_per_pipeline;
  if (node->members().size() > limit) {
    in.error("stages", "limit",
             "a pipeline has at most " + std::to_string(limit) +
                 " stages (limit max_stages_per_pipeline)");
    return;
  }
  std::int32_t position = 0;
  for (const json::Member& member : node->members()) {
    out.stages.push_back(read_stage(member, ++position, in.scope()));
    const StageDeclaration& added = out.stages.back();
    const bool taken = std::any_of(out.stages.begin(), out.stages.end() - 1, [&](const auto& s) {
      return s.stage.order == added.stage.order;
    });
    if (taken) {
      in.scope().error(added.place, "order",
                       "the stage " + quote(member.name) + " has the same order (" +
                           std::to_string(added.stage.order) + ") as another");
    }
  }
}

void read_transitions(const ObjectReader& in, PipelineDeclaration& out) {
  const json::Node* node = in.find("transitions");
  if (node == nullptr) return;
  const std::size_t limit = in.scope().limits->max_transitions_per_pipeline;
  if (!node->is_array() || node->elements().size() > limit) {
    in.error("transitions", node->is_array() ? "limit" : "type",
             "\"transitions\" must be an array of at most " + std::to_string(limit) +
                 " transitions (limit max_transitions_per_pipeline)");
    return;
  }
  std::size_t position = 0;
  for (const json::Node& element : node->elements()) {
    out.transitions.push_back(read_transition(element, ++position, in.scope()));
  }
}

PipelineDeclaration read_pipeline(const json::Member& member, const Scope& scope) {
  PipelineDeclaration out;
  out.name = member.name;
  out.place = place_of(member);
  const ObjectReader in(member.value, scope, kPipelineKeys);
  if (!in.ok()) return out;
  out.label = in.label("label", schema::label_from_name(member.name));
  out.entity = {in.required_text("entity", 1 << 10), in.place("entity")};
  out.field = {in.required_text("field", 1 << 10), in.place("field")};
  read_stages(in, out);
  if (in.find("create_stages") != nullptr) {
    read_stage_list(in, "create_stages", &out.create_anywhere, &out.create_stages.emplace());
  }
  if (in.find("default_stage") != nullptr) {
    out.default_stage = {in.required_text("default_stage", 1 << 10), in.place("default_stage")};
  }
  read_transitions(in, out);
  out.policy = read_policy(in);
  read_stage_list(in, "reopen", &out.reopen_anywhere, &out.reopen);
  return out;
}

}  // namespace

std::vector<PipelineDeclaration> parse_pipelines(const json::Node* member,
                                                 const schema::ModelLimits& limits,
                                                 schema::Diagnostics& diagnostics) {
  std::vector<PipelineDeclaration> declared;
  if (member == nullptr) return declared;
  const Scope section{&diagnostics, &limits, "", "", ""};
  if (!member->is_object()) {
    section.error(place_of(*member), "type", "\"pipelines\" must be an object keyed by name");
    return declared;
  }
  if (member->members().size() > limits.max_pipelines) {
    section.error(place_of(*member), "limit",
                  "a model has at most " + std::to_string(limits.max_pipelines) +
                      " pipelines (limit max_pipelines)");
    return declared;
  }
  for (const json::Member& pipeline : member->members()) {
    const Scope scope{&diagnostics, &limits, "", "", "pipeline " + pipeline.name};
    if (const std::string problem = identifier_problem(pipeline.name, limits); !problem.empty()) {
      section.error(place_of(pipeline), "name",
                    "the pipeline name " + quote(pipeline.name) + " " + problem);
    }
    declared.push_back(read_pipeline(pipeline, scope));
  }
  return declared;
}

}  // namespace kith::pipeline
