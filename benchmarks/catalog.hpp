// benchmarks/catalog.hpp: entity types for benchmarks of parts that need no database.
//
//   add_field(deal, "amount", schema::FieldType::kInt);     // gets the next id
#pragma once

#include <cstdint>

#include "schema/types.hpp"

namespace kith::bench {

inline schema::Field& add_field(schema::EntityType& type, const char* name,
                                schema::FieldType kind) {
  schema::Field field;
  field.id = static_cast<std::uint32_t>(type.fields.size() + 1);
  field.name = name;
  field.type = kind;
  type.fields.push_back(field);
  return type.fields.back();
}

}  // namespace kith::bench
