// record/blob_ledger.hpp: which records of one write transaction refer to which blobs, counted when
// it commits.
//
//   BlobLedger ledger;
//   KITH_ASSIGN(const BlobRef ref, ledger.put(txn, text));          // when a record is put ...
//   ledger.move(type, layout, before ? &*before : nullptr, &after); // ... and for its image
//   KITH_TRY(ledger.settle(txn));                                   // before the commit
//
// Nothing is released while the transaction goes on: a savepoint, a change back and the history's
// entry still find what an image held before. What was put and is referred to by nothing in the end
// goes without a trace; an aborted transaction needs nothing. One thread, that of the transaction.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "kith/result.hpp"
#include "record/blob.hpp"
#include "record/view.hpp"
#include "store/store.hpp"

namespace kith::record {

class BlobLedger {
 public:
  Result<BlobRef> put(store::WriteTxn& txn, std::string_view bytes);
  // A record's image takes the place of another; null: there is none.
  void move(const schema::EntityType& type, const Layout& layout, const View* before,
            const View* after);
  Status settle(store::WriteTxn& txn);

 private:
  struct Open {
    std::uint64_t size = 0;
    std::int64_t balance = 0;  // of the images
    bool fresh = false;        // put in this transaction
  };
  std::map<std::uint64_t, Open> open_;  // by id
};

}  // namespace kith::record
