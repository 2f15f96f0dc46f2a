#include "record/blob.hpp"

#include "base/bytes.hpp"

namespace kith::record {

std::string encode(const BlobRef& ref) {
  base::ByteWriter out;
  out.raw(kBlobMark);
  out.u64(ref.id);
  out.u64(ref.size);
  return out.take();
}

std::optional<BlobRef> blob_ref(std::string_view stored) {
  if (!is_blob(stored)) return std::nullopt;
  base::ByteReader in(stored.substr(kBlobMark.size()));
  BlobRef ref;
  ref.id = in.u64();
  ref.size = in.u64();
  return ref;
}

}  // namespace kith::record
