// What must not go wrong with file systems of all kinds: bound ones, read-only ones, full ones.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "tests/store/backends.hpp"
#include "tests/store/processes.hpp"
#include "tests/store/rows.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;
using kith::testing::Child;
using kith::testing::TempDir;

constexpr Table kT = Table::kIndex;
constexpr int kSkipped = 77;

// Runs `body` with mounts of its own, or answers kSkipped.
template <typename F>
int with_own_mounts(F&& body) {
  Child child([&] {
    const unsigned flags = ::geteuid() == 0 ? unsigned{CLONE_NEWNS} : CLONE_NEWNS | CLONE_NEWUSER;
    if (::unshare(static_cast<int>(flags)) != 0) return kSkipped;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kSkipped;
    return body();
  });
  const int status = child.wait();
  if (status == kSkipped) BOOST_TEST_MESSAGE("skipped: this process may not mount");
  return status == kSkipped ? 0 : status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_mounts)

BOOST_AUTO_TEST_CASE(a_bound_directory_is_the_same_store) {
  TempDir dir;
  std::filesystem::create_directory(dir.sub("real"));
  std::filesystem::create_directory(dir.sub("bound"));
  const int status = with_own_mounts([&] {
    const std::string real = dir.sub("real");
    const std::string bound = dir.sub("bound");
    if (::mount(real.c_str(), bound.c_str(), nullptr, MS_BIND, nullptr) != 0) return kSkipped;
    auto one = open_lmdb(real, {});
    auto two = open_lmdb(bound, {});
    return one.ok() && two.ok() && *one == *two ? 0 : 1;
  });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(a_read_only_file_system_is_readable) {
  TempDir dir;
  fill(dir.sub("db"), 100);
  const int status = with_own_mounts([&] {
    const std::string path = dir.sub("db");
    if (::mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0) return kSkipped;
    if (::mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0) {
      return kSkipped;
    }
    OpenOptions read_only;
    read_only.read_only = true;
    if (open_lmdb(path, {}).status().code() != Code::kReadOnly) return 1;
    auto store = open_lmdb(path, read_only);
    if (!store.ok()) return 2;
    auto txn = (*store)->begin_read();
    if (!txn.ok() || !(*txn)->get(kT, number(7))->has_value()) return 3;
    if ((*store)->write({}, [](WriteTxn&) { return Status(); }).code() != Code::kReadOnly) return 4;
    return (*store)->copy_to(dir.sub("copy")).ok() ? 0 : 5;
  });
  BOOST_TEST(status == 0);
  if (std::filesystem::exists(dir.sub("copy"))) {
    BOOST_TEST(get(*must(must(open_lmdb(dir.sub("copy"), {}))->begin_read()), kT, number(7)) ==
               std::string(100, 'v'));
  }
}

BOOST_AUTO_TEST_CASE(a_commit_that_the_disk_has_no_room_for_is_refused_with_numbers) {
  TempDir dir;
  const std::string mounted = dir.sub("small");
  std::filesystem::create_directory(mounted);
  const int status = with_own_mounts([&] {
    if (::mount("none", mounted.c_str(), "tmpfs", 0, "size=4m") != 0) return kSkipped;
    auto store = open_lmdb(mounted + "/db", {});
    if (!store.ok()) return 1;
    const auto write_rows = [&](int rows, bool joined) {
      const auto body = [&](WriteTxn& txn) {
        for (int i = 0; i < rows; ++i) {
          Status written = txn.put(kT, number(i), std::string(5000, 'v'));
          if (!written.ok()) return written;
        }
        return Status();
      };
      if (joined) return (*store)->write({}, body);
      auto txn = (*store)->begin_write({});
      if (!txn.ok()) return txn.status();
      Status written = body(**txn);
      return written.ok() ? (*txn)->commit() : written;
    };
    if (!write_rows(100, true).ok()) return 2;
    const auto before = std::filesystem::file_size(mounted + "/db/data.mdb");
    for (const bool joined : {false, true}) {
      const Status full = write_rows(1000, joined);
      if (full.code() != Code::kStoreFull) return 3;
      if (std::string(full.message()).find("bytes left") == std::string::npos) return 4;
      if (std::filesystem::file_size(mounted + "/db/data.mdb") != before) return 5;
    }
    if (!write_rows(110, true).ok()) return 6;  // what fits goes on
    // Erasing is never refused, and what it frees is used again.
    const Status erased =
        (*store)->write({}, [](WriteTxn& txn) { return txn.erase_range(kT, {}); });
    if (!erased.ok()) return 7;
    for (int i = 0; i < 4; ++i) {
      if (!write_rows(100, i % 2 == 0).ok()) return 8;
    }
    return 0;
  });
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_SUITE_END()
