// pipeline/section.hpp: the `pipelines` section of a model document.
//
//   auto declared = pipeline::parse_pipelines(member, limits, diagnostics);
//   pipeline::Definitions next = pipeline::publish_pipelines(
//       declared, current_catalog, stored, limits, draft_catalog, diagnostics, &expressions);
//   std::string payload = pipeline::encode(next);
//
// Publishing finds entities, fields and stages, gives stage ids (the option ids of the field),
// turns the policy into transitions, and writes options and derived fields into the draft. What is
// suspicious but workable (a stage that nothing leads to, no way to an end) is a warning. A stage
// never disappears: it is marked retired, so that history and records at rest keep their meaning.
// Threads: pure functions of their arguments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/definition.hpp"
#include "schema/assignments.hpp"
#include "schema/model_section.hpp"

namespace kith::pipeline {

struct RequirementDeclaration {
  std::string field;
  std::string when;
  schema::Place place;
  schema::Place when_place;
};

struct StageDeclaration {
  Stage stage;  // without id, requirements and assignments
  std::vector<RequirementDeclaration> required;
  std::vector<schema::AssignmentDeclaration> on_entry;
  std::vector<schema::AssignmentDeclaration> on_exit;
  bool has_probability = false;
  schema::Place place;
  schema::Place entry_guard_place;
  schema::Place exit_guard_place;
};

struct TransitionDeclaration {
  Transition transition;  // without stage and field ids
  bool from_any = false;  // every stage that may be left
  std::vector<schema::PlacedText> from;
  schema::PlacedText to;
  std::vector<schema::PlacedText> required_inputs;
  std::vector<schema::AssignmentDeclaration> set;
  schema::Place place;
  schema::Place guard_place;
  schema::Place permission_place;
};

// Which moves are allowed that no transition declares.
struct Policy {
  bool forward_only = false;
  std::optional<std::int64_t> no_skip;  // at most so many stages ahead
};

struct PipelineDeclaration {
  std::string name;
  std::string label;
  schema::PlacedText entity;
  schema::PlacedText field;
  std::vector<StageDeclaration> stages;  // in document order
  bool create_anywhere = false;
  std::optional<std::vector<schema::PlacedText>> create_stages;
  std::optional<schema::PlacedText> default_stage;
  std::vector<TransitionDeclaration> transitions;
  std::optional<Policy> policy;
  bool reopen_anywhere = false;
  std::vector<schema::PlacedText> reopen;  // where a closed record may be reopened to
  schema::Place place;
};

// `member` may be null: no pipelines.
std::vector<PipelineDeclaration> parse_pipelines(const json::Node* member,
                                                 const schema::ModelLimits& limits,
                                                 schema::Diagnostics& diagnostics);

Definitions publish_pipelines(const std::vector<PipelineDeclaration>& declared,
                              const schema::Catalog& current, const Definitions& stored,
                              const schema::ModelLimits& limits, schema::Catalog& draft,
                              schema::Diagnostics& diagnostics,
                              std::vector<schema::ExpressionUse>* expressions);

// The transitions that `policy` allows and `declared` does not cover, one per target stage, and
// one more per target for reopening. `reopen` are the stages a closed record may return to.
std::vector<Transition> generate_transitions(const std::vector<Stage>& stages, const Policy& policy,
                                             const std::vector<std::uint32_t>& reopen,
                                             const std::vector<Transition>& declared);

// Warnings about what can never happen, or never end.
void lint(const Pipeline& pipeline, schema::Place place, std::string_view entity,
          std::string_view field, schema::Diagnostics& diagnostics);

}  // namespace kith::pipeline
