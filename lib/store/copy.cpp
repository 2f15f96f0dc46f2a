#include "store/copy.hpp"

#include "base/try.hpp"
#include "store/batched_writer.hpp"
#include "store/copy_target.hpp"

namespace kith::store {
namespace {

constexpr std::size_t kBatchRows = 4096;

Status copy_ids(ReadTxn& from, std::string_view key, BatchedWriter* writer) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t next = 0;;) {
    KITH_TRY(from.scan_postings(key, next, kBatchRows, &ids));
    for (std::uint64_t id : ids) {
      KITH_ASSIGN(WriteTxn * txn, writer->room_for(key.size() + sizeof id));
      KITH_TRY(txn->add_posting(key, id));
    }
    if (ids.size() < kBatchRows || ids.back() == ~std::uint64_t{0}) return {};
    next = ids.back() + 1;
  }
}

Status copy_table(ReadTxn& from, const TableSpec& spec, BatchedWriter* writer) {
  ScanOptions options;
  options.row_limit = kBatchRows;
  options.keys_only = spec.kind == TableKind::kPostings;
  for (KeyRange range;;) {
    KITH_ASSIGN(const ScanBatch batch, from.scan(spec.table, range, options));
    for (const KeyValue& row : batch.rows) {
      if (spec.kind == TableKind::kPostings) {
        KITH_TRY(copy_ids(from, row.key, writer));
        continue;
      }
      KITH_ASSIGN(WriteTxn * txn, writer->room_for(row.key.size() + row.value.size()));
      KITH_TRY(txn->put(spec.table, row.key, row.value));
    }
    if (batch.done()) return {};
    range.first = batch.continuation;
  }
}

}  // namespace

Status copy_rows(ReadTxn& from, Store& target, Durability durability) {
  BatchedWriter writer(target, kTargetTxnBytes, durability);
  for (const TableSpec& spec : table_specs()) KITH_TRY(copy_table(from, spec, &writer));
  return writer.commit();
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
