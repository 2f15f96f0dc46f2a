// store/lmdb/disk_space.hpp: is there room on the disk for what a transaction will write?
//
//   KITH_TRY(check_disk_space(env, txn, log.demand(), directory));   // kStoreFull, with numbers
//
// LMDB finds out while it writes pages. That does no harm, as the transaction is not there before
// its meta page is, but it says only "no space" or "I/O error", and a copy-on-write file system may
// then refuse the meta page of the next commit, too. So before a commit on a disk that is nearly
// full this reckons what the file may have to grow by. It reckons high: every operation may copy
// the pages that lead to it. A transaction that only erases is always let through.
#pragma once

#include <lmdb.h>

#include <string>

#include "store/lmdb/env.hpp"
#include "store/lmdb/operation_log.hpp"

namespace kith::store::lmdb {

// `txn` is a write transaction with nothing nested in it, about to be committed.
Status check_disk_space(const Env& env, MDB_txn* txn, const Demand& demand,
                        const std::string& directory);

}  // namespace kith::store::lmdb
