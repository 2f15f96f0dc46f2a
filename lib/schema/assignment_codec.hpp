// schema/assignment_codec.hpp: the stored form of `field = expression`, as every section keeps it.
//
//   base::write_all(out, stage.on_entry, schema::write_assignment);
//   stage.on_entry = base::read_all<schema::Assignment>(in, schema::read_assignment);
#pragma once

#include "base/bytes.hpp"
#include "schema/expression_use.hpp"

namespace kith::schema {

inline void write_assignment(base::ByteWriter& out, const Assignment& assignment) {
  out.varint(assignment.field);
  out.string(assignment.expression);
}

inline Assignment read_assignment(base::ByteReader& in) {
  Assignment assignment;
  assignment.field = in.varint32();
  assignment.expression = base::read_string(in);
  return assignment;
}

}  // namespace kith::schema
