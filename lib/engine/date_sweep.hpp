// engine/date_sweep.hpp: records that had their date before the automation that waits for it.
//
//   KITH_TRY(plan_sweeps(txn, before, after));            // when a model is applied
//   KITH_ASSIGN(bool more, sweep_step(writer));           // by tick: some hundred records
//
// A sweep waits for dates that come after its beginning; those before it are past, and not made up
// for. It goes on over several transactions and survives a crash. Errors: those of the store.
#pragma once

#include "automation/definition.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::engine {

class Writer;

// Plans one for every active automation on a date that is new or changed and has records to visit.
Status plan_sweeps(store::WriteTxn& txn, const automation::Definitions& before,
                   const automation::Definitions& after);
// Does a part of the first sweep there is. Whether there was one.
Result<bool> sweep_step(Writer& writer);

}  // namespace kith::engine
