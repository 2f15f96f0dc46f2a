#include "kith/pool.hpp"

#include <malloc.h>
#include <unistd.h>

#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "api/guard.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"

namespace kith {

class DatabasePool::Impl {
 public:
  explicit Impl(const PoolOptions& options) : options_(options) {
#ifdef __GLIBC__
    if (options.tune_allocator) ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
#endif
  }

  Result<Database> open(std::string_view path) {
    if (is_forked()) {
      return Status(Code::kForked,
                    "the pool was made before fork() and belongs to the parent process; make one "
                    "in the child");
    }
    const std::string key(path);
    std::unique_lock lock(mutex_);
    // One thread opens a database, however many want it; the others take what it got.
    opened_or_failed_.wait(lock, [&] { return !opening_.contains(key); });
    if (const auto known = by_path_.find(key); known != by_path_.end()) {
      recent_.splice(recent_.begin(), recent_, known->second);
      return known->second->database;
    }
    KITH_TRY(make_room());
    opening_.insert(key);
    lock.unlock();
    Result<Database> database = Database::open(path, options_.open);
    lock.lock();
    opening_.erase(key);
    opened_or_failed_.notify_all();
    if (database.ok()) keep(key, *database);
    return database;
  }

  std::uint32_t close_idle() {
    if (is_forked()) return 0;
    const std::lock_guard lock(mutex_);
    std::uint32_t closed = 0;
    for (auto at = recent_.begin(); at != recent_.end();) {
      const auto next = std::next(at);
      if (!in_use(*at)) {
        close(at);
        ++closed;
      }
      at = next;
    }
    return closed;
  }

  PoolStats stats() const {
    if (is_forked()) return {};
    const std::lock_guard lock(mutex_);
    PoolStats stats;
    stats.open = static_cast<std::uint32_t>(recent_.size());
    for (const Entry& entry : recent_) stats.in_use += in_use(entry) ? 1 : 0;
    stats.opened = opened_;
    stats.closed = closed_;
    return stats;
  }

 private:
  struct Entry {
    std::string path;
    Database database;
  };
  static constexpr int kLargeBlock = 512 * 1024;
  using Entries = std::list<Entry>;  // the one used last comes first

  // Handles beside the pool's own. None can appear while the mutex is held: they are copies of
  // what open() gave out, and there is none left to copy from.
  static bool in_use(const Entry& entry) { return entry.database.impl().use_count() > 1; }

  // Before the mutex is touched: a thread of the parent may have held it.
  bool is_forked() const { return ::getpid() != process_; }

  // All or nothing, when memory runs out: a path leads to an entry, and an entry has its path.
  void keep(const std::string& path, const Database& database) {
    Entries fresh;
    fresh.push_front({path, database});
    by_path_.emplace(path, fresh.begin());
    recent_.splice(recent_.begin(), fresh);
    ++opened_;
  }

  void close(Entries::iterator entry) {
    by_path_.erase(entry->path);
    recent_.erase(entry);
    ++closed_;
  }

  Status make_room() {
    if (recent_.size() + opening_.size() < options_.max_open) return {};
    for (auto at = recent_.end(); at != recent_.begin();) {
      --at;
      if (in_use(*at)) continue;
      close(at);
      return {};
    }
    return Status(Code::kBusy, "all " + std::to_string(options_.max_open) +
                                   " databases of the pool (max_open) are in use; close one, or "
                                   "make the pool larger");
  }

  const PoolOptions options_;
  const ::pid_t process_ = ::getpid();
  mutable std::mutex mutex_;
  std::condition_variable opened_or_failed_;
  Entries recent_;
  std::unordered_map<std::string, Entries::iterator> by_path_;
  std::set<std::string> opening_;
  std::uint64_t opened_ = 0;
  std::uint64_t closed_ = 0;
};

DatabasePool::DatabasePool(const PoolOptions& options) : impl_(std::make_unique<Impl>(options)) {}
DatabasePool::~DatabasePool() = default;
DatabasePool::DatabasePool(DatabasePool&&) noexcept = default;
DatabasePool& DatabasePool::operator=(DatabasePool&&) noexcept = default;

Result<Database> DatabasePool::open(std::string_view path) {
  return guarded([&] { return impl_->open(path); });
}

std::uint32_t DatabasePool::close_idle() { return impl_->close_idle(); }

PoolStats DatabasePool::stats() const { return impl_->stats(); }

}  // namespace kith
