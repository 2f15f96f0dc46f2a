// store/batched_writer.hpp: write transactions one after the other, none too large.
//
//   BatchedWriter writer(*store, 4 * kTargetTxnBytes, Durability::kDeferred);
//   KITH_ASSIGN(WriteTxn * txn, writer.room_for(key.size() + value.size()));
//   KITH_TRY(txn->put(Table::kRecords, key, value));
//   KITH_TRY(writer.commit());
//
// For what is too much for one transaction and may be seen in parts: filling an empty store. After
// an error the store holds a part. One thread.
#pragma once

#include <memory>

#include "store/store.hpp"

namespace kith::store {

class BatchedWriter {
 public:
  // Transactions of about `target_bytes`, each committed with `durability`.
  BatchedWriter(Store& store, std::size_t target_bytes, Durability durability)
      : store_(store), target_bytes_(target_bytes), durability_(durability) {}

  // The present transaction, or a new one when `upcoming` bytes would make it larger than the
  // target. What was borrowed from an earlier one is no longer valid.
  Result<WriteTxn*> room_for(std::size_t upcoming);

  // Commits the present transaction and begins another, which is committed with `durability`.
  Result<WriteTxn*> begin(Durability durability);

  // Commits the present transaction, if there is one.
  Status commit();

 private:
  std::size_t written() const;

  Store& store_;
  std::size_t target_bytes_;
  Durability durability_;
  std::unique_ptr<WriteTxn> txn_;
};

}  // namespace kith::store
