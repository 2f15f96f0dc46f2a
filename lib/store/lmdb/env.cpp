#include "store/lmdb/env.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kSmallestMap = 16 * kPageBytes;
constexpr mdb_mode_t kFileMode = 0644;

unsigned flags_of(const TableSpec& spec) {
  return spec.kind == TableKind::kPostings ? MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP : 0u;
}

std::uint64_t size_of_file(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

Status foreign(const std::string& path, std::string_view why) {
  return Status(Code::kCorrupt, path + "/data.mdb is an LMDB file but not a kith database: " +
                                    std::string(why) + "; open another directory");
}

}  // namespace

std::uint64_t map_bytes_for(std::uint64_t used, const OpenOptions& options) {
  const std::uint64_t wanted = std::max({4 * used, options.initial_map_bytes, kSmallestMap});
  const std::uint64_t bytes = std::bit_ceil(wanted);
  if (options.max_map_bytes == 0) return bytes;
  const std::uint64_t most =
      std::max(options.max_map_bytes / kPageBytes * kPageBytes, kSmallestMap);
  return std::min(bytes, most);
}

Result<std::unique_ptr<Env>> Env::open(const std::string& directory, const OpenOptions& options) {
  std::unique_ptr<Env> env(new Env());
  env->path_ = directory;
  const unsigned flags = MDB_NOTLS | (options.read_only ? unsigned{MDB_RDONLY} : 0u);
  Status status = env->create(directory, options, flags);
  // Without the right to write to the directory there is no lock file to be had. Reading without
  // one is safe only while nobody writes, which a read-only medium promises; a writer with more
  // rights than ours may make such a reader's answers wrong. Hence never where we could lock.
  if (!status.ok() && options.read_only && ::access(directory.c_str(), W_OK) != 0) {
    status = env->create(directory, options, flags | MDB_NOLOCK);
  }
  KITH_TRY(status);
  int dead = 0;
  mdb_reader_check(env->env_, &dead);  // slots of killed processes would keep pages in use
  return env;
}

Status Env::create(const std::string& directory, const OpenOptions& options, unsigned flags) {
  if (env_ != nullptr) mdb_env_close(env_);
  env_ = nullptr;
  if (int rc = mdb_env_create(&env_); rc != 0) return lmdb_error(rc, "create an environment");
  mdb_env_set_assert(env_, on_assertion);
  const std::uint64_t map = map_bytes_for(size_of_file(directory + "/data.mdb"), options);
  int rc = mdb_env_set_maxdbs(env_, kTableCount);
  if (rc == 0) rc = mdb_env_set_maxreaders(env_, options.max_readers);
  if (rc == 0) rc = mdb_env_set_mapsize(env_, map);
  if (rc == 0) rc = mdb_env_open(env_, directory.c_str(), flags, kFileMode);
  if (rc == 0) {
    MDB_stat stat = {};
    mdb_env_stat(env_, &stat);
    page_bytes_ = stat.ms_psize;
    return {};
  }
  if (rc == EACCES && !options.read_only) {
    return Status(Code::kReadOnly, "no permission to write to the files of " + directory +
                                       "; open the database read-only, or change the permission");
  }
  return lmdb_error(rc, "open the database in " + directory);
}

Env::~Env() {
  if (env_ != nullptr) mdb_env_close(env_);
}

Status Env::open_tables(bool may_create) {
  MDB_txn* txn = nullptr;
  if (int rc = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn); rc != 0) {
    return lmdb_error(rc, "read the database in " + path_);
  }
  MDB_dbi main = 0;
  MDB_stat stat = {};
  int rc = mdb_dbi_open(txn, nullptr, 0, &main);
  if (rc == 0) rc = mdb_stat(txn, main, &stat);
  if (rc != 0 || stat.ms_entries == 0) {
    mdb_txn_abort(txn);
    if (rc != 0) return lmdb_error(rc, "read the database in " + path_);
    if (may_create) return make_tables();
    return Status(Code::kNotFound, "the database in " + path_ + " is empty");
  }
  Status status = open_existing(txn);
  if (!status.ok()) {
    mdb_txn_abort(txn);
    return status;
  }
  rc = mdb_txn_commit(txn);  // keeps the handles
  if (rc != 0) return lmdb_error(rc, "open the tables in " + path_);
  has_tables_ = true;
  return {};
}

Status Env::open_existing(MDB_txn* txn) {
  for (const TableSpec& spec : table_specs()) {
    const std::string name(spec.name);
    MDB_dbi& dbi = dbis_[static_cast<std::size_t>(spec.table)];
    int rc = mdb_dbi_open(txn, name.c_str(), 0, &dbi);
    if (rc == MDB_NOTFOUND) return foreign(path_, "it has no table " + name);
    if (rc == MDB_INCOMPATIBLE) return foreign(path_, name + " is not a table");
    unsigned flags = 0;
    if (rc == 0) rc = mdb_dbi_flags(txn, dbi, &flags);
    if (rc != 0) return lmdb_error(rc, "open table " + name + " in " + path_);
    if (flags != flags_of(spec)) return foreign(path_, "table " + name + " is of another kind");
  }
  return {};
}

Status Env::make_tables() {
  MDB_txn* txn = nullptr;
  int rc = mdb_txn_begin(env_, nullptr, 0, &txn);
  if (rc != 0) return lmdb_error(rc, "create the tables in " + path_);
  for (const TableSpec& spec : table_specs()) {
    const std::string name(spec.name);
    rc = mdb_dbi_open(txn, name.c_str(), MDB_CREATE | flags_of(spec),
                      &dbis_[static_cast<std::size_t>(spec.table)]);
    if (rc != 0) {
      mdb_txn_abort(txn);
      return lmdb_error(rc, "create table " + name + " in " + path_);
    }
  }
  rc = mdb_txn_commit(txn);
  if (rc != 0) return lmdb_error(rc, "create the tables in " + path_);
  has_tables_ = true;
  return {};
}

EnvSize Env::size() const {
  MDB_envinfo info = {};
  mdb_env_info(env_, &info);
  return {(info.me_last_pgno + 1) * page_bytes_, info.me_mapsize};
}

std::uint64_t Env::file_bytes() const {
  mdb_filehandle_t fd = -1;
  struct stat info = {};
  if (mdb_env_get_fd(env_, &fd) != 0 || ::fstat(fd, &info) != 0) return 0;
  return static_cast<std::uint64_t>(info.st_size);
}

Status Env::resize(std::uint64_t bytes) {
  // LMDB lets go of the old map first and cannot go back: see that the new one will find room.
  void* room =
      ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) {
    return Status(Code::kStoreFull, "the map of " + path_ + " cannot grow to " +
                                        std::to_string(bytes) +
                                        " bytes: this process's address space is used up");
  }
  ::munmap(room, bytes);
  if (int rc = mdb_env_set_mapsize(env_, bytes); rc != 0) {
    return lmdb_error(rc, "grow the map of " + path_ + " to " + std::to_string(bytes) + " bytes");
  }
  return {};
}

Status Env::adopt_size() {
  if (int rc = mdb_env_set_mapsize(env_, 0); rc != 0) {
    return lmdb_error(rc, "adopt the map size that another process gave " + path_);
  }
  return {};
}

}  // namespace kith::store::lmdb
