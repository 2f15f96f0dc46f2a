// automation/section.hpp: the `automations` section of a model document.
//
//   auto declared = automation::parse_automations(member, limits, diagnostics);
//   automation::BeforeRules rules =
//       automation::publish_automations(declared, draft_catalog, limits, diagnostics,
//       &expressions);
//
// {"contact_name": {"entity": "contact", "on": "before_save", "order": 10, "when": "...",
//                   "set": {"name": "..."}}}
// This version knows the trigger before_save; the others are refused by name.
#pragma once

#include <string>
#include <vector>

#include "automation/before_rules.hpp"
#include "schema/assignments.hpp"
#include "schema/model_section.hpp"

namespace kith::automation {

struct RuleDeclaration {
  std::string name;
  schema::PlacedText entity;
  std::int32_t order = 0;
  std::string when;
  schema::Place when_place;
  std::vector<schema::AssignmentDeclaration> set;
};

// `member` may be null: no automations.
std::vector<RuleDeclaration> parse_automations(const json::Node* member,
                                               const schema::ModelLimits& limits,
                                               schema::Diagnostics& diagnostics);

BeforeRules publish_automations(const std::vector<RuleDeclaration>& declared,
                                const schema::Catalog& draft, const schema::ModelLimits& limits,
                                schema::Diagnostics& diagnostics,
                                std::vector<schema::ExpressionUse>* expressions);

}  // namespace kith::automation
