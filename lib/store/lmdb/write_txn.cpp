#include "store/lmdb/write_txn.hpp"

#include <utility>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

std::string_view bytes_of(const std::uint64_t& id) {
  return {reinterpret_cast<const char*>(&id), sizeof id};
}

}  // namespace

LmdbWriteTxn::LmdbWriteTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn,
                           const WriteOptions& options)
    : store_(std::move(store)),
      reader_(store_->env()),
      budget_(store_->options().max_txn_bytes),
      options_(options) {
  reader_.attach(txn);
}

LmdbWriteTxn::~LmdbWriteTxn() {
  if (!open_ || store_->is_forked()) return;
  if (owner_ != std::this_thread::get_id()) {
    // LMDB's writer lock belongs to the thread that took it; released from here it would stay
    // locked for ever.
    store_->adopt_orphan(reader_.txn(), owner_);
    return;
  }
  abort_inner();
  store_->leave_gates();
}

Status LmdbWriteTxn::usable() const {
  if (store_->is_forked()) return forked();
  KITH_TRY(check_thread(owner_));
  KITH_TRY(ended_);
  return store_->usable();
}

template <typename F>
auto LmdbWriteTxn::guarded(F&& body) -> decltype(body()) {
  KITH_TRY(usable());
  return unless_assertion(body, [this](const Status& why) { return abandon(why); });
}

Result<std::optional<std::string_view>> LmdbWriteTxn::get(Table table, std::string_view key) {
  return guarded([&] { return reader_.get(table, key); });
}

Result<std::vector<std::optional<std::string_view>>> LmdbWriteTxn::multi_get(
    Table table, std::span<const std::string> keys) {
  return guarded([&] { return reader_.multi_get(table, keys); });
}

Result<ScanBatch> LmdbWriteTxn::scan(Table table, const KeyRange& range,
                                     const ScanOptions& options) {
  return guarded([&] { return reader_.scan(table, range, options); });
}

Status LmdbWriteTxn::scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                                   std::vector<std::uint64_t>* out) {
  return guarded([&] { return reader_.scan_postings(key, from, limit, out); });
}

Result<std::uint64_t> LmdbWriteTxn::count_postings(std::string_view key) {
  return guarded([&] { return reader_.count_postings(key); });
}

Status LmdbWriteTxn::put(Table table, std::string_view key, std::string_view value) {
  return guarded([&]() -> Status {
    KITH_TRY(check_map(table));
    KITH_TRY(check_row(table, key, value));
    KITH_TRY(budget_.charge(table, key.size() + value.size()));
    ++reader_.stats.puts;
    reader_.stats.bytes_written += key.size() + value.size();
    return write(Operation::kPut, table, key, value);
  });
}

Status LmdbWriteTxn::erase(Table table, std::string_view key) {
  return guarded([&]() -> Status {
    KITH_TRY(check_map(table));
    KITH_TRY(check_key(table, key));
    KITH_TRY(budget_.charge(table, key.size()));
    ++reader_.stats.deletes;
    return write(Operation::kErase, table, key, {});
  });
}

Status LmdbWriteTxn::erase_range(Table table, const KeyRange& range) {
  return guarded([&]() -> Status {
    KITH_TRY(budget_.charge(table, range.first.size() + range.last.size()));
    ++reader_.stats.deletes;
    if (is_empty(range)) return {};
    return write(Operation::kEraseRange, table, range.first, range.last);
  });
}

Status LmdbWriteTxn::add_posting(std::string_view key, std::uint64_t id) {
  return guarded([&]() -> Status {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(budget_.charge(Table::kPostings, key.size() + sizeof id));
    ++reader_.stats.puts;
    reader_.stats.bytes_written += key.size() + sizeof id;
    return write(Operation::kAddPosting, Table::kPostings, key, bytes_of(id));
  });
}

Status LmdbWriteTxn::remove_posting(std::string_view key, std::uint64_t id) {
  return guarded([&]() -> Status {
    KITH_TRY(check_key(Table::kPostings, key));
    KITH_TRY(budget_.charge(Table::kPostings, key.size() + sizeof id));
    ++reader_.stats.deletes;
    return write(Operation::kRemovePosting, Table::kPostings, key, bytes_of(id));
  });
}

Status LmdbWriteTxn::commit() {
  return guarded([&]() -> Status {
    while (true) {
      bool map_full = false;
      Status status = store_->commit_inner(reader_.txn(), options_.durability, &map_full);
      reader_.attach(nullptr);
      if (!map_full) return end(std::move(status));
      KITH_TRY(start_over());
    }
  });
}

Status LmdbWriteTxn::write(Operation operation, Table table, std::string_view key,
                           std::string_view value) {
  // From the log's copy: the caller's bytes may be views of the very pages that this changes.
  const auto [own_key, own_value] = log_.add(operation, table, key, value);
  const int rc = perform(operation, table, own_key, own_value);
  if (rc == 0) return {};
  if (rc == MDB_MAP_FULL) return start_over();
  return end(lmdb_error(rc, "write to table " + std::string(table_spec(table).name)));
}

int LmdbWriteTxn::perform(Operation operation, Table table, std::string_view key,
                          std::string_view value) {
  MDB_txn* txn = reader_.txn();
  const MDB_dbi dbi = store_->env().dbi(table);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  int rc = 0;
  switch (operation) {
    case Operation::kPut: return put_row(table, key, value);
    case Operation::kAddPosting:
      rc = mdb_put(txn, dbi, &k, &v, MDB_NODUPDATA);
      return rc == MDB_KEYEXIST ? 0 : rc;
    case Operation::kErase: rc = mdb_del(txn, dbi, &k, nullptr); return rc == MDB_NOTFOUND ? 0 : rc;
    case Operation::kRemovePosting:
      rc = mdb_del(txn, dbi, &k, &v);
      return rc == MDB_NOTFOUND ? 0 : rc;
    case Operation::kEraseRange: return erase_keys(table, key, value);
  }
  return rc;
}

// A row behind the last one of its table is appended: LMDB then begins a new page where it would
// split one in two halves. The history, new records of the last type and whatever is copied in
// order come like this, so their pages are full, and half as many are written.
int LmdbWriteTxn::put_row(Table table, std::string_view key, std::string_view value) {
  const MDB_dbi dbi = store_->env().dbi(table);
  MDB_val k = to_val(key);
  MDB_val v = to_val(value);
  bool& rising = rises_[static_cast<std::size_t>(table)];
  if (rising) {
    const int rc = mdb_put(reader_.txn(), dbi, &k, &v, MDB_APPEND);
    if (rc != MDB_KEYEXIST) return rc;
    // Not this time, so hardly the next: do not look for the end of the table again.
    rising = false;
  }
  return mdb_put(reader_.txn(), dbi, &k, &v, 0);
}

// Looks the next key up after each deletion instead of walking a cursor over its own deletions,
// where LMDB 0.9.24 has had bugs. mdb_del without a value takes all postings of a key.
int LmdbWriteTxn::erase_keys(Table table, std::string_view first, std::string_view last) {
  const MDB_dbi dbi = store_->env().dbi(table);
  while (true) {
    std::string found;
    {
      Cursor cursor;
      MDB_val key;
      int rc = cursor.open(reader_.txn(), dbi);
      if (rc == 0) rc = cursor.seek(first, &key, nullptr);
      if (rc == MDB_NOTFOUND) return 0;
      if (rc != 0) return rc;
      if (!last.empty() && to_view(key) >= last) return 0;
      found = to_view(key);
    }
    MDB_val key = to_val(found);
    if (int rc = mdb_del(reader_.txn(), dbi, &key, nullptr); rc != 0) return rc;
  }
}

Status LmdbWriteTxn::start_over() {
  const Deadline deadline = deadline_in(options_.timeout);
  while (true) {
    abort_inner();
    if (Status status = store_->make_room(deadline, log_.only_erases()); !status.ok())
      return end(std::move(status));
    Result<MDB_txn*> txn = store_->begin_inner(deadline);
    if (!txn.ok()) return end(txn.status());
    reader_.attach(*txn);
    const int rc = log_.replay(
        [this](Operation operation, Table table, std::string_view key, std::string_view value) {
          return perform(operation, table, key, value);
        });
    if (rc == 0) return {};
    if (rc != MDB_MAP_FULL) return end(lmdb_error(rc, "write again in a larger map"));
  }
}

void LmdbWriteTxn::abort_inner() {
  if (reader_.txn() == nullptr) return;
  MDB_txn* txn = reader_.txn();
  reader_.attach(nullptr);
  mdb_txn_abort(txn);
  store_->end_inner();
}

Status LmdbWriteTxn::abandon(const Status& why) {
  store_->abandon(why);
  reader_.attach(nullptr);
  open_ = false;
  ended_ = why;
  return why;
}

Status LmdbWriteTxn::end(Status why) {
  ended_ = why.ok() ? Status(Code::kClosed, "the write transaction was committed") : why;
  abort_inner();
  open_ = false;
  store_->leave_gates();
  return why;
}

}  // namespace kith::store::lmdb
