// exchange/dump_catalog.hpp: entity types in a dump, with every number they were given.
//
//   write_type(type, last_id, &out);
//   KITH_ASSIGN(DumpedType same, read_type(node));
//
// Slots of fields and the progress of indexes are not part of it: whoever loads a dump builds its
// records and indexes anew. read_type() is strict, and leaves to check_catalog() what needs all
// types. Pure functions.
#pragma once

#include <cstdint>

#include "base/json.hpp"
#include "kith/result.hpp"
#include "schema/field_gaps.hpp"
#include "schema/types.hpp"

namespace kith::exchange {

struct DumpedType {
  schema::EntityType type;
  std::uint64_t last_id = 0;  // the last sequence of a record id that was given
};

void write_type(const schema::EntityType& type, std::uint64_t last_id, json::Writer* out);
Result<DumpedType> read_type(const json::Node& node);

void write_gap(const schema::FieldGap& gap, json::Writer* out);
// Of a field of these types, and later than `before`, the gap on the line before.
Result<schema::FieldGap> read_gap(const json::Node& node, const schema::Catalog& catalog,
                                  const schema::FieldGap* before);

// Whether the types fit together: names are there once, ids lead to what they must. kImportInvalid
// names the type and what is wrong with it.
Status check_catalog(const schema::Catalog& catalog);

}  // namespace kith::exchange
