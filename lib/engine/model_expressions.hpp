// engine/model_expressions.hpp: the expressions of a model document, compiled against the catalog
// that the document makes. Private to the planning of models.
#pragma once

#include <vector>

#include "schema/diagnostics.hpp"
#include "schema/expression_use.hpp"
#include "schema/organisation.hpp"
#include "schema/types.hpp"

namespace kith::engine {

// Tells `diagnostics` of every expression that does not parse, names what is not there, or is not
// of the type that its place asks for, or would cost more than the limit whatever the record is.
// Entity types that have errors already are passed over: what would be said of their expressions
// follows from those.
void check_expressions(const schema::Catalog& catalog, const schema::Organisation& organisation,
                       const std::vector<schema::ExpressionUse>& uses,
                       std::uint32_t max_expression_bytes, std::uint64_t max_expression_cost,
                       schema::Diagnostics& diagnostics);

}  // namespace kith::engine
