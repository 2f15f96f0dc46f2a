// engine/model_expressions.hpp: the expressions of a model document, compiled against the catalog
// that the document makes. Private to the planning of models.
#pragma once

#include <cstdint>

#include "engine/model_section.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

// Tells `diagnostics` of every expression of the draft, those of its scores included, that does not
// parse, names what is not there, or is not of the type that its place asks for, or would cost more
// than the limit whatever the record is. Entity types that have errors already are passed over:
// what would be said of their expressions follows from those.
void check_expressions(const ModelDraft& draft, std::uint32_t max_expression_bytes,
                       std::uint64_t max_expression_cost, schema::Diagnostics& diagnostics);

}  // namespace kith::engine
