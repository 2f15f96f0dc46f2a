#include "store/copy_target.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "base/try.hpp"

namespace kith::store {
namespace {

bool exists(const std::string& path) {
  struct stat info = {};
  return ::lstat(path.c_str(), &info) == 0;
}

Status failed(int error_number, const std::string& doing) {
  const bool full = error_number == ENOSPC || error_number == EDQUOT;
  return Status(full ? Code::kStoreFull : Code::kIo,
                "cannot " + doing + ": " + std::generic_category().message(error_number));
}

}  // namespace

CopyTarget::CopyTarget(std::string directory)
    : directory_(std::move(directory)),
      data_(directory_ + "/data.mdb"),
      partial_(directory_ + "/data.mdb.partial") {}

CopyTarget::~CopyTarget() {
  try {
    std::error_code ignored;  // whoever looks finds a name that says what it is
    if (owns_partial_) std::filesystem::remove_all(partial_, ignored);
  } catch (const std::bad_alloc&) {  // the next copy removes it
  }
  if (made_directory_) ::rmdir(directory_.c_str());
  if (lock_ >= 0) ::close(lock_);
}

Status CopyTarget::prepare() {
  if (::mkdir(directory_.c_str(), 0777) == 0) {
    made_directory_ = true;
  } else if (errno != EEXIST) {
    return failed(errno, "make the directory " + directory_);
  }
  lock_ = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ < 0) return failed(errno, "open the directory " + directory_);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    return Status(Code::kBusy, "another copy is being made in " + directory_);
  }
  if (exists(data_)) {
    return Status(Code::kInvalidArgument,
                  directory_ + " holds a database already; copy to a directory of its own");
  }
  std::error_code error;
  std::filesystem::remove_all(partial_, error);
  if (error) return failed(error.value(), "remove " + partial_);
  owns_partial_ = true;
  return {};
}

Status CopyTarget::put_in_place(const std::string& data_file) {
  const char* from = data_file.c_str();
  int rc = ::renameat2(AT_FDCWD, from, AT_FDCWD, data_.c_str(), RENAME_NOREPLACE);
  // Not every file system knows how not to replace.
  if (rc != 0 && errno == EINVAL && !exists(data_)) rc = ::rename(from, data_.c_str());
  if (rc != 0 && errno == EEXIST) {
    return Status(Code::kInvalidArgument,
                  directory_ + " has got a database meanwhile; it was left alone");
  }
  if (rc != 0) return failed(errno, "rename " + data_file);
  made_directory_ = false;
  if (::fsync(lock_) != 0) return failed(errno, "sync the directory " + directory_);
  return {};
}

}  // namespace kith::store
