#include "record/blob_store.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::record {
namespace {

using store::Table;

constexpr char kPrefix = 'b';

std::string name_of(const BlobRef& ref) {
  return "blob " + std::to_string(ref.id) + " of " + std::to_string(ref.size) + " bytes";
}

Status corrupt(const BlobRef& ref, const std::string& what) {
  return {Code::kCorrupt, name_of(ref) + " " + what + "; restore the database from a dump"};
}

std::size_t part_bytes(const BlobRef& ref, std::uint32_t part) {
  return static_cast<std::size_t>(
      std::min<std::uint64_t>(kBlobPartBytes, ref.size - std::uint64_t{part} * kBlobPartBytes));
}

Status put_head(store::WriteTxn& txn, const BlobRef& ref, std::uint64_t count) {
  base::ByteWriter head;
  head.varint(ref.size);
  head.varint(count);
  return txn.put(Table::kBlobs, blob_key(ref.id), head.bytes());
}

Result<StoredBlob> decode_head(std::uint64_t id, std::string_view bytes) {
  base::ByteReader in(bytes);
  StoredBlob blob;
  blob.ref.id = id;
  blob.ref.size = in.varint();
  blob.count = in.varint();
  KITH_TRY(in.finish("head of blob " + std::to_string(id)));
  return blob;
}

Result<std::uint64_t> last_id(store::ReadTxn& txn) {
  KITH_ASSIGN(const auto row, txn.get(Table::kMeta, kBlobCounterKey));
  if (!row) return std::uint64_t{0};
  base::ByteReader in(*row);
  const std::uint64_t last = in.u64();
  KITH_TRY(in.finish("counter of blobs"));
  return last;
}

Status set_last_id(store::WriteTxn& txn, std::uint64_t last) {
  base::ByteWriter row;
  row.u64(last);
  return txn.put(Table::kMeta, kBlobCounterKey, row.bytes());
}

// The head that a reference leads to.
Result<StoredBlob> head_of(store::ReadTxn& txn, const BlobRef& ref) {
  KITH_ASSIGN(const std::optional<StoredBlob> blob, find_blob(txn, ref.id));
  if (!blob) return corrupt(ref, "does not exist");
  if (blob->ref.size != ref.size) {
    return corrupt(ref, "is kept as one of " + std::to_string(blob->ref.size) + " bytes");
  }
  return *blob;
}

}  // namespace

std::string blob_key(std::uint64_t id) {
  base::ByteWriter key;
  key.u8(static_cast<std::uint8_t>(kPrefix));
  key.u64(id);
  return key.take();
}

std::string blob_part_key(std::uint64_t id, std::uint32_t part) {
  base::ByteWriter key;
  key.raw(blob_key(id));
  key.u32(part);
  return key.take();
}

std::uint32_t blob_parts(const BlobRef& ref) {
  const std::uint64_t parts = ref.size / kBlobPartBytes + (ref.size % kBlobPartBytes != 0 ? 1 : 0);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(parts, UINT32_MAX));
}

Result<BlobRef> put_blob(store::WriteTxn& txn, std::string_view bytes) {
  KITH_ASSIGN(const std::uint64_t last, last_id(txn));
  const BlobRef ref{last + 1, bytes.size()};
  KITH_TRY(set_last_id(txn, ref.id));
  KITH_TRY(put_head(txn, ref, 0));
  for (std::uint32_t part = 0; part < blob_parts(ref); ++part) {
    KITH_TRY(txn.put(Table::kBlobs, blob_part_key(ref.id, part),
                     bytes.substr(part * kBlobPartBytes, kBlobPartBytes)));
  }
  return ref;
}

Status retain_blob(store::WriteTxn& txn, const BlobRef& ref) {
  KITH_ASSIGN(const StoredBlob blob, head_of(txn, ref));
  return put_head(txn, ref, blob.count + 1);
}

Status release_blob(store::WriteTxn& txn, const BlobRef& ref) {
  KITH_ASSIGN(const StoredBlob blob, head_of(txn, ref));
  if (blob.count == 0) return corrupt(ref, "is referred to and counts no reference");
  return set_blob_count(txn, ref, blob.count - 1);
}

Result<std::string_view> read_blob_part(store::ReadTxn& txn, const BlobRef& ref,
                                        std::uint32_t part) {
  KITH_ASSIGN(const auto bytes, txn.get(Table::kBlobs, blob_part_key(ref.id, part)));
  if (!bytes) return corrupt(ref, "lacks its part " + std::to_string(part));
  if (bytes->size() == part_bytes(ref, part)) return *bytes;
  return corrupt(ref, "has a part " + std::to_string(part) + " of " +
                          std::to_string(bytes->size()) + " bytes, not " +
                          std::to_string(part_bytes(ref, part)));
}

Result<std::string> read_blob(store::ReadTxn& txn, const BlobRef& ref) {
  std::string bytes;
  for (std::uint32_t part = 0; part < blob_parts(ref); ++part) {
    KITH_ASSIGN(const std::string_view next, read_blob_part(txn, ref, part));
    // With the first part at hand the size is likely to be true.
    if (part == 0) bytes.reserve(std::min<std::uint64_t>(ref.size, std::uint64_t{64} << 20));
    bytes.append(next);
  }
  return bytes;
}

Result<std::optional<StoredBlob>> find_blob(store::ReadTxn& txn, std::uint64_t id) {
  KITH_ASSIGN(const auto row, txn.get(Table::kBlobs, blob_key(id)));
  if (!row) return std::optional<StoredBlob>();
  KITH_ASSIGN(const StoredBlob blob, decode_head(id, *row));
  return std::optional<StoredBlob>(blob);
}

Result<std::optional<StoredBlob>> next_blob(store::ReadTxn& txn, std::uint64_t from) {
  store::KeyRange range = store::KeyRange::prefix(std::string_view(&kPrefix, 1));
  range.first = blob_key(from);
  store::ScanOptions one;
  one.row_limit = 1;
  KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kBlobs, range, one));
  if (batch.rows.empty()) return std::optional<StoredBlob>();
  base::ByteReader key(batch.rows[0].key);
  key.u8();
  const std::uint64_t id = key.u64();
  if (!key.ok() || !key.at_end()) {
    return Status(Code::kCorrupt, "a part of blob " + std::to_string(id) +
                                      " belongs to no blob; restore the database from a dump");
  }
  KITH_ASSIGN(const StoredBlob blob, decode_head(id, batch.rows[0].value));
  return std::optional<StoredBlob>(blob);
}

Status check_blob(store::ReadTxn& txn, const BlobRef& ref) {
  for (std::uint32_t part = 0; part < blob_parts(ref); ++part) {
    KITH_TRY(read_blob_part(txn, ref, part).status());
  }
  store::ScanOptions one;
  one.row_limit = 1;
  one.keys_only = true;
  store::KeyRange beyond = store::KeyRange::prefix(blob_key(ref.id));
  beyond.first = blob_part_key(ref.id, blob_parts(ref));
  KITH_ASSIGN(const store::ScanBatch rest, txn.scan(Table::kBlobs, beyond, one));
  return rest.rows.empty() ? Status() : corrupt(ref, "has more parts than it should");
}

Status set_blob_count(store::WriteTxn& txn, const BlobRef& ref, std::uint64_t count) {
  if (count != 0) return put_head(txn, ref, count);
  return txn.erase_range(Table::kBlobs, store::KeyRange::prefix(blob_key(ref.id)));
}

Status load_blob(store::WriteTxn& txn, const StoredBlob& blob) {
  KITH_ASSIGN(const std::uint64_t last, last_id(txn));
  if (blob.ref.id > last) KITH_TRY(set_last_id(txn, blob.ref.id));
  return put_head(txn, blob.ref, blob.count);
}

Status load_blob_part(store::WriteTxn& txn, const BlobRef& ref, std::uint32_t part,
                      std::string_view bytes) {
  if (part < blob_parts(ref) && bytes.size() == part_bytes(ref, part)) {
    return txn.put(Table::kBlobs, blob_part_key(ref.id, part), bytes);
  }
  return {Code::kInvalidArgument, "part " + std::to_string(part) + " of " +
                                      std::to_string(bytes.size()) + " bytes does not belong to " +
                                      name_of(ref)};
}

}  // namespace kith::record
