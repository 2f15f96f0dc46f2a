// store/lmdb/read_txn.hpp: a snapshot of an LMDB store.
//
// Made by LmdbStore::begin_read. May move between threads, as LMDB's reader slot belongs to the
// transaction (NOTLS). Ends by giving its LMDB transaction back to the store's pool.
#pragma once

#include <memory>

#include "store/lmdb/lmdb_store.hpp"
#include "store/lmdb/reader.hpp"

namespace kith::store::lmdb {

class LmdbReadTxn final : public ReadTxn {
 public:
  LmdbReadTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn);
  ~LmdbReadTxn() override;

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override;
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override;
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override;
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override;
  Result<std::uint64_t> count_postings(std::string_view key) override;
  const TxnStats& stats() const override { return reader_.stats; }

 private:
  // Runs `body` unless the store is forked or broken; a failed assertion breaks the store.
  template <typename F>
  auto guarded(F&& body) -> decltype(body());

  std::shared_ptr<LmdbStore> store_;
  Reader reader_;
};

}  // namespace kith::store::lmdb
