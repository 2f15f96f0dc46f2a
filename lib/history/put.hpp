// history/put.hpp: entries of a copied log, put as they are.
//
//   KITH_TRY(history::put(txn, entry));      // in ascending order, without a gap
//
// For whoever makes a database from a copy of its entries; the write path appends (log.hpp). The
// entry keeps its sequence and its times. Threads and ownership: as the transaction given.
#pragma once

#include "history/entry.hpp"
#include "kith/status.hpp"
#include "store/store.hpp"

namespace kith::history {

Status put(store::WriteTxn& txn, const Entry& entry);

}  // namespace kith::history
