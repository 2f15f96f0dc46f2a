// automation/section.hpp: the `automations` section of a model document.
//
//   auto declared = automation::parse_automations(member, limits, diagnostics);
//   automation::Published next = automation::publish_automations(
//       declared, stored, draft_catalog, limits, diagnostics, &expressions);
//   std::string payload = automation::encode(next);
//
// {"contact_name": {"entity": "contact", "on": "before_save", "set": {"name": "..."}},
//  "welcome": {"entity": "deal", "on": "created", "steps": [{"wait": "3d"}, ...]}}
// docs/model.md has the whole of it. Publishing finds types, fields and stages, gives ids to new
// automations and raises the version of changed ones. Automations that may start each other are a
// warning. Threads: pure functions of their arguments.
#pragma once

#include <string>
#include <vector>

#include "automation/published.hpp"
#include "schema/assignments.hpp"
#include "schema/model_section.hpp"
#include "schema/scores.hpp"

namespace kith::automation {

struct StepDeclaration {
  Step step;                  // without ids
  schema::PlacedText entity;  // create, assign
  schema::PlacedText field;   // move, assign
  schema::PlacedText stage;   // move
  std::vector<schema::AssignmentDeclaration> set;
  schema::Place place;
  schema::Place when_place;
  schema::Place among_place;
  schema::Place to_place;
  schema::Place template_place;
  schema::Place subject_place;
  schema::Place body_place;
  schema::Place until_place;
  std::vector<schema::Place> data_places;  // as step.data
};

struct AutomationDeclaration {
  Automation automation;  // without ids and steps
  bool before_save = false;
  schema::PlacedText entity;
  schema::PlacedText field;
  std::vector<schema::PlacedText> watch;
  std::vector<schema::PlacedText> stages;
  schema::PlacedText owner;
  std::vector<schema::AssignmentDeclaration> set;  // before_save
  std::vector<StepDeclaration> steps;
  schema::Place place;
  schema::Place when_place;
  schema::Place exit_when_place;
  schema::Place at_place;  // line 0: no time of day is given
};

// `member` may be null: no automations.
std::vector<AutomationDeclaration> parse_automations(const json::Node* member,
                                                     const schema::ModelLimits& limits,
                                                     schema::Diagnostics& diagnostics);

// What follows `stored`; whole only if `diagnostics` stays ok. `scores` are what conditions may ask
// for; null: none.
Published publish_automations(const std::vector<AutomationDeclaration>& declared,
                              const Published& stored, const schema::Catalog& draft,
                              const schema::ModelLimits& limits, schema::Diagnostics& diagnostics,
                              std::vector<schema::ExpressionUse>* expressions,
                              const schema::Scores* scores = nullptr);

}  // namespace kith::automation
