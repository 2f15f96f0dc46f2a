#include "store/lmdb/lock_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

constexpr off_t kGateByte = 0;
constexpr off_t kProcessBytes = off_t{1} << 20;
constexpr std::size_t kHolderBytes = 64;

// 0, or the errno of the refusal: EAGAIN or EACCES when another open file holds the byte.
int set_lock(int fd, short type, off_t byte) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte;
  lock.l_len = 1;
  int rc;
  do {
    rc = ::fcntl(fd, F_OFD_SETLK, &lock);
  } while (rc != 0 && errno == EINTR);
  return rc == 0 ? 0 : errno;
}

bool is_held(int error_number) { return error_number == EAGAIN || error_number == EACCES; }

// The 22nd field of /proc/self/stat; the second, in parentheses, may hold anything.
std::string start_time() {
  std::ifstream file("/proc/self/stat");
  std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return "0";
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  return field.empty() ? "0" : field;
}

}  // namespace

Result<LockFile> LockFile::open(const std::string& directory, bool read_only) {
  LockFile file;
  file.path_ = directory + "/kith.lock";
  file.fd_ = ::open(file.path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file.fd_ >= 0) return file;
  const int error_number = errno;
  const bool no_permission =
      error_number == EACCES || error_number == EROFS || error_number == EPERM;
  if (read_only && no_permission) return file;
  if (no_permission) {
    return Status(Code::kReadOnly, "no permission to write to " + file.path_ +
                                       "; open the database read-only, or change the permission");
  }
  return system_error(error_number, "open " + file.path_);
}

LockFile::~LockFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status LockFile::claim_process() {
  if (!there()) return {};
  const int refusal = set_lock(fd_, F_WRLCK, kProcessBytes + ::getpid());
  if (refusal == 0) return {};
  if (!is_held(refusal)) return system_error(refusal, "lock " + path_);
  return Status(Code::kAlreadyOpen,
                "this process (pid " + std::to_string(::getpid()) + ") has the directory of " +
                    path_ +
                    " open through another copy of kith, or keeps it after a write that met a "
                    "damaged page; use one copy, or end the process");
}

Status LockFile::lock_gate(Deadline deadline) {
  // There is no lock with a timeout, so this asks again, ever less often.
  std::chrono::microseconds pause{200};
  while (true) {
    const int refusal = set_lock(fd_, F_WRLCK, kGateByte);
    if (refusal == 0) return note_holder();
    if (!is_held(refusal)) return system_error(refusal, "lock the writers' gate in " + path_);
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) {
      return Status(Code::kBusy, holder() + " is writing to the database (it holds the gate in " +
                                     path_ + "); try again, or wait longer");
    }
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(pause, left));
    pause = std::min(pause * 2, std::chrono::microseconds(10'000));
  }
}

void LockFile::unlock_gate() {
  if (there()) set_lock(fd_, F_UNLCK, kGateByte);
}

Status LockFile::note_holder() {
  std::string note = std::to_string(::getpid()) + " " + start_time();
  note.resize(kHolderBytes - 1, ' ');
  note.push_back('\n');
  const ssize_t written = ::pwrite(fd_, note.data(), note.size(), 0);
  if (written == static_cast<ssize_t>(note.size())) return {};
  const int error_number = written < 0 ? errno : ENOSPC;  // a write that ends early says no more
  unlock_gate();
  return system_error(error_number, "write to " + path_);
}

std::string LockFile::holder() const {
  char note[kHolderBytes] = {};
  const ssize_t bytes = ::pread(fd_, note, sizeof note, 0);
  std::istringstream fields(std::string(note, bytes > 0 ? static_cast<std::size_t>(bytes) : 0));
  std::string pid;
  fields >> pid;
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace kith::store::lmdb
