// automation/section_parts.hpp: what the files that read and publish the section share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "automation/section.hpp"
#include "schema/object_reader.hpp"

namespace kith::automation {

inline std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

// ---- reading ----------------------------------------------------------------------------------

// A text with its place; an empty text when the member is absent or wrong, which is complained of.
schema::PlacedText placed_text(const schema::ObjectReader& in, std::string_view member);
// A span such as "3d" in microseconds, 0 when the member is absent or wrong.
std::int64_t read_span(const schema::ObjectReader& in, std::string_view member);
// The steps of the automation that `in` reads.
std::vector<StepDeclaration> read_steps(const schema::ObjectReader& in);

// ---- publishing -------------------------------------------------------------------------------

// What publishing an automation works with.
struct Workshop {
  const schema::Catalog& draft;
  const schema::ModelLimits& limits;
  schema::Diagnostics& diagnostics;
  std::vector<schema::ExpressionUse>* uses;
};

// The field of the type that a pipeline moves: the one named, or the only one there is.
const schema::Field* resolve_pipeline_field(const schema::EntityType& type,
                                            const schema::PlacedText& name, schema::Place place,
                                            const schema::Scope& scope);
// The id of a stage of that field; 0 when there is none, which is complained of.
std::uint32_t resolve_stage(const schema::Field& field, const schema::PlacedText& name,
                            const schema::Scope& scope);
// The id of the field, or of the system field owner; 0 when there is none.
std::uint32_t resolve_field_or_owner(const schema::EntityType& type, const std::string& name,
                                     schema::Place place, const schema::Scope& scope);
// Adds an expression of an automation about `type`, unless it is empty.
void use_expression(const Workshop& shop, const schema::EntityType& type, const std::string& source,
                    schema::ExpressionUse::Expect expect, const std::string& where,
                    schema::Place place);

std::vector<Step> publish_steps(const Workshop& shop, const AutomationDeclaration& declaration,
                                const schema::EntityType& type);

// Warns of automations whose steps may start each other again, with the path. `places` as
// `automations`; `scores` are what conditions may ask for, or null.
void warn_of_cycles(const std::vector<Automation>& automations,
                    const std::vector<schema::Place>& places, const schema::Catalog& catalog,
                    const schema::Scores* scores, schema::Diagnostics& diagnostics);

}  // namespace kith::automation
