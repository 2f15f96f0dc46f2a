// record/txn_blobs.hpp: large values as one transaction reads them.
//
//   TxnBlobs blobs(txn);
//   KITH_ASSIGN(const View view, View::open(bytes, &blobs));
//   use(view.text(slot));
//   blobs.trim();   // between two records: nothing that text() answered is used any more
//
// A value of one part is answered where it lies, in the store; a longer one is put together here
// and kept, as blobs never change. What is kept grows with what is read until somebody says, by
// trim(), that no view given out is in use: a scan says so between two records, the engine between
// two evaluations. Then more than kKeptBytes are let go.
// One thread; the transaction must outlive it. In a write transaction a view lives until the next
// write, as all that is borrowed from it.
#pragma once

#include <string>
#include <unordered_map>

#include "record/blob.hpp"
#include "store/store.hpp"

namespace kith::record {

class TxnBlobs final : public BlobSource {
 public:
  static constexpr std::size_t kKeptBytes = std::size_t{4} << 20;

  explicit TxnBlobs(store::ReadTxn& txn) : txn_(&txn) {}

  Result<std::string_view> read(const BlobRef& ref) override;

  void trim() {
    if (kept_bytes_ > kKeptBytes) clear();
  }
  void clear();
  std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  store::ReadTxn* txn_;
  std::unordered_map<std::uint64_t, std::string> kept_;  // by id; its nodes do not move
  std::size_t kept_bytes_ = 0;
};

}  // namespace kith::record
