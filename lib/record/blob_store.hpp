// record/blob_store.hpp: the rows of Table::kBlobs in which large values lie (blob.hpp).
//
//   KITH_ASSIGN(const BlobRef ref, record::put_blob(txn, text));   // counted 0 so far
//   KITH_TRY(record::retain_blob(txn, ref));                       // a record or an entry has it
//   KITH_ASSIGN(const std::string same, record::read_blob(txn, ref));
//   KITH_TRY(record::release_blob(txn, ref));                      // the last one: it is gone
//
// Keys, numbers big-endian: 'b' + u64 id is the blob's head, with the size and the count as
// varints; 'b' + u64 id + u32 part are its parts, kBlobPartBytes each but for the last. Ids rise
// from 1 and are never given twice; kBlobCounterKey in Table::kMeta holds the last one, as u64. A
// blob never changes once it is written. (History entries over 4 kB lie in the same table under
// 'h'.)
//
// The count is one for each record image and one for each side (before, after) of a change in the
// history that refers to the blob. Whoever writes or erases one of those counts it in the same
// transaction: the write path by a BlobLedger (blob_ledger.hpp), which waits for the commit;
// history entries by retain_entry() and release_entry() (blob_values.hpp).
//
// Errors: those of the store, and kCorrupt naming the blob when its rows are not what they must be.
// Threads and ownership: as the transaction given.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/result.hpp"
#include "record/blob.hpp"
#include "store/store.hpp"

namespace kith::record {

// With LMDB's header of 16 bytes a part takes sixteen pages of 4 kB and not a byte more.
inline constexpr std::size_t kBlobPartBytes = 64 * 1024 - 16;
inline constexpr std::string_view kBlobCounterKey = "blobs/last";

std::string blob_key(std::uint64_t id);
std::string blob_part_key(std::uint64_t id, std::uint32_t part);
// How many parts it has; an empty blob has none.
std::uint32_t blob_parts(const BlobRef& ref);

Result<BlobRef> put_blob(store::WriteTxn& txn, std::string_view bytes);
Status retain_blob(store::WriteTxn& txn, const BlobRef& ref);
Status release_blob(store::WriteTxn& txn, const BlobRef& ref);

Result<std::string> read_blob(store::ReadTxn& txn, const BlobRef& ref);
// One part, borrowed from the transaction.
Result<std::string_view> read_blob_part(store::ReadTxn& txn, const BlobRef& ref,
                                        std::uint32_t part);

// For check, dump and load.
struct StoredBlob {
  BlobRef ref;
  std::uint64_t count = 0;
};
// The first blob with an id of at least `from`, by its head; nothing behind the last one.
Result<std::optional<StoredBlob>> next_blob(store::ReadTxn& txn, std::uint64_t from);
Result<std::optional<StoredBlob>> find_blob(store::ReadTxn& txn, std::uint64_t id);
// Whether every part of it is there, of the size it must have, and no other.
Status check_blob(store::ReadTxn& txn, const BlobRef& ref);
// Puts the head of a blob as it must be; 0 erases the blob and every part of it.
Status set_blob_count(store::WriteTxn& txn, const BlobRef& ref, std::uint64_t count);
// A blob under the id it had, with this count; its parts follow by load_blob_part(). No id up to
// this one will be given again.
Status load_blob(store::WriteTxn& txn, const StoredBlob& blob);
Status load_blob_part(store::WriteTxn& txn, const BlobRef& ref, std::uint32_t part,
                      std::string_view bytes);

}  // namespace kith::record
