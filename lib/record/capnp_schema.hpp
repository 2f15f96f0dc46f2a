// record/capnp_schema.hpp: an entity type's records as a Cap'n Proto schema, for other tools.
//
//   std::string text = record::capnp_schema(*catalog.find("deal"));
//   // struct Deal {
//   //   version @0 :UInt64;  ...
//   //   hasAmount @5 :Bool;
//   //   amount @6 :Int64;      # decimal, 2 digits after the point
//
// `capnp compile` gives every field of this text the place that record/layout.hpp gives it, so
// `capnp decode --flat` reads our records. Names become camelCase, legal and unique within the
// struct; the members of a removed field are called obsoleteN by their ordinal N.
// Pure functions: the same type gives the same text. Any thread; cannot fail.
#pragma once

#include <string>
#include <vector>

#include "schema/types.hpp"

namespace kith::record {

// What the members of one field are called; empty where the field has no such member.
struct CapnpNames {
  std::string presence;
  std::string value;
  std::string currency;
};

std::string capnp_struct_name(const schema::EntityType& type);
std::vector<CapnpNames> capnp_names(
    const schema::EntityType& type);  // by field id - 1; empty of a field without slots
std::string capnp_schema(const schema::EntityType& type);

}  // namespace kith::record
