// exchange/held_rows.hpp: in which order rows that wait for each other can be written.
//
//   HeldOrder order = order_held(rows, bound, own_fields);
//   order.in_order;   // each after the rows it refers to
//   order.in_rings;   // refer to each other in a circle, or to one that does
//
// Threads: pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "exchange/prepared_row.hpp"

namespace kith::exchange {

// How a record of the file is known to rows that refer to it by `field`.
std::string own_name(const schema::Field& field, const Value& value);
// All names under which the row can be referred to by one of the fields.
std::vector<std::string> own_names(const PreparedRow& row,
                                   const std::set<const schema::Field*>& fields);

struct HeldOrder {
  std::vector<std::size_t> in_order;
  std::vector<std::size_t> in_rings;
};
HeldOrder order_held(const std::vector<PreparedRow>& rows, const BoundMapping& bound,
                     const std::set<const schema::Field*>& own_fields);

}  // namespace kith::exchange
