// store/copy.hpp: the rows of one store, put into another.
//
//   KITH_ASSIGN(auto snapshot, store->begin_read());
//   KITH_ASSIGN(auto target, open_lmdb(directory, {}));
//   KITH_TRY(copy_rows(*snapshot, *target));
//
// Every table in the order of its keys, so that the target's pages are full, in transactions of
// about kTargetTxnBytes. The target must be empty. After an error it holds a part: throw it away.
// The snapshot is read by the calling thread alone.
#pragma once

#include "store/store.hpp"

namespace kith::store {

Status copy_rows(ReadTxn& from, Store& target, Durability durability = Durability::kFull);

// A new database in `directory`, as Store::copy_to makes it, but row by row.
Status copy_to_directory(ReadTxn& from, const std::string& directory);

}  // namespace kith::store
