// schema/assignments.hpp: {"close_date": "today()"} in a model document: fields that a rule, stage
// or transition sets, each to the value of an expression. For the rooms that read sections.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/object_reader.hpp"

namespace kith::schema {

struct AssignmentDeclaration {
  std::string field;
  std::string expression;
  Place field_place;
  Place place;
};

std::vector<AssignmentDeclaration> read_assignments(const ObjectReader& in,
                                                    std::string_view member);

// A live entity type by its name, complaining when there is none; null for an empty name.
const EntityType* resolve_entity(const Catalog& catalog, const PlacedText& name,
                                 const Scope& scope);

// A field of the type that a document names by `name`, complaining when there is none.
const Field* resolve_field(const EntityType& type, std::string_view name, Place place,
                           const Scope& scope);

// Finds the fields and adds each expression to `uses`. Fields that a pipeline moves are refused
// unless `may_move_stages`.
std::vector<Assignment> resolve_assignments(const EntityType& type,
                                            const std::vector<AssignmentDeclaration>& declared,
                                            const Scope& scope, bool may_move_stages,
                                            std::vector<ExpressionUse>* uses);

}  // namespace kith::schema
