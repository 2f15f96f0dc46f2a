// schema/parse_field.hpp: one field of the `entities` section. Private to schema/.
#pragma once

#include "base/json.hpp"
#include "schema/model_section.hpp"
#include "schema/object_reader.hpp"

namespace kith::schema {

// `member` is the field's name and description. What is wrong is told to the scope's diagnostics;
// nothing is returned when there is no type to go by.
std::optional<FieldDeclaration> parse_field(const json::Member& member, const Scope& entity);

}  // namespace kith::schema
