#include "record/txn_blobs.hpp"

#include <utility>

#include "base/try.hpp"
#include "record/blob_store.hpp"

namespace kith::record {

Result<std::string_view> TxnBlobs::read(const BlobRef& ref) {
  if (blob_parts(ref) == 1) return read_blob_part(*txn_, ref, 0);
  if (const auto at = kept_.find(ref.id); at != kept_.end() && at->second.size() == ref.size) {
    return std::string_view(at->second);
  }
  KITH_ASSIGN(std::string bytes, read_blob(*txn_, ref));
  kept_bytes_ += bytes.size();
  return std::string_view(kept_.insert_or_assign(ref.id, std::move(bytes)).first->second);
}

void TxnBlobs::clear() {
  kept_.clear();
  kept_bytes_ = 0;
}

}  // namespace kith::record
