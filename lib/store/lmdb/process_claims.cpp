#include "store/lmdb/process_claims.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

struct flock write_lock(off_t start, off_t length) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = start;
  lock.l_len = length;
  return lock;
}

}  // namespace

Status claim_alone(int descriptor, const std::string& path) {
  struct flock all = write_lock(kProcessBytes, 0);  // to the end
  int rc;
  do {
    rc = ::fcntl(descriptor, F_OFD_SETLK, &all);
  } while (rc != 0 && errno == EINTR);
  if (rc == 0) return {};
  const int refusal = errno;
  if (refusal != EAGAIN && refusal != EACCES) return system_error(refusal, "lock " + path);
  std::string holder = "another process";
  struct flock held = write_lock(kProcessBytes, 0);
  if (::fcntl(descriptor, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK && held.l_len == 1) {
    const off_t pid = held.l_start - kProcessBytes;
    holder = pid == ::getpid() ? "this process (pid " + std::to_string(pid) + ")"
                               : "process " + std::to_string(pid);
  }
  return {Code::kBusy, holder + " has the directory of " + path +
                           " open; close the database everywhere and try again"};
}

bool is_claimed_alone(int descriptor, off_t byte) {
  struct flock held = write_lock(byte, 1);
  return ::fcntl(descriptor, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK && held.l_len != 1;
}

}  // namespace kith::store::lmdb
