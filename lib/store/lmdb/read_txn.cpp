#include "store/lmdb/read_txn.hpp"

#include <utility>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {

LmdbReadTxn::LmdbReadTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn)
    : store_(std::move(store)), reader_(store_->env()) {
  reader_.attach(txn);
}

LmdbReadTxn::~LmdbReadTxn() {
  if (!store_->is_forked()) store_->end_read(reader_.txn());
}

template <typename F>
auto LmdbReadTxn::guarded(F&& body) -> decltype(body()) {
  KITH_TRY(store_->usable());
  return unless_assertion(body, [this](const Status& why) { return store_->break_down(why); });
}

Result<std::optional<std::string_view>> LmdbReadTxn::get(Table table, std::string_view key) {
  return guarded([&] { return reader_.get(table, key); });
}

Result<std::vector<std::optional<std::string_view>>> LmdbReadTxn::multi_get(
    Table table, std::span<const std::string> keys) {
  return guarded([&] { return reader_.multi_get(table, keys); });
}

Result<ScanBatch> LmdbReadTxn::scan(Table table, const KeyRange& range,
                                    const ScanOptions& options) {
  return guarded([&] { return reader_.scan(table, range, options); });
}

Status LmdbReadTxn::scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                                  std::vector<std::uint64_t>* out) {
  return guarded([&] { return reader_.scan_postings(key, from, limit, out); });
}

Result<std::uint64_t> LmdbReadTxn::count_postings(std::string_view key) {
  return guarded([&] { return reader_.count_postings(key); });
}

}  // namespace kith::store::lmdb
