// tests/support/temp_dir.hpp: a directory that is gone when the test ends.
//
//   TempDir dir;
//   auto store = kith::store::open_lmdb(dir.sub("crm"), {});
//
// Each object makes a directory of its own, so tests may run in parallel: under TMPDIR when that is
// set, else in memory (/dev/shm) where there is room, as durable commits to a busy disk take most
// of a suite's time, else under /tmp. The destructor removes it with all it holds and never throws.
// Not copyable.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace kith::testing {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (root() / "kith-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error("cannot make a temporary directory from " + pattern);
    }
    path_ = pattern;
  }
  ~TempDir() {
    if (path_.empty() || owner_ != ::getpid()) return;  // a forked child leaves it to its parent
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  std::string sub(const std::string& name) const { return path_ + "/" + name; }

 private:
  static std::filesystem::path root() {
    constexpr std::uintmax_t kRoom = std::uintmax_t{256} << 20;
    std::error_code error;
    const auto space = std::filesystem::space("/dev/shm", error);
    const bool in_memory = std::getenv("TMPDIR") == nullptr && !error && space.available >= kRoom &&
                           ::access("/dev/shm", W_OK) == 0;
    return in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
  }

  std::string path_;
  ::pid_t owner_ = ::getpid();
};

}  // namespace kith::testing
