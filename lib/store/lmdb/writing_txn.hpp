// store/lmdb/writing_txn.hpp: what every write transaction of an LMDB store can do.
//
//   class LmdbWriteTxn final : public WritingTxn { ... };   // has the gates to itself
//   class JoinedTxn final : public WritingTxn { ... };      // shares a commit with others
//
// Checks, counts, logs and performs the operations, on the LMDB transaction that the derived class
// has attached. The derived class knows what a full map and a failure mean to it.
#pragma once

#include <memory>
#include <thread>

#include "store/checks.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/lmdb_store.hpp"
#include "store/lmdb/operation_log.hpp"
#include "store/lmdb/operations.hpp"
#include "store/lmdb/reader.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::lmdb {

class WritingTxn : public WriteTxn {
 public:
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

 protected:
  WritingTxn(std::shared_ptr<LmdbStore> store, const WriteOptions& options);

  // The map is full: what is in the log is to be done again in a larger one.
  virtual Status start_over() = 0;
  // The transaction failed; `why` is what later calls answer, and this one.
  virtual Status end(Status why) = 0;
  virtual Status abandon(const Status& why) = 0;  // see LmdbStore::abandon

  Status usable() const;
  // Runs `body` when the transaction may be used; a failed assertion breaks the store.
  template <typename F>
  auto guarded(F&& body) -> decltype(body()) {
    if (Status status = usable(); !status.ok()) return status;
    return unless_assertion(body, [this](const Status& why) { return abandon(why); });
  }
  int replay() { return operations_.replay(reader_.txn(), log_); }

  std::shared_ptr<LmdbStore> store_;
  Reader reader_;  // attached to the LMDB transaction while there is one
  OperationLog log_;
  const WriteOptions options_;
  const std::thread::id owner_ = std::this_thread::get_id();
  Status ended_;  // ok while the transaction may be used

 private:
  // Logs and performs an operation that has passed its checks.
  Status write(Operation operation, Table table, std::string_view key, std::string_view value);

  TxnBudget budget_;
  Operations operations_;
};

}  // namespace kith::store::lmdb
