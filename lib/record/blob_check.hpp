// record/blob_check.hpp: are the large values all there, counted right, and none too many?
//
//   BlobCheck blobs(findings);
//   blobs.expect(ref);                          // every reference, of records and of the history
//   KITH_TRY(blobs.compare(txn));               // every blob
//   if (blobs.differs()) { ... every reference again, to a BlobCount, part by part ... }
//
// References and counts are compared by a sum: of a hash of each reference, and of each blob's
// times its count. Equal sums mean that every reference has its blob with the right size and count,
// so a sound database needs no memory for it. Where they differ, BlobCount counts the references of
// kBlobsPerPass blobs at a time.
//
// Problems: blob_corrupt, blob_missing; blob_count, blob_orphan and blob_counter_low can be mended.
// Threads: the transaction's. Errors are those of the store.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "record/blob.hpp"
#include "store/findings.hpp"
#include "store/store.hpp"

namespace kith::record {

// Of some 50 bytes each.
inline constexpr std::uint64_t kBlobsPerPass = std::uint64_t{1} << 19;

class BlobCheck {
 public:
  explicit BlobCheck(store::Findings& findings) : findings_(findings) {}

  void expect(const BlobRef& ref);
  Status compare(store::ReadTxn& txn);

  bool differs() const { return expected_ != found_; }
  std::uint64_t passes() const { return greatest_ / kBlobsPerPass + 1; }
  bool counter_low() const { return counter_low_; }

 private:
  Status check_rows(store::ReadTxn& txn);
  Status check_counter(store::ReadTxn& txn);

  store::Findings& findings_;
  std::uint64_t expected_ = 0;
  std::uint64_t found_ = 0;
  std::uint64_t greatest_ = 0;
  bool counter_low_ = false;
};

// The references to the blobs of one part, and what is wrong with those blobs.
class BlobCount {
 public:
  BlobCount(std::uint64_t part, std::uint64_t parts) : part_(part), parts_(parts) {}

  // `where` names who refers to it, once, for a blob that is not there.
  void add(const BlobRef& ref, const std::string& where);
  Status judge(store::ReadTxn& txn, store::Verdicts* out) const;
  // Puts counts right, as many as a transaction should; false when none was wrong.
  Result<bool> mend(store::WriteTxn& txn) const;

 private:
  struct Counted {
    std::uint64_t count = 0;
    std::uint64_t size = 0;
    std::string where;
  };

  std::uint64_t part_;
  std::uint64_t parts_;
  std::unordered_map<std::uint64_t, Counted> counted_;
};

// The greatest id of a blob there is; 0 for none.
Result<std::uint64_t> last_blob_id(store::ReadTxn& txn);
// Raises the number of the last blob to the greatest there is.
Status mend_blob_counter(store::WriteTxn& txn);

}  // namespace kith::record
