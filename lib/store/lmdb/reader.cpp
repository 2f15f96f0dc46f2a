#include "store/lmdb/reader.hpp"

#include <algorithm>
#include <cstring>

#include "base/try.hpp"
#include "store/checks.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

Status read_error(int rc, Table table) {
  return lmdb_error(rc, "read table " + std::string(table_spec(table).name));
}

}  // namespace

int Cursor::seek(std::string_view bound, MDB_val* key, MDB_val* value) {
  if (bound.empty()) return mdb_cursor_get(cursor_, key, value, MDB_FIRST);
  *key = to_val(bound.substr(0, kMaxKeyBytes));
  int rc = mdb_cursor_get(cursor_, key, value, MDB_SET_RANGE);
  // Only the cut bound itself can lie between it and the whole one.
  if (rc == 0 && to_view(*key) < bound) rc = mdb_cursor_get(cursor_, key, value, MDB_NEXT);
  return rc;
}

int Cursor::seek_before(std::string_view bound, MDB_val* key, MDB_val* value) {
  if (bound.empty()) return mdb_cursor_get(cursor_, key, value, MDB_LAST);
  int rc = seek(bound, key, value);
  if (rc == MDB_NOTFOUND) return mdb_cursor_get(cursor_, key, value, MDB_LAST);
  return rc == 0 ? mdb_cursor_get(cursor_, key, value, MDB_PREV) : rc;
}

std::string_view Reader::aligned(Table table, const MDB_val& value) {
  const auto address = reinterpret_cast<std::uintptr_t>(value.mv_data);
  if (address % 8 == 0 || !table_spec(table).aligned || value.mv_size == 0) return to_view(value);
  copies_.push_back(std::make_unique<std::uint64_t[]>((value.mv_size + 7) / 8));
  std::memcpy(copies_.back().get(), value.mv_data, value.mv_size);
  return {reinterpret_cast<const char*>(copies_.back().get()), value.mv_size};
}

Result<std::optional<std::string_view>> Reader::find(Table table, std::string_view key) {
  MDB_val wanted = to_val(key);
  MDB_val value;
  const int rc = mdb_get(txn_, env_.dbi(table), &wanted, &value);
  if (rc == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (rc != 0) return read_error(rc, table);
  return std::optional(aligned(table, value));
}

Result<std::optional<std::string_view>> Reader::get(Table table, std::string_view key) {
  KITH_TRY(check_map(table));
  KITH_TRY(check_key(table, key));
  ++stats.gets;
  return find(table, key);
}

Result<std::vector<std::optional<std::string_view>>> Reader::multi_get(
    Table table, std::span<const std::string> keys) {
  KITH_TRY(check_map(table));
  for (const std::string& key : keys) KITH_TRY(check_key(table, key));
  ++stats.multi_gets;
  std::vector<std::optional<std::string_view>> values;
  values.reserve(keys.size());
  for (const std::string& key : keys) {
    KITH_ASSIGN(std::optional<std::string_view> value, find(table, key));
    values.push_back(value);
  }
  return values;
}

Result<ScanBatch> Reader::scan(Table table, const KeyRange& range, const ScanOptions& options) {
  KITH_TRY(check_scan(table, options));
  ++stats.scans;
  ScanBatch batch;
  if (is_empty(range)) return batch;
  Cursor cursor;
  if (int rc = cursor.open(txn_, env_.dbi(table)); rc != 0) return read_error(rc, table);
  MDB_val key;
  MDB_val value = {};
  MDB_val* value_out = options.keys_only ? nullptr : &value;
  const bool postings = table_spec(table).kind == TableKind::kPostings;
  const MDB_cursor_op forward = postings ? MDB_NEXT_NODUP : MDB_NEXT;
  const MDB_cursor_op step = options.reverse ? MDB_PREV : forward;
  int rc = options.reverse ? cursor.seek_before(range.last, &key, value_out)
                           : cursor.seek(range.first, &key, value_out);
  std::size_t bytes = 0;
  for (; rc == 0; rc = mdb_cursor_get(cursor.get(), &key, value_out, step)) {
    const std::string_view found = to_view(key);
    const bool outside =
        options.reverse ? found < range.first : !range.last.empty() && found >= range.last;
    if (outside) return batch;
    bytes += key.mv_size + value.mv_size;
    if (batch.rows.size() == options.row_limit ||
        (bytes > options.byte_limit && !batch.rows.empty())) {
      batch.continuation = options.reverse ? batch.rows.back().key : found;
      return batch;
    }
    batch.rows.push_back({found, aligned(table, value)});
  }
  if (rc != MDB_NOTFOUND) return read_error(rc, table);
  return batch;
}

Status Reader::scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                             std::vector<std::uint64_t>* out) {
  KITH_TRY(check_key(Table::kPostings, key));
  ++stats.scans;
  out->clear();
  Cursor cursor;
  if (int rc = cursor.open(txn_, env_.dbi(Table::kPostings)); rc != 0) {
    return read_error(rc, Table::kPostings);
  }
  MDB_val wanted = to_val(key);
  MDB_val block = {sizeof from, &from};
  int rc = mdb_cursor_get(cursor.get(), &wanted, &block, MDB_GET_BOTH_RANGE);
  // GET_MULTIPLE answers the whole page the cursor is on, so ids before `from` are skipped; for a
  // key with a single id it leaves the block at that id.
  if (rc == 0 && limit > 0) rc = mdb_cursor_get(cursor.get(), &wanted, &block, MDB_GET_MULTIPLE);
  while (rc == 0 && out->size() < limit) {
    const char* bytes = static_cast<const char*>(block.mv_data);
    const std::size_t count = block.mv_size / sizeof(std::uint64_t);
    for (std::size_t i = 0; i < count && out->size() < limit; ++i) {
      std::uint64_t id;  // pages of few ids need not be aligned
      std::memcpy(&id, bytes + i * sizeof id, sizeof id);
      if (id >= from) out->push_back(id);
    }
    if (out->size() == limit) return {};
    rc = mdb_cursor_get(cursor.get(), &wanted, &block, MDB_NEXT_MULTIPLE);
  }
  if (rc != 0 && rc != MDB_NOTFOUND) return read_error(rc, Table::kPostings);
  return {};
}

Result<std::uint64_t> Reader::count_postings(std::string_view key) {
  KITH_TRY(check_key(Table::kPostings, key));
  ++stats.gets;
  Cursor cursor;
  std::size_t count = 0;
  MDB_val wanted = to_val(key);
  MDB_val first;  // unused, but only when asked for does LMDB enter the key's set and count it
  int rc = cursor.open(txn_, env_.dbi(Table::kPostings));
  if (rc == 0) rc = mdb_cursor_get(cursor.get(), &wanted, &first, MDB_SET);
  if (rc == MDB_NOTFOUND) return std::uint64_t{0};
  if (rc == 0) rc = mdb_cursor_count(cursor.get(), &count);
  if (rc != 0) return read_error(rc, Table::kPostings);
  return std::uint64_t{count};
}

}  // namespace kith::store::lmdb
