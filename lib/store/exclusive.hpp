// store/exclusive.hpp: a database that nobody else has open, to be replaced as a whole.
//
//   KITH_ASSIGN(auto store, open_lmdb_exclusively(directory));   // kBusy names who has it open
//   ... write another database to `made` and close it ...
//   KITH_TRY(replace_data(directory, made));                     // while `store` is open
//
// While the store is open nobody opens the directory, in this process or another: kBusy. The store
// itself goes on with the old file until it is closed. Threads: any.
#pragma once

#include <memory>
#include <string>

#include "store/store.hpp"

namespace kith::store {

Result<std::shared_ptr<Store>> open_lmdb_exclusively(const std::string& directory);

// Puts the data.mdb of a closed database in the place of that in `directory`, on disk when this
// returns. A crash leaves the one or the other.
Status replace_data(const std::string& directory, const std::string& data_file);

}  // namespace kith::store
