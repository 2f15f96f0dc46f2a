// engine/formula_indexes.hpp: indexes that hold formulas, when a model changes what those give.
//
//   KITH_TRY(renew_formula_indexes(stored.catalog, &draft.catalog));
//
// An index of stored fields stays true whatever the model becomes. The keys of a formula follow its
// text, that of the formulas it reads, and the values that options of a choice have by their
// pipeline (stage_class): an index is built anew under a new id when one of these is another.
// Pure functions of their arguments.
#pragma once

#include "kith/result.hpp"
#include "schema/types.hpp"

namespace kith::engine {

// `next` follows `current` and has been checked.
Status renew_formula_indexes(const schema::Catalog& current, schema::Catalog* next);

}  // namespace kith::engine
