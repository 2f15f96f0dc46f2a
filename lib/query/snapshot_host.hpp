// query/snapshot_host.hpp: related records, straight from one transaction.
//
//   SnapshotHost host(txn);
//   context.host = &host;
//
// Each record is fetched once and remembered; prefetch() fetches a batch in one round, related() at
// most 256 records in two: their ids, then the records. A deleted
// record, and an id without a record, is no record. The host borrows the transaction and must not
// outlive it; after a write of it, forget(). With a catalog, errors name records as deal:42.
// One thread.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "expr/program.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::query {

class SnapshotHost : public expr::Host {
 public:
  explicit SnapshotHost(store::ReadTxn& txn, const schema::Catalog* catalog = nullptr,
                        record::BlobSource* blobs = nullptr)
      : txn_(&txn), catalog_(catalog), blobs_(blobs) {}

  Result<const record::View*> load(RecordId id) override;
  Status prefetch(std::span<const RecordId> ids) override;
  Status related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                 std::vector<RecordId>* ids) override;
  // What was borrowed from the transaction is no longer valid.
  void forget();

 private:
  struct Known {
    record::View view;
    bool live = false;
  };
  const Known* recall(RecordId id) const;
  Result<const Known*> remember(RecordId id, std::optional<std::string_view> bytes);

  // Two generations of remembered records: when the young one is full it becomes the old one.
  // Nodes do not move, so a view stays valid while an evaluation runs.
  static constexpr std::size_t kGeneration = 1 << 16;
  static constexpr std::size_t kRelatedRound = 256;

  store::ReadTxn* txn_;
  const schema::Catalog* catalog_;
  record::BlobSource* blobs_;  // of the records' large values; must outlive the host
  std::unordered_map<RecordId, Known> young_;
  std::unordered_map<RecordId, Known> old_;
};

}  // namespace kith::query
