// query/record_query.hpp: a query without measures: records, filtered, ordered and limited.
//
// Rows come in a total order: the order_by terms, then the record id in the direction of the last
// term. So a page does not depend on the plan that found it, and a plan that turns out badly (too
// many entries looked at, keys out of order) is dropped for a scan without anybody noticing.
#pragma once

#include "kith/query.hpp"
#include "query/context.hpp"

namespace kith::query {

Result<Rows> run_record_query(const Query& query, const Context& context);
Status check_record_query(const Query& query, const Context& context);  // compiles, reads nothing

}  // namespace kith::query
