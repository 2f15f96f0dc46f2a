#include "store/copy.hpp"

#include <utility>

#include "base/try.hpp"
#include "store/copy_target.hpp"

namespace kith::store {
namespace {

constexpr std::size_t kBatchRows = 4096;

// Puts rows into a store, a transaction at a time.
class Loader {
 public:
  Loader(Store& target, Durability durability) : target_(target) { how_.durability = durability; }

  // The transaction for a row of `bytes`: a new one when the last has grown to its size.
  Result<WriteTxn*> room_for(std::size_t bytes) {
    if (txn_ != nullptr && bytes_ + bytes > kTargetTxnBytes) KITH_TRY(finish());
    if (txn_ == nullptr) {
      KITH_ASSIGN(txn_, target_.begin_write(how_));
      bytes_ = 0;
    }
    bytes_ += bytes + kOperationBytes;
    return txn_.get();
  }

  Status finish() {
    if (txn_ == nullptr) return {};
    const std::unique_ptr<WriteTxn> txn = std::move(txn_);
    return txn->commit();
  }

 private:
  Store& target_;
  WriteOptions how_;
  std::unique_ptr<WriteTxn> txn_;
  std::size_t bytes_ = 0;
};

Status copy_ids(ReadTxn& from, std::string_view key, Loader* loader) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t next = 0;;) {
    KITH_TRY(from.scan_postings(key, next, kBatchRows, &ids));
    for (std::uint64_t id : ids) {
      KITH_ASSIGN(WriteTxn * txn, loader->room_for(key.size() + sizeof id));
      KITH_TRY(txn->add_posting(key, id));
    }
    if (ids.size() < kBatchRows || ids.back() == ~std::uint64_t{0}) return {};
    next = ids.back() + 1;
  }
}

Status copy_table(ReadTxn& from, const TableSpec& spec, Loader* loader) {
  ScanOptions options;
  options.row_limit = kBatchRows;
  options.keys_only = spec.kind == TableKind::kPostings;
  for (KeyRange range;;) {
    KITH_ASSIGN(const ScanBatch batch, from.scan(spec.table, range, options));
    for (const KeyValue& row : batch.rows) {
      if (spec.kind == TableKind::kPostings) {
        KITH_TRY(copy_ids(from, row.key, loader));
        continue;
      }
      KITH_ASSIGN(WriteTxn * txn, loader->room_for(row.key.size() + row.value.size()));
      KITH_TRY(txn->put(spec.table, row.key, row.value));
    }
    if (batch.done()) return {};
    range.first = batch.continuation;
  }
}

}  // namespace

Status copy_rows(ReadTxn& from, Store& target, Durability durability) {
  Loader loader(target, durability);
  for (const TableSpec& spec : table_specs()) KITH_TRY(copy_table(from, spec, &loader));
  return loader.finish();
}

Status copy_to_directory(ReadTxn& from, const std::string& directory) {
  CopyTarget target(directory);
  KITH_TRY(target.prepare());
  {
    KITH_ASSIGN(std::shared_ptr<Store> store, open_lmdb(target.partial(), {}));
    KITH_TRY(copy_rows(from, *store));
  }
  return target.put_in_place(target.partial() + "/data.mdb");
}

}  // namespace kith::store
