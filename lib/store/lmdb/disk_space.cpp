#include "store/lmdb/disk_space.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cstring>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/reader.hpp"

namespace kith::store::lmdb {
namespace {

// With this much on the disk no transaction of the largest size is in doubt.
constexpr std::uint64_t kPlenty = 256 << 20;
// For the main database and the list of free pages.
constexpr std::uint64_t kOwnPages = 16;

struct TablePages {
  std::uint64_t leaves = 0;
  std::uint64_t others = 0;  // branch and overflow pages
};

Status count_pages(const Env& env, MDB_txn* txn, std::array<TablePages, kTableCount>* out) {
  for (std::size_t i = 0; i < kTableCount; ++i) {
    MDB_stat stat = {};
    if (int rc = mdb_stat(txn, env.dbi(static_cast<Table>(i)), &stat); rc != 0) {
      return lmdb_error(rc, "count the pages of a transaction");
    }
    (*out)[i] = {stat.ms_leaf_pages, stat.ms_branch_pages + stat.ms_overflow_pages};
  }
  return {};
}

std::uint64_t page_bytes_of(MDB_txn* txn) {
  MDB_stat stat = {};
  return mdb_stat(txn, 0, &stat) == 0 ? stat.ms_psize : 4096;
}

// Free pages that this transaction may use: those that the oldest snapshot cannot see. The list is
// LMDB's database 0: transaction -> count and numbers of pages it freed.
std::uint64_t usable_free_pages(const Env& env, MDB_txn* txn) {
  std::uint64_t oldest = mdb_txn_id(txn);
  // "  pid thread txnid" per line, and "-" for a slot at rest
  const auto read_line = [](const char* line, void* context) {
    std::uint64_t* least = static_cast<std::uint64_t*>(context);
    const std::string text(line);
    const std::size_t last = text.find_last_of(' ');
    const std::string field = last == std::string::npos ? std::string() : text.substr(last + 1);
    if (!field.empty() && field[0] >= '0' && field[0] <= '9') {
      *least = std::min<std::uint64_t>(*least, std::strtoull(field.c_str(), nullptr, 10));
    }
    return 0;
  };
  mdb_reader_list(env.get(), read_line, &oldest);
  std::uint64_t pages = 0;
  Cursor cursor;
  if (cursor.open(txn, 0) != 0) return 0;
  MDB_val key;
  MDB_val value;
  int rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_FIRST);
  for (; rc == 0; rc = mdb_cursor_get(cursor.get(), &key, &value, MDB_NEXT)) {
    std::size_t freed_by = 0;
    std::size_t count = 0;
    if (key.mv_size != sizeof freed_by || value.mv_size < sizeof count) return pages;
    std::memcpy(&freed_by, key.mv_data, sizeof freed_by);
    std::memcpy(&count, value.mv_data, sizeof count);
    if (freed_by < oldest) pages += count;
  }
  return pages;
}

// What the transaction may have to write: its new pages, and a copy of every old one on the way to
// what it changed.
Result<std::uint64_t> pages_wanted(const Env& env, MDB_txn* txn, const Demand& demand) {
  std::array<TablePages, kTableCount> now;
  std::array<TablePages, kTableCount> before;
  KITH_TRY(count_pages(env, txn, &now));
  MDB_txn* committed = nullptr;
  if (int rc = mdb_txn_begin(env.get(), nullptr, MDB_RDONLY, &committed); rc != 0) {
    return lmdb_error(rc, "look at the last commit");
  }
  const Status status = count_pages(env, committed, &before);
  mdb_txn_abort(committed);
  KITH_TRY(status);
  std::uint64_t pages = kOwnPages + demand.large_pages;
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const std::uint64_t operations = demand.operations[i];
    const std::uint64_t total_now = now[i].leaves + now[i].others;
    const std::uint64_t total_before = before[i].leaves + before[i].others;
    pages += total_now - std::min(total_now, total_before);
    pages += std::min(operations, before[i].leaves) + std::min(operations, before[i].others);
    // The pages of long sets of postings are not in LMDB's numbers.
    if (table_spec(static_cast<Table>(i)).kind == TableKind::kPostings) pages += 2 * operations;
  }
  return pages;
}

}  // namespace

Status check_disk_space(const Env& env, MDB_txn* txn, const Demand& demand,
                        const std::string& directory) {
  if (demand.only_erases) return {};
  struct statvfs disk = {};
  if (::statvfs(directory.c_str(), &disk) != 0) return {};  // the commit will tell
  const std::uint64_t available = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (available >= kPlenty) return {};
  KITH_ASSIGN(const std::uint64_t wanted, pages_wanted(env, txn, demand));
  const std::uint64_t free_pages = usable_free_pages(env, txn);
  const std::uint64_t growth = (wanted - std::min(wanted, free_pages)) * page_bytes_of(txn);
  if (growth <= available) return {};
  return Status(Code::kStoreFull,
                "the disk of " + directory + " has " + std::to_string(available) +
                    " bytes left, and this commit may need " + std::to_string(growth) +
                    "; nothing was written: free space on the disk and try again");
}

}  // namespace kith::store::lmdb
