// engine/check_blobs.hpp: every reference to a large value, of records and of the history.
//
//   KITH_TRY(for_each_reference(txn, model, [&](const record::BlobRef& ref, const Where& where)
//   {}));
#pragma once

#include <functional>
#include <string>

#include "engine/compiled_model.hpp"
#include "history/entry.hpp"
#include "record/blob.hpp"
#include "store/findings.hpp"

namespace kith::engine {

// `where` is called for a name of who refers to it.
using ReferenceVisitor =
    std::function<Status(const record::BlobRef& ref, const std::function<std::string()>& where)>;

// Those of one entry: each side of each change.
Status visit_entry(const history::Entry& entry, const ReferenceVisitor& visit);
// Rows that do not decode are passed over.
Status for_each_reference(store::ReadTxn& txn, const CompiledModel& model,
                          const ReferenceVisitor& visit);

}  // namespace kith::engine
