// store/lmdb/write_txn.hpp: the one write transaction of an LMDB store.
//
// Made by LmdbStore::begin_write, which has taken the gates; the transaction leaves them when it
// ends. The LMDB transaction inside may be replaced by another one in a larger map (see
// lmdb_store.hpp); the caller does not notice.
#pragma once

#include <array>
#include <memory>
#include <thread>

#include "store/checks.hpp"
#include "store/lmdb/lmdb_store.hpp"
#include "store/lmdb/operation_log.hpp"
#include "store/lmdb/reader.hpp"

namespace kith::store::lmdb {

class LmdbWriteTxn final : public WriteTxn {
 public:
  LmdbWriteTxn(std::shared_ptr<LmdbStore> store, MDB_txn* txn, const WriteOptions& options);
  ~LmdbWriteTxn() override;

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override;
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override;
  Result<ScanBatch> scan(Table table, const KeyRange& range, const ScanOptions& options) override;
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override;
  Result<std::uint64_t> count_postings(std::string_view key) override;
  const TxnStats& stats() const override { return reader_.stats; }

  Status put(Table table, std::string_view key, std::string_view value) override;
  Status erase(Table table, std::string_view key) override;
  Status erase_range(Table table, const KeyRange& range) override;
  Status add_posting(std::string_view key, std::uint64_t id) override;
  Status remove_posting(std::string_view key, std::uint64_t id) override;
  Status commit() override;

 private:
  Status usable() const;
  // Runs `body` when the transaction may be used; a failed assertion breaks the store.
  template <typename F>
  auto guarded(F&& body) -> decltype(body());

  // Logs and performs an operation that has passed its checks.
  Status write(Operation operation, Table table, std::string_view key, std::string_view value);
  int perform(Operation operation, Table table, std::string_view key, std::string_view value);
  static std::array<bool, kTableCount> all_rise() {
    std::array<bool, kTableCount> rises;
    rises.fill(true);
    return rises;
  }
  int put_row(Table table, std::string_view key, std::string_view value);
  int erase_keys(Table table, std::string_view first, std::string_view last);
  Status start_over();     // the logged operations again, in a larger map
  Status end(Status why);  // aborts what is live and leaves the gates; `why` for all later calls
  Status abandon(const Status& why);  // see LmdbStore::abandon
  void abort_inner();

  std::shared_ptr<LmdbStore> store_;
  Reader reader_;
  TxnBudget budget_;
  OperationLog log_;
  const WriteOptions options_;
  const std::thread::id owner_ = std::this_thread::get_id();
  // Until a key comes that is not behind the table's last one.
  std::array<bool, kTableCount> rises_ = all_rise();
  bool open_ = true;  // holds the gates
  Status ended_;
};

}  // namespace kith::store::lmdb
