#include "record/blob_check.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/try.hpp"
#include "record/blob_store.hpp"

namespace kith::record {
namespace {

using store::Table;

constexpr char kLetter = 'b';
constexpr std::size_t kHeadKeyBytes = 1 + 8;
constexpr std::size_t kPartKeyBytes = kHeadKeyBytes + 4;
constexpr std::size_t kMostMended = 1000;  // blobs in one transaction

std::string where_of(std::uint64_t id) { return "blob " + std::to_string(id); }

std::uint64_t hash_of(const BlobRef& ref) { return base::stable_hash(encode(ref)); }

std::string as_u64(std::uint64_t number) {
  base::ByteWriter out;
  out.u64(number);
  return out.take();
}

// The blobs of the table with ids of one part, as far as their heads decode.
Status for_each_blob_of(store::ReadTxn& txn, std::uint64_t part, std::uint64_t parts,
                        const std::function<Status(const StoredBlob&)>& body) {
  for (std::uint64_t from = 0;;) {
    const auto blob = next_blob(txn, from);
    if (blob.status().code() == Code::kCorrupt) return {};  // reported by check_rows
    KITH_TRY(blob.status());
    if (!*blob) return {};
    if ((*blob)->ref.id % parts == part) KITH_TRY(body(**blob));
    if ((*blob)->ref.id == UINT64_MAX) return {};
    from = (*blob)->ref.id + 1;
  }
}

}  // namespace

void BlobCheck::expect(const BlobRef& ref) { expected_ += hash_of(ref); }

Status BlobCheck::compare(store::ReadTxn& txn) {
  KITH_TRY(check_rows(txn));
  return check_counter(txn);
}

// Heads and parts in the order of their keys: each head, then what belongs to it.
Status BlobCheck::check_rows(store::ReadTxn& txn) {
  std::uint64_t head = 0;
  return store::for_each_row(
      txn, Table::kBlobs, store::KeyRange::prefix(std::string(1, kLetter)),
      [&](const store::KeyValue& row) -> Status {
        base::ByteReader key(row.key);
        key.u8();
        const std::uint64_t id = key.u64();
        if (row.key.size() == kPartKeyBytes && id == head) return {};
        if (row.key.size() != kHeadKeyBytes) {
          findings_.add("blob_corrupt", where_of(id), "a row of it has no head before it");
          return {};
        }
        head = id;
        ++findings_.report().blobs;
        greatest_ = std::max(greatest_, id);
        const auto blob = find_blob(txn, id);
        Status sound = blob.status();
        if (sound.ok() && *blob) {
          found_ += (*blob)->count * hash_of((*blob)->ref);
          sound = check_blob(txn, (*blob)->ref);
        }
        if (sound.ok()) return {};
        if (sound.code() != Code::kCorrupt) return sound;
        findings_.add("blob_corrupt", where_of(id), std::string(sound.message()));
        return {};
      });
}

Status BlobCheck::check_counter(store::ReadTxn& txn) {
  KITH_ASSIGN(const auto row, txn.get(Table::kMeta, kBlobCounterKey));
  base::ByteReader in(row.value_or(std::string_view()));
  const std::uint64_t last = row ? in.u64() : 0;
  const bool decodes = !row || in.finish("counter").ok();
  if (decodes && last >= greatest_) return {};
  counter_low_ = true;
  findings_.add_repairable(
      "blob_counter_low", "counter of blobs",
      "it says " + std::to_string(last) + " and " + std::to_string(greatest_) + " was given out");
  return {};
}

void BlobCount::add(const BlobRef& ref, const std::string& where) {
  if (ref.id % parts_ != part_) return;
  Counted& counted = counted_[ref.id];
  if (counted.count == 0 || counted.size == ref.size) counted.size = ref.size;
  if (counted.count++ == 0) counted.where = where;
}

Status BlobCount::judge(store::ReadTxn& txn, store::Verdicts* out) const {
  std::unordered_set<std::uint64_t> found;
  const Status looked = for_each_blob_of(txn, part_, parts_, [&](const StoredBlob& blob) {
    found.insert(blob.ref.id);
    const auto counted = counted_.find(blob.ref.id);
    const std::uint64_t count = counted != counted_.end() ? counted->second.count : 0;
    // Mended by mend(); the mend here says that it can be.
    const auto mends = [&] {
      return std::vector<store::Mend>{store::Mend::put(Table::kBlobs, blob_key(blob.ref.id))};
    };
    if (count == 0) {
      out->push_back({"blob_orphan", where_of(blob.ref.id), "nothing refers to it", mends()});
    } else if (counted->second.size != blob.ref.size) {
      out->push_back({"blob_corrupt",
                      where_of(blob.ref.id),
                      counted->second.where + " knows it with another size",
                      {}});
    } else if (count != blob.count) {
      out->push_back({"blob_count", where_of(blob.ref.id),
                      "it is counted " + std::to_string(blob.count) + " times and referred to " +
                          std::to_string(count) + " times",
                      mends()});
    }
    return Status();
  });
  KITH_TRY(looked);
  for (const auto& [id, counted] : counted_) {
    if (found.contains(id)) continue;
    out->push_back({"blob_missing",
                    counted.where,
                    "its large value, blob " + std::to_string(id) + ", is not there",
                    {}});
  }
  return {};
}

Result<bool> BlobCount::mend(store::WriteTxn& txn) const {
  std::vector<std::pair<BlobRef, std::uint64_t>> wrong;
  const Status looked = for_each_blob_of(txn, part_, parts_, [&](const StoredBlob& blob) {
    const auto counted = counted_.find(blob.ref.id);
    const std::uint64_t count = counted != counted_.end() ? counted->second.count : 0;
    const bool same_size = counted == counted_.end() || counted->second.size == blob.ref.size;
    if (count != blob.count && same_size && wrong.size() < kMostMended) {
      wrong.emplace_back(blob.ref, count);
    }
    return Status();
  });
  KITH_TRY(looked);
  for (const auto& [ref, count] : wrong) KITH_TRY(set_blob_count(txn, ref, count));
  return !wrong.empty();
}

Result<std::uint64_t> last_blob_id(store::ReadTxn& txn) {
  store::ScanOptions one;
  one.row_limit = 1;
  one.reverse = true;
  one.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(Table::kBlobs, store::KeyRange::prefix(std::string(1, kLetter)), one));
  if (batch.rows.empty()) return std::uint64_t{0};
  base::ByteReader key(batch.rows.front().key);
  key.u8();
  return key.u64();
}

Status mend_blob_counter(store::WriteTxn& txn) {
  KITH_ASSIGN(const std::uint64_t greatest, last_blob_id(txn));
  KITH_ASSIGN(const auto row, txn.get(Table::kMeta, kBlobCounterKey));
  base::ByteReader in(row.value_or(std::string_view()));
  const std::uint64_t last = in.u64();
  if (row && in.finish("counter").ok() && last >= greatest) return {};
  return txn.put(Table::kMeta, kBlobCounterKey, as_u64(greatest));
}

}  // namespace kith::record
