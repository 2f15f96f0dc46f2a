// query/group_query.hpp: a query with measures or groups: one row per group.
//
// Without order_by the groups come in the order of their keys, the first group_by term first;
// those terms also break ties, so the order is total. A continuation counts groups: each page
// computes the aggregates anew, on its own snapshot.
#pragma once

#include "kith/query.hpp"
#include "query/context.hpp"

namespace kith::query {

Result<Rows> run_group_query(const Query& query, const Context& context);
Status check_group_query(const Query& query, const Context& context);  // compiles, reads nothing

}  // namespace kith::query
