// query/executor.hpp: answers a query.
//
//   KITH_ASSIGN(Rows rows, query::run(query, context));
//   for (const std::vector<Value>& row : rows.rows) ...
//
// The rows of a query do not depend on the plan: an index only narrows what is looked at, and the
// order is total. Errors: kInvalidArgument for a query that does not make sense, kExpressionSyntax
// and kExpressionType with the part of the query and the place in it, kExpressionFailed for sums
// that overflow or mix currencies, kLimit naming the limit, and whatever the store says.
// One thread; the result owns its values.
#pragma once

#include "kith/query.hpp"
#include "query/context.hpp"

namespace kith::query {

Result<Rows> run(const Query& query, const Context& context);

// Whether a query makes sense: everything run() would refuse before it reads. Context::txn may
// be null.
Status check(const Query& query, const Context& context);

}  // namespace kith::query
