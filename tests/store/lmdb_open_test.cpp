// Opening what is not there, not ours, not readable or not whole.
#include <lmdb.h>
#include <sys/stat.h>

#include <fstream>

#include "store/format.hpp"
#include "tests/store/backends.hpp"
#include "tests/store/processes.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::testing::Child;
using kith::testing::TempDir;

constexpr Table kT = Table::kIndex;

OpenOptions with(bool create, bool read_only) {
  OpenOptions options;
  options.create = create;
  options.read_only = read_only;
  return options;
}

bool names(const kith::Status& status, const std::string& part) {
  return std::string(status.message()).find(part) != std::string::npos;
}

Code code_of_open(const std::string& directory, const OpenOptions& options = {}) {
  const kith::Status status = open_lmdb(directory, options).status();
  BOOST_TEST((status.ok() || names(status, directory)), status.to_string());
  return status.code();
}

void write_file(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void fill(const std::string& directory, int keys) {
  auto store = must(open_lmdb(directory, {}));
  auto txn = must(store->begin_write({}));
  for (int i = 0; i < keys; ++i) {
    must(txn->put(kT, "key" + std::to_string(i), std::string(50, 'v')));
  }
  must(txn->commit());
}

// Runs `body` as a user without special rights over files. 77: cannot become one.
template <typename F>
int unprivileged(F&& body) {
  Child child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 77;
    return body();
  });
  return child.wait();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_lmdb_open)

BOOST_AUTO_TEST_CASE(a_missing_directory_is_made_one_level_deep_or_reported) {
  TempDir dir;
  BOOST_TEST((code_of_open(dir.sub("no"), with(false, false)) == Code::kNotFound));
  BOOST_TEST((code_of_open(dir.sub("no"), with(true, true)) == Code::kNotFound));
  BOOST_TEST(!std::filesystem::exists(dir.sub("no")));
  BOOST_TEST((code_of_open(dir.sub("a/b")) == Code::kNotFound));
  BOOST_TEST((code_of_open(dir.sub("a")) == Code::kOk));
  BOOST_TEST((code_of_open(dir.sub("a/b")) == Code::kOk));
}

BOOST_AUTO_TEST_CASE(an_empty_directory_is_no_database_until_it_is_made_one) {
  TempDir dir;
  BOOST_TEST((code_of_open(dir.path(), with(false, false)) == Code::kNotFound));
  BOOST_TEST((code_of_open(dir.path(), with(false, true)) == Code::kNotFound));
  BOOST_TEST(std::filesystem::is_empty(dir.path()));
  BOOST_TEST((code_of_open(dir.path()) == Code::kOk));
  BOOST_TEST((code_of_open(dir.path(), with(false, false)) == Code::kOk));
  BOOST_TEST((code_of_open(dir.path(), with(false, true)) == Code::kOk));
}

BOOST_AUTO_TEST_CASE(a_file_is_not_a_directory) {
  TempDir dir;
  write_file(dir.sub("file"), "x");
  BOOST_TEST((code_of_open(dir.sub("file")) == Code::kIo));
}

BOOST_AUTO_TEST_CASE(garbage_is_corrupt_and_is_left_alone) {
  for (const std::string& bytes :
       {std::string("short"), std::string(100000, 'g'), std::string(8192, '\0')}) {
    TempDir dir;
    write_file(dir.sub("data.mdb"), bytes);
    BOOST_TEST((code_of_open(dir.path()) == Code::kCorrupt));
    BOOST_TEST((code_of_open(dir.path(), with(false, true)) == Code::kCorrupt));
    BOOST_TEST(std::filesystem::file_size(dir.sub("data.mdb")) == bytes.size());
  }
}

BOOST_AUTO_TEST_CASE(another_programs_lmdb_file_is_left_alone) {
  TempDir dir;
  MDB_env* env = nullptr;
  MDB_txn* txn = nullptr;
  MDB_dbi dbi = 0;
  MDB_val key{3, const_cast<char*>("key")};
  BOOST_REQUIRE(mdb_env_create(&env) == 0);
  BOOST_REQUIRE(mdb_env_open(env, dir.path().c_str(), 0, 0644) == 0);
  BOOST_REQUIRE(mdb_txn_begin(env, nullptr, 0, &txn) == 0);
  BOOST_REQUIRE(mdb_dbi_open(txn, nullptr, 0, &dbi) == 0);
  BOOST_REQUIRE(mdb_put(txn, dbi, &key, &key, 0) == 0);
  BOOST_REQUIRE(mdb_txn_commit(txn) == 0);
  mdb_env_close(env);
  const kith::Status status = open_lmdb(dir.path(), {}).status();
  BOOST_TEST((status.code() == Code::kCorrupt));
  BOOST_TEST(names(status, "not a kith database"));
}

BOOST_AUTO_TEST_CASE(another_lmdb_version_is_a_version_mismatch) {
  TempDir dir;
  fill(dir.path(), 1);
  std::fstream file(dir.sub("data.mdb"), std::ios::binary | std::ios::in | std::ios::out);
  for (int page = 0; page < 2; ++page) {  // mm_version follows mm_magic after the page's head
    file.seekp(page * 4096 + 16 + 4);
    file.put(9);
  }
  file.close();
  BOOST_TEST((code_of_open(dir.path()) == Code::kVersionMismatch));
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_after_reopening) {
  TempDir dir;
  FormatHeader newer;
  newer.format = kFormat + 3;
  newer.writer_version = "9.9.9";
  {
    auto store = must(open_lmdb(dir.path(), {}));
    auto txn = must(store->begin_write({}));
    must(write_format(*txn, newer));
    must(txn->commit());
  }
  FormatHeader ours;
  ours.writer_version = "0.1.0";
  auto store = must(open_lmdb(dir.path(), {}));
  const kith::Status status = ensure_format(*store, ours, false).status();
  BOOST_TEST((status.code() == Code::kVersionMismatch));
  BOOST_TEST(names(status, "9.9.9"));
  BOOST_TEST(names(status, "0.1.0"));
}

BOOST_AUTO_TEST_CASE(a_directory_without_write_permission_is_readable) {
  TempDir dir;
  const std::string path = dir.sub("db");
  fill(path, 100);
  for (bool with_lock_files : {true, false}) {
    if (!with_lock_files) std::filesystem::remove(path + "/kith.lock");
    if (!with_lock_files) std::filesystem::remove(path + "/lock.mdb");
    ::chmod(dir.path().c_str(), 0755);
    ::chmod(path.c_str(), 0555);
    const int status = unprivileged([&] {
      if (open_lmdb(path, {}).status().code() != Code::kReadOnly) return 1;
      auto store = open_lmdb(path, with(false, true));
      if (!store.ok()) return 2;
      auto txn = (*store)->begin_read();
      if (!txn.ok() || !(*txn)->get(kT, "key7")->has_value()) return 3;
      if ((*store)->begin_write({}).status().code() != Code::kReadOnly) return 4;
      return (*store)->info()->read_only ? 0 : 5;
    });
    ::chmod(path.c_str(), 0755);
    BOOST_TEST(status == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_may_not_be_read_is_an_error) {
  TempDir dir;
  const std::string path = dir.sub("db");
  fill(path, 1);
  ::chmod(dir.path().c_str(), 0755);
  ::chmod((path + "/data.mdb").c_str(), 0);
  const int closed_file = unprivileged(
      [&] { return open_lmdb(path, with(false, true)).status().code() == Code::kIo ? 0 : 1; });
  ::chmod(path.c_str(), 0);
  const int closed_directory = unprivileged(
      [&] { return open_lmdb(path, with(false, true)).status().code() == Code::kIo ? 0 : 1; });
  ::chmod(path.c_str(), 0755);
  BOOST_TEST(closed_file == 0);
  BOOST_TEST(closed_directory == 0);
}

BOOST_AUTO_TEST_CASE(a_damaged_page_is_an_error_and_not_the_end_of_the_process) {
  TempDir dir;
  fill(dir.path(), 5000);
  {
    // Branch pages with a single child, which LMDB asserts against.
    std::fstream file(dir.sub("data.mdb"), std::ios::binary | std::ios::in | std::ios::out);
    const auto pages = std::filesystem::file_size(dir.sub("data.mdb")) / 4096;
    int damaged = 0;
    for (std::uint64_t page = 2; page < pages; ++page) {
      file.seekg(static_cast<std::streamoff>(page * 4096 + 10));
      const int flags = file.get() | file.get() << 8;
      if ((flags & 0x01) == 0) continue;
      file.seekp(static_cast<std::streamoff>(page * 4096 + 12));
      file.put(18);  // the end of its list of children
      file.put(0);
      ++damaged;
    }
    BOOST_TEST_REQUIRE(damaged > 0);
  }
  auto store = must(open_lmdb(dir.path(), {}));
  auto txn = must(store->begin_read());
  const kith::Status status = txn->get(kT, "key7").status();
  BOOST_TEST((status.code() == Code::kCorrupt));
  BOOST_TEST(names(status, "restore"));
  // From then on nothing is asked of LMDB any more, until it is opened anew.
  BOOST_TEST((txn->get(kT, "key7").status().code() == Code::kCorrupt));
  BOOST_TEST((store->begin_write({}).status().code() == Code::kCorrupt));
  BOOST_TEST((open_lmdb(dir.path(), {}).status().code() == Code::kCorrupt));
  txn.reset();
  store.reset();
  kith::testing::Signal met;
  kith::testing::Signal seen;
  Child child([&] {
    auto own = open_lmdb(dir.path(), {});
    if (!own.ok()) return 1;
    auto writer = (*own)->begin_write({});
    if (!writer.ok()) return 2;
    if ((*writer)->put(kT, "key7", "x").code() != Code::kCorrupt) return 3;
    if ((*writer)->commit().code() != Code::kCorrupt) return 4;
    writer = kith::Status(Code::kClosed, "done");
    own = kith::Status(Code::kClosed, "done");
    if (open_lmdb(dir.path(), {}).status().code() != Code::kAlreadyOpen) return 5;
    return met.raise() && seen.wait() ? 0 : 6;
  });
  BOOST_TEST(met.wait());
  store = must(open_lmdb(dir.path(), {}));
  WriteOptions soon;
  soon.timeout = std::chrono::milliseconds(20);
  BOOST_TEST((store->begin_write(soon).status().code() == Code::kBusy));  // and does not hang
  BOOST_TEST(seen.raise());
  BOOST_TEST(child.wait() == 0);
  must(store->begin_write({}));  // its locks went with it
}

BOOST_AUTO_TEST_SUITE_END()
