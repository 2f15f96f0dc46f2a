// record/blob.hpp: large values, which lie outside of the records that have them.
//
//   if (const auto ref = record::blob_ref(stored)) { KITH_ASSIGN(text, blobs.read(*ref)); }
//
// A text, bytes or json value over kInlineValueBytes is kept in Table::kBlobs, in chunks, and the
// record, and every entry of the history that tells of it, has a reference in its place: kMark and
// two numbers, which no inline value begins with (kMark is not UTF-8; bytes that happen to begin
// with it are kept as a blob, however short). Blobs never change; each is counted by the records
// and history entries that refer to it and goes with the last of them (blob_store.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::record {

inline constexpr std::size_t kInlineValueBytes = 4 * 1024;
inline constexpr std::string_view kBlobMark = "\xFFkb1";
inline constexpr std::size_t kBlobRefBytes = 4 + 8 + 8;

struct BlobRef {
  std::uint64_t id = 0;    // never reused
  std::uint64_t size = 0;  // of the value, in bytes
  friend bool operator==(const BlobRef&, const BlobRef&) = default;
};

inline bool is_blob(std::string_view stored) {
  return stored.size() == kBlobRefBytes && stored.starts_with(kBlobMark);
}
// The stored form of a reference, and back; nothing for a value that lies inline.
std::string encode(const BlobRef& ref);
std::optional<BlobRef> blob_ref(std::string_view stored);

// Where a view finds the blobs of its record. What it answers lives as long as the source, or, when
// the source is a writer's, until the next write.
class BlobSource {
 public:
  virtual ~BlobSource() = default;
  virtual Result<std::string_view> read(const BlobRef& ref) = 0;
};

}  // namespace kith::record
