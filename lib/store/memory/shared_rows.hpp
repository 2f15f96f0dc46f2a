// store/memory/shared_rows.hpp: the memory store itself, as its transactions know it.
//
//   const std::uint64_t snapshot = store.open_snapshot();
//   auto lock = store.lock_rows();
//   const Bytes* value = store.rows(table).find(key, snapshot);
//   store.close_snapshot(snapshot);
//
// Threads, ownership and errors as in store.hpp.
#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <utility>

#include "store/memory/memory_store.hpp"
#include "store/memory/versions.hpp"
#include "store/store.hpp"
#include "store/writer_gate.hpp"

namespace kith::store::memory {

using Overlays = std::array<Overlay, kTableCount>;

constexpr std::size_t index_of(Table table) { return static_cast<std::size_t>(table); }

class MemoryStore final : public Store, public std::enable_shared_from_this<MemoryStore> {
 public:
  explicit MemoryStore(MemoryOptions options) : options_(std::move(options)) {}

  Result<std::unique_ptr<ReadTxn>> begin_read() override;
  Result<std::unique_ptr<WriteTxn>> begin_write(const WriteOptions& options) override;
  Status write(const WriteOptions& options, const std::function<Status(WriteTxn&)>& body) override;
  Result<StoreInfo> info() override;
  Status copy_to(const std::string& directory) override;
  void announce(std::uint64_t sequence) override;
  Status wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) override;

  Status strike(FaultPoint point) {
    return options_.faults ? options_.faults->strike(point) : Status();
  }
  const MemoryOptions& options() const { return options_; }

  std::uint64_t open_snapshot();
  void close_snapshot(std::uint64_t snapshot);
  void apply(Overlays&& overlays);
  void leave_gate() { gate_.leave(); }

  // A reader keeps this lock while it looks at rows; what it found stays good without it.
  std::shared_lock<std::shared_mutex> lock_rows() const {
    return std::shared_lock<std::shared_mutex>(mutex_);
  }
  const VersionedRows& rows(Table table) const { return rows_[index_of(table)]; }

 private:
  void prune() {
    const std::uint64_t oldest = snapshots_.empty() ? seq_ : *snapshots_.begin();
    for (VersionedRows& rows : rows_) rows.prune(oldest);
  }

  const MemoryOptions options_;
  WriterGate gate_;
  mutable std::shared_mutex mutex_;  // of everything below
  std::array<VersionedRows, kTableCount> rows_;
  std::uint64_t seq_ = 0;  // of the last commit
  std::multiset<std::uint64_t> snapshots_;

  std::mutex announce_mutex_;  // of announced_
  std::condition_variable announcement_;
  std::uint64_t announced_ = 0;
};

}  // namespace kith::store::memory
