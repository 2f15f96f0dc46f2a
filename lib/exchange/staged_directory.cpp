#include "exchange/staged_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/try.hpp"

namespace kith::exchange {
namespace {

namespace fs = std::filesystem;

Status failed(const std::string& what, const std::string& path, int error) {
  return {Code::kIo, what + " " + path + ": " + std::generic_category().message(error)};
}

std::string lock_path(const std::string& path) { return path + ".lock"; }

// The lock file's descriptor, held. A file that its last holder has just removed is nobody's lock.
Result<int> take_lock(const std::string& path) {
  const std::string name = lock_path(path);
  while (true) {
    const int lock = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock < 0) return failed("cannot create", name, errno);
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      ::close(lock);
      if (error != EWOULDBLOCK) return failed("cannot lock", name, error);
      return Status(Code::kBusy, "another process or thread is loading into " + path +
                                     "; wait for it, or choose another place");
    }
    struct stat held {};
    struct stat named {};
    if (::fstat(lock, &held) == 0 && ::stat(name.c_str(), &named) == 0 &&
        held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
      return lock;
    }
    ::close(lock);
  }
}

Status sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("cannot open", path, errno);
  const int result = ::fsync(directory);
  const int error = errno;
  ::close(directory);
  return result == 0 ? Status() : failed("cannot write to disk", path, error);
}

std::string without_slash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

std::string parent_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

Status check_free(const std::string& target) {
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (status.type() == fs::file_type::not_found) return {};
  const bool empty = status.type() == fs::file_type::directory && fs::is_empty(target, error);
  if (empty && !error) return {};
  return {Code::kInvalidArgument, target + " is there already: choose another place, or move it"};
}

}  // namespace

Result<StagedDirectory> StagedDirectory::begin(std::string_view wanted) {
  const std::string target = without_slash(wanted);
  if (target.empty()) return Status(Code::kInvalidArgument, "a database needs a path");
  KITH_TRY(check_free(target));
  const std::string path = target + ".loading";
  StagedDirectory staged(target, path, -1);  // memory may run out before, but not after the lock
  KITH_ASSIGN(staged.lock_, take_lock(path));
  std::error_code error;
  fs::remove_all(path, error);  // what a killed process left
  if (error) return failed("cannot remove", path, error.value());
  if (::mkdir(path.c_str(), 0777) != 0) return failed("cannot create", path, errno);
  return staged;
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)),
      path_(std::move(other.path_)),
      lock_(std::exchange(other.lock_, -1)) {}

StagedDirectory::~StagedDirectory() {
  if (lock_ < 0) return;
  try {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    end();
  } catch (...) {  // out of memory: what is left, the next one removes
    ::close(std::exchange(lock_, -1));
  }
}

void StagedDirectory::end() {
  ::unlink(lock_path(path_).c_str());
  ::close(std::exchange(lock_, -1));
}

Status StagedDirectory::publish() {
  KITH_TRY(check_free(target_));
  KITH_TRY(sync_directory(path_));
  if (std::rename(path_.c_str(), target_.c_str()) != 0) {
    return failed("cannot rename " + path_ + " to", target_, errno);
  }
  end();
  return sync_directory(parent_of(target_));
}

}  // namespace kith::exchange
