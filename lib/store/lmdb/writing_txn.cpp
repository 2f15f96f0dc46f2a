#include "store/lmdb/writing_txn.hpp"

#include <utility>

#include "base/try.hpp"

namespace kith::store::lmdb {
namespace {

std::string_view bytes_of(const std::uint64_t& id) {
  return {reinterpret_cast<const char*>(&id), sizeof id};
}

}  // namespace

WritingTxn::WritingTxn(std::shared_ptr<LmdbStore> store, const WriteOptions& options)
    : store_(std::move(store)),
      reader_(store_->env()),
      options_(options),
      budget_(store_->options().max_txn_bytes),
      operations_(store_->env()) {}

Status WritingTxn::usable() const {
  if (store_->is_forked()) return forked();
  KITH_TRY(check_thread(owner_));
  KITH_TRY(ended_);
  return store_->usable();
}

Result<std::optional<std::string_view>> WritingTxn::get(Table table, std::string_view key) {
  return guarded([&] { return reader_.get(table, key); });
}

Result<std::vector<std::optional<std::string_view>>> WritingTxn::multi_get(
    Table table, std::span<const std::string> keys) {
  return guarded([&] { return reader_.multi_get(table, keys); });
}

Result<ScanBatch> WritingTxn::scan(Table table, const KeyRange& range, const ScanOptions& options) {
  return guarded([&] { return reader_.scan(table, range, options); });
}

Status WritingTxn::scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                                 std::vector<std::uint64_t>* out) {
  return guarded([&] { return reader_.scan_postings(key, from, limit, out); });
}

Result<std::uint64_t> WritingTxn::count_postings(std::string_view key) {
  return guarded([&] { return reader_.count_postings(key); });
}

Status WritingTxn::put(Table table, std::string_view key, std::string_view value) {
  return guarded([&]() -> Status {
    KITH_TRY(check_map(table));
    KITH_TRY(check_row(table, key, value));
    KITH_TRY(budget_.charge(table, key.size() + value.size()));
    ++reader_.stats.puts;
    reader_.stats.bytes_written += key.size() + value.size();
    return write(Operation::kPut, table, key, value);
  });
}

Status WritingTxn::erase(Table table, std::string_view key) {
  return guarded([&]() -> Status {
    KITH_TRY(check_map(table));
    KITH_TRY(check_key(table, key));
    KITH_TRY(budget_.charge(table, key.size()));
    ++reader_.stats.deletes;
    return write(Operation::kErase, table, key, {});
  });
}

Status WritingTxn::erase_range(Table table, const KeyRange& range) {
  return guarded([&]() -> Status {
    KITH_TRY(budget_.charge(table, range.first.size() + range.last.size()));
    ++reader_.stats.deletes;
    if (is_empty(range)) return {};
    return write(Operation::kEraseRange, table, range.first, range.last);
  });
}

Status WritingTxn::add_posting(std::string_view key, std::uint64_t id) {
  return guarded([&]() -> Status {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(budget_.charge(Table::kPostings, key.size() + sizeof id));
    ++reader_.stats.puts;
    reader_.stats.bytes_written += key.size() + sizeof id;
    return write(Operation::kAddPosting, Table::kPostings, key, bytes_of(id));
  });
}

Status WritingTxn::remove_posting(std::string_view key, std::uint64_t id) {
  return guarded([&]() -> Status {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(budget_.charge(Table::kPostings, key.size() + sizeof id));
    ++reader_.stats.deletes;
    return write(Operation::kRemovePosting, Table::kPostings, key, bytes_of(id));
  });
}

Status WritingTxn::write(Operation operation, Table table, std::string_view key,
                         std::string_view value) {
  // From the log's copy: the caller's bytes may be views of the very pages that this changes.
  const auto [own_key, own_value] = log_.add(operation, table, key, value);
  const int rc = operations_.perform(reader_.txn(), operation, table, own_key, own_value);
  if (rc == 0) return {};
  if (rc == MDB_MAP_FULL) return start_over();
  return end(lmdb_error(rc, "write to table " + std::string(table_spec(table).name)));
}

}  // namespace kith::store::lmdb
