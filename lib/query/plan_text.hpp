// query/plan_text.hpp: how the records that satisfy a condition would be found; for people.
//
//   KITH_ASSIGN(auto lines, plan_text(condition, activation, context));
//   // {"index deal.by_stage [=]", "or index deal.by_close_date [range]"}
//
// The first line is what a query with this condition and no order uses on the data there is, which
// is found out as the executor does; the others could be used instead. One thread.
#pragma once

#include <string>
#include <vector>

#include "query/context.hpp"

namespace kith::query {

// `condition` is of type bool and about records.
Result<std::vector<std::string>> plan_text(const expr::Program& condition,
                                           const expr::Activation& activation,
                                           const Context& context);

}  // namespace kith::query
