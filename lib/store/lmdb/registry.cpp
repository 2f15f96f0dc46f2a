// open_lmdb(): one Store per directory and process, and what becomes of it in a forked child.
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "base/try.hpp"
#include "store/exclusive.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/file_length.hpp"
#include "store/lmdb/lmdb_store.hpp"

namespace kith::store {
namespace lmdb {
namespace {

// What a directory is, whatever path leads to it.
using Identity = std::pair<dev_t, ino_t>;

struct Entry {
  std::weak_ptr<LmdbStore> store;  // expired while the last owner is closing it
  bool exclusive = false;          // nobody shares it
  int lock_descriptor = -1;
  mdb_filehandle_t data_descriptor = -1;
};

struct Registry {
  std::mutex mutex;
  std::condition_variable closed;
  std::map<Identity, Entry> entries;
};

// Never destroyed: stores may outlive the statics of this library.
Registry& registry() {
  static Registry* const instance = new Registry();
  return *instance;
}

void before_fork() { registry().mutex.lock(); }
void after_fork_in_parent() { registry().mutex.unlock(); }

// The child lets go of the parent's files. Closing drops no lock, as open-file-description locks
// stay while the parent has the file open, and LMDB's own belong to the parent's pid.
void after_fork_in_child() {
  fork_counter().fetch_add(1, std::memory_order_relaxed);
  for (auto& [identity, entry] : registry().entries) {
    if (entry.lock_descriptor >= 0) ::close(entry.lock_descriptor);
    if (entry.data_descriptor >= 0) ::close(entry.data_descriptor);
  }
  registry().entries.clear();
  registry().mutex.unlock();
}

void watch_forks() {
  static const int once = ::pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  static_cast<void>(once);
}

// While this thread opens a store, and holds the registry's mutex: one that runs out of memory on
// the way is closed under it.
class Opening {
 public:
  Opening() { is_under_way_ = true; }
  ~Opening() { is_under_way_ = false; }
  static bool is_under_way() { return is_under_way_; }

 private:
  static inline thread_local bool is_under_way_ = false;
};

void close_store(LmdbStore* store, const Identity& identity) {
  // In a forked child it stays where it is, as the child's registry does not know it: what threads
  // of the parent were waiting for when it forked must never be destroyed.
  if (store->is_forked()) return;
  Registry& all = registry();
  std::unique_lock lock(all.mutex, std::defer_lock);
  if (!Opening::is_under_way()) lock.lock();
  delete store;  // LMDB must be closed before anybody opens the directory again
  all.entries.erase(identity);
  all.closed.notify_all();
}

Result<Identity> find_directory(const std::string& directory, bool may_create) {
  struct stat info = {};
  int rc = ::stat(directory.c_str(), &info);
  if (rc != 0 && errno == ENOENT && may_create) {
    if (::mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
      return system_error(errno, "make the directory " + directory);
    }
    rc = ::stat(directory.c_str(), &info);
  }
  if (rc != 0 && errno == ENOENT) {
    return Status(Code::kNotFound, "there is no directory " + directory);
  }
  if (rc != 0) return system_error(errno, "look at " + directory);
  if (!S_ISDIR(info.st_mode)) {
    return Status(Code::kIo,
                  "cannot open " + directory + ": it is a file, and a database is a directory");
  }
  return Identity(info.st_dev, info.st_ino);
}

// Another process may be creating the same tables: the gate is ours while we look and create.
Status open_tables(Env& env, LockFile& lock, bool may_create) {
  Status status = env.open_tables(false);
  if (status.code() != Code::kNotFound || !may_create) return status;
  KITH_TRY(lock.lock_gate(deadline_in(WriteOptions().timeout)));
  status = env.open_tables(true);
  lock.unlock_gate();
  return status;
}

Result<std::shared_ptr<LmdbStore>> open_new(const std::string& directory, const Identity& identity,
                                            const OpenOptions& options, Entry* entry) {
  const bool may_create = options.create && !options.read_only;
  struct stat data = {};
  if (!may_create && ::stat((directory + "/data.mdb").c_str(), &data) != 0) {
    if (errno == ENOENT) {
      return Status(Code::kNotFound, "there is no database in " + directory);
    }
    return system_error(errno, "look at the database in " + directory);
  }
  if (!may_create && data.st_size == 0) {
    return Status(Code::kNotFound, "there is no database in " + directory + ": data.mdb is empty");
  }
  KITH_ASSIGN(LockFile lock, LockFile::open(directory, options.read_only));
  KITH_TRY(entry->exclusive ? lock.claim_alone() : lock.claim_process());
  KITH_ASSIGN(std::unique_ptr<Env> env, Env::open(directory, options));
  KITH_TRY(check_file_length(*env, directory));
  Status status = unless_assertion([&] { return open_tables(*env, lock, may_create); },
                                   [](Status why) { return why; });
  KITH_TRY(status);
  entry->lock_descriptor = lock.descriptor();
  mdb_env_get_fd(env->get(), &entry->data_descriptor);
  return std::shared_ptr<LmdbStore>(
      new LmdbStore(directory, options, std::move(env), std::move(lock)),
      [identity](LmdbStore* store) { close_store(store, identity); });
}

// A shared store as a caller sees it who asked for a read-only one.
class ReadOnlyStore final : public Store {
 public:
  explicit ReadOnlyStore(std::shared_ptr<Store> store) : store_(std::move(store)) {}
  Result<std::unique_ptr<ReadTxn>> begin_read() override { return store_->begin_read(); }
  Result<std::unique_ptr<WriteTxn>> begin_write(const WriteOptions&) override { return refused(); }
  Status write(const WriteOptions&, const std::function<Status(WriteTxn&)>&) override {
    return refused();
  }
  Result<StoreInfo> info() override {
    KITH_ASSIGN(StoreInfo info, store_->info());
    info.read_only = true;
    return info;
  }
  Status copy_to(const std::string& directory) override { return store_->copy_to(directory); }
  void announce(std::uint64_t) override {}
  Status wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) override {
    return store_->wait_for(sequence, timeout);
  }

 private:
  static Status refused() {
    return Status(Code::kReadOnly, "the database was opened read-only; open it for writing");
  }

  std::shared_ptr<Store> store_;
};

Result<std::shared_ptr<Store>> share(std::shared_ptr<LmdbStore> store, const std::string& directory,
                                     const OpenOptions& options) {
  KITH_TRY(store->usable());
  if (options.read_only == store->options().read_only) return std::shared_ptr<Store>(store);
  if (options.read_only) {
    return std::shared_ptr<Store>(std::make_shared<ReadOnlyStore>(std::move(store)));
  }
  return Status(Code::kAlreadyOpen, directory + " is open read-only in this process (pid " +
                                        std::to_string(::getpid()) +
                                        "); close that before opening it for writing");
}

Status busy_here(const std::string& directory, bool being_compacted) {
  return {Code::kBusy, being_compacted
                           ? "the database in " + directory +
                                 " is being compacted; try again when that has ended"
                           : "this process (pid " + std::to_string(::getpid()) + ") has " +
                                 directory + " open; close the database everywhere and try again"};
}

Result<std::shared_ptr<Store>> open(const std::string& directory, const OpenOptions& options,
                                    bool exclusive) {
  watch_forks();
  Registry& all = registry();
  std::unique_lock lock(all.mutex);
  KITH_ASSIGN(Identity identity, find_directory(directory, options.create && !options.read_only));
  for (auto found = all.entries.find(identity); found != all.entries.end();
       found = all.entries.find(identity)) {
    std::shared_ptr<LmdbStore> store = found->second.store.lock();
    if (store && (exclusive || found->second.exclusive)) {
      const Status busy = busy_here(directory, found->second.exclusive);
      lock.unlock();
      return busy;
    }
    if (store) {
      lock.unlock();  // dropping the last reference takes the registry's mutex
      return share(std::move(store), directory, options);
    }
    all.closed.wait(lock);
  }
  const Opening opening;
  Entry entry;
  entry.exclusive = exclusive;
  KITH_ASSIGN(std::shared_ptr<LmdbStore> store, open_new(directory, identity, options, &entry));
  entry.store = store;
  all.entries.emplace(identity, std::move(entry));
  return std::shared_ptr<Store>(std::move(store));
}

}  // namespace
}  // namespace lmdb

Result<std::shared_ptr<Store>> open_lmdb(const std::string& directory, const OpenOptions& options) {
  return lmdb::open(directory, options, false);
}

Result<std::shared_ptr<Store>> open_lmdb_exclusively(const std::string& directory) {
  OpenOptions options;
  options.create = false;
  return lmdb::open(directory, options, true);
}

}  // namespace kith::store
