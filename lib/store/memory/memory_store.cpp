#include "store/memory/memory_store.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "base/try.hpp"
#include "store/copy.hpp"
#include "store/lent_txn.hpp"
#include "store/memory/shared_rows.hpp"
#include "store/memory/transactions.hpp"

namespace kith::store {
namespace memory {

Result<std::unique_ptr<ReadTxn>> MemoryStore::begin_read() {
  KITH_TRY(strike(FaultPoint::kBeginRead));
  return make_read_txn(shared_from_this());
}

Result<std::unique_ptr<WriteTxn>> MemoryStore::begin_write(const WriteOptions& options) {
  KITH_TRY(strike(FaultPoint::kBeginWrite));
  KITH_TRY(gate_.enter(deadline_in(options.timeout)));
  return make_write_txn(shared_from_this());
}

Status MemoryStore::write(const WriteOptions& options,
                          const std::function<Status(WriteTxn&)>& body) {
  KITH_ASSIGN(std::unique_ptr<WriteTxn> txn, begin_write(options));
  LentTxn lent(*txn);
  KITH_TRY(body(lent));
  return txn->commit();
}

Status MemoryStore::copy_to(const std::string& directory) {
  KITH_ASSIGN(std::unique_ptr<ReadTxn> snapshot, begin_read());
  return copy_to_directory(*snapshot, directory);
}

void MemoryStore::announce(std::uint64_t sequence) {
  {
    const std::lock_guard lock(announce_mutex_);
    announced_ = std::max(announced_, sequence);
  }
  announcement_.notify_all();
}

Status MemoryStore::wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) {
  std::unique_lock lock(announce_mutex_);
  announcement_.wait_until(lock, deadline_in(timeout), [&] { return announced_ > sequence; });
  return {};
}

Result<StoreInfo> MemoryStore::info() {
  StoreInfo info;
  info.in_memory = true;
  auto lock = lock_rows();
  info.readers = static_cast<std::uint32_t>(snapshots_.size());
  return info;
}

std::uint64_t MemoryStore::open_snapshot() {
  std::lock_guard lock(mutex_);
  snapshots_.insert(seq_);
  return seq_;
}

void MemoryStore::close_snapshot(std::uint64_t snapshot) {
  std::lock_guard lock(mutex_);
  snapshots_.erase(snapshots_.find(snapshot));
  prune();
}

void MemoryStore::apply(Overlays&& overlays) {
  std::lock_guard lock(mutex_);
  ++seq_;
  for (std::size_t i = 0; i < kTableCount; ++i) rows_[i].apply(std::move(overlays[i]), seq_);
  prune();
}

}  // namespace memory

Result<std::shared_ptr<Store>> open_memory(const MemoryOptions& options) {
  return std::shared_ptr<Store>(std::make_shared<memory::MemoryStore>(options));
}

Result<std::shared_ptr<Store>> open_memory() { return open_memory(MemoryOptions{}); }

}  // namespace kith::store
