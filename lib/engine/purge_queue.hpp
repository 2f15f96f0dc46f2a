// engine/purge_queue.hpp: what the queue knows about records that are purged.
//
//   KITH_TRY(purge_queue(txn, catalog, at, {ann}));
//
// Runs of theirs that are active are cancelled, ended ones keep no message; so are runs and
// messages to the outside about other records that name them (by a reference, or by "contact:12" as
// a text) in their data. Messages go with their keys. What capture answered about them keeps ids
// only. One pass over runs, messages and inbox, however many records there are.
#pragma once

#include <set>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/status.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::engine {

Status purge_queue(store::WriteTxn& txn, const schema::Catalog& catalog, Timestamp at,
                   const std::set<RecordId>& purged);

}  // namespace kith::engine
