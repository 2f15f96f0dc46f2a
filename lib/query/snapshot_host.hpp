// query/snapshot_host.hpp: related records, straight from one snapshot.
//
//   SnapshotHost host(txn);
//   context.host = &host;
//
// Each record is fetched once and remembered; prefetch() fetches a batch in one round. A deleted
// record, and an id without a record, is no record. The host borrows the transaction and must not
// outlive it, nor live across a write of it. One thread.
#pragma once

#include <unordered_map>

#include "expr/program.hpp"
#include "record/view.hpp"
#include "store/store.hpp"

namespace kith::query {

class SnapshotHost : public expr::Host {
 public:
  explicit SnapshotHost(store::ReadTxn& txn) : txn_(&txn) {}

  Result<const record::View*> load(RecordId id) override;
  Status prefetch(std::span<const RecordId> ids) override;

 private:
  struct Known {
    record::View view;
    bool live = false;
  };
  Result<const record::View*> remember(RecordId id, std::optional<std::string_view> bytes);

  store::ReadTxn* txn_;
  std::unordered_map<RecordId, Known> known_;  // its nodes stay where they are
};

}  // namespace kith::query
