// replace_data(): another database in the place of one that is open exclusively.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/try.hpp"
#include "store/exclusive.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store {
namespace {

Status sync_path(const std::string& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return lmdb::system_error(errno, "open " + path);
  const int rc = ::fsync(file);
  const int error_number = errno;
  ::close(file);
  return rc == 0 ? Status() : lmdb::system_error(error_number, "write " + path + " to the disk");
}

}  // namespace

Status replace_data(const std::string& directory, const std::string& data_file) {
  // Its commits are on disk; its size and place are made sure of here.
  KITH_TRY(sync_path(data_file, O_RDONLY));
  const std::string data = directory + "/data.mdb";
  if (std::rename(data_file.c_str(), data.c_str()) != 0) {
    return lmdb::system_error(errno, "rename " + data_file + " to " + data);
  }
  return sync_path(directory, O_RDONLY | O_DIRECTORY);
}

}  // namespace kith::store
