// engine/index_build.hpp: fills the indexes that a model adds to types that have records.
//
//   KITH_TRY(check_new_unique(*txn, plan.catalog));         // before the model is stored
//   KITH_ASSIGN(bool more, build_step(*txn, kBuildChunk));  // afterwards, a transaction for each
//
// A build is a job in steps, each its own transaction, so that other writers get their turn and a
// large type does not need a large transaction. How far it has come is in the store: whoever
// takes it up after a crash, here or in another process, goes on from there. Until the last step
// queries and on_delete work without the index; writes maintain it.
//
// A unique index is built before the next ordinary write begins (Database::begin_write helps), as
// a record that is not in it yet could not be found by the check for duplicates. That the records
// there are have no duplicates is checked, under the writers' gate, before the model is stored, so
// a model that asks for the impossible is refused as a whole.
#pragma once

#include <cstddef>

#include "kith/result.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::engine {

// Records that one step visits.
inline constexpr std::size_t kBuildChunk = 2000;

// Whether some index, or with `unique_only` some unique one, has yet to be filled.
bool is_building(const schema::Catalog& catalog, bool unique_only);

// kValidation naming both records of every pair (up to a hundred) that a unique index of `catalog`
// which has yet to be filled could not hold together.
Status check_new_unique(store::ReadTxn& txn, const schema::Catalog& catalog);

// Does the next step, unique indexes first, and stores how far it got; false when nothing is left
// to build. Stores a new generation of the catalog with the last step of an index.
Result<bool> build_step(store::WriteTxn& txn, std::size_t chunk);

}  // namespace kith::engine
