// query/row_source.hpp: vectors made from the records themselves, by scan or by a list of ids.
//
//   RowSource rows(txn);
//   KITH_ASSIGN(auto cursor, rows.open(request));              // every record of the type
//   auto some = open_ids(txn, request, std::move(ids));        // these, in this order
//
// Records are decoded in place at the slots of the layout, a column at a time. Deleted records
// are left out unless the request asks for them; ids without a record are skipped.
#pragma once

#include <memory>
#include <vector>

#include "query/vector_source.hpp"
#include "store/store.hpp"

namespace kith::query {

class RowSource : public VectorSource {
 public:
  explicit RowSource(store::ReadTxn& txn) : txn_(&txn) {}
  std::optional<VectorOffer> offer(const VectorRequest& request) override;
  Result<std::unique_ptr<VectorCursor>> open(const VectorRequest& request) override;

 private:
  store::ReadTxn* txn_;
};

std::unique_ptr<VectorCursor> open_ids(store::ReadTxn& txn, const VectorRequest& request,
                                       std::vector<std::uint64_t> ids);

}  // namespace kith::query
