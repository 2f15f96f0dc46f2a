// The map of an LmdbStore: when it grows, and what it takes over from other processes; see
// lmdb_store.hpp.
#include <algorithm>

#include "base/try.hpp"
#include "store/lmdb/lmdb_store.hpp"

namespace kith::store::lmdb {

namespace {

// What begin_write waits for snapshots when room is short.
constexpr std::chrono::milliseconds kShortWait{100};

}  // namespace

// Room for new pages beside that for copies of all that is there: a transaction of the largest size
// fits, with what its pages waste.
std::uint64_t LmdbStore::headroom() const {
  constexpr std::uint64_t kEnough = 64 << 20;
  return std::min(kEnough, std::max<std::uint64_t>(options_.initial_map_bytes / 4, 16 << 10));
}

bool LmdbStore::wait_until_idle(std::unique_lock<std::mutex>& lock, Deadline deadline) {
  ++wants_idle_;
  const bool idle =
      changed_.wait_until(lock, deadline, [this] { return readers_ == 0 && !writing_; });
  if (--wants_idle_ == 0) changed_.notify_all();
  return idle;
}

Status LmdbStore::grow_to(std::uint64_t bytes) {
  const Status status = env_->resize(bytes);
  if (!status.ok() && status.code() != Code::kStoreFull) {
    broken_ = status;  // the old map is gone and the new one is not there
    is_broken_.store(true, std::memory_order_relaxed);
  }
  return status;
}

void LmdbStore::enlarge_idle_map() {
  const EnvSize size = env_->size();
  if (2 * size.used_bytes <= size.map_bytes) return;
  const std::uint64_t wanted = map_bytes_for(size.used_bytes, options_);
  // Without room in the address space the smaller map does as well: reading needs no more.
  if (wanted > size.map_bytes) static_cast<void>(grow_to(wanted).ok());
}

Status LmdbStore::grow_ahead(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!broken_.ok()) return broken_;
  const EnvSize size = env_->size();
  const std::uint64_t wanted = map_bytes_for(size.used_bytes + headroom(), options_);
  const bool roomy = size.map_bytes >= 2 * size.used_bytes + headroom();
  if (roomy || wanted <= size.map_bytes) return {};
  if (readers_ != 0) {
    const bool short_of_room = size.map_bytes < size.used_bytes + headroom();
    const Deadline soon = std::min(deadline, deadline_in(kShortWait));
    if (!short_of_room || !wait_until_idle(lock, soon)) return {};
  }
  const Status status = grow_to(wanted);
  // No room to grow is no reason to refuse a write that may well fit.
  return status.code() == Code::kStoreFull ? Status() : status;
}

Status LmdbStore::make_room(Deadline deadline, bool erasing) {
  std::unique_lock lock(mutex_);
  if (!broken_.ok()) return broken_;
  const EnvSize size = env_->size();
  std::uint64_t wanted = std::max(map_bytes_for(size.used_bytes + headroom(), options_),
                                  map_bytes_for(size.map_bytes / 2, options_));
  if (wanted <= size.map_bytes && erasing) wanted = size.map_bytes + headroom();
  if (wanted <= size.map_bytes) {
    return Status(Code::kStoreFull,
                  "the database in " + directory_ + " has used up max_map_bytes (" +
                      std::to_string(options_.max_map_bytes) +
                      "); erase what is not needed (its room is free from the next "
                      "commit but one), or open it with a larger one");
  }
  int dead = 0;
  mdb_reader_check(env_->get(), &dead);  // pages that only dead readers keep will be used again
  if (!wait_until_idle(lock, deadline)) {
    return Status(Code::kBusy, "the database in " + directory_ + " must grow its map to " +
                                   std::to_string(wanted) + " bytes, which " +
                                   std::to_string(readers_) +
                                   " open snapshots of this process prevent; end them and try "
                                   "again, or open it with more initial_map_bytes");
  }
  return grow_to(wanted);
}

Status LmdbStore::adopt_size(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (!broken_.ok()) return broken_;
  if (!wait_until_idle(lock, deadline)) {
    return Status(Code::kBusy, "another process has grown the database in " + directory_ +
                                   " beyond this process's map, and " + std::to_string(readers_) +
                                   " open snapshots keep it from following; end them and try "
                                   "again, or open it with more initial_map_bytes");
  }
  const Status status = env_->adopt_size();
  if (!status.ok()) {
    broken_ = status;
    is_broken_.store(true, std::memory_order_relaxed);
    return status;
  }
  enlarge_idle_map();
  return broken_;
}

}  // namespace kith::store::lmdb
