#include "store/lmdb/lock_file.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"
#include "store/lmdb/process_claims.hpp"

namespace kith::store::lmdb {
namespace {

constexpr off_t kGateByte = 0;
constexpr off_t kNextByte = 1;
constexpr std::size_t kHolderBytes = 64;
constexpr std::size_t kContentBytes = 128;
// However long somebody waits for a word to change, he looks for himself at least this often: the
// one who was to change it may have died.
constexpr std::chrono::milliseconds kLongestNap{1000};
constexpr std::chrono::milliseconds kLongestGateNap{10};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);
static_assert(sizeof(SharedWords) <= kContentBytes - kHolderBytes);

// Not FUTEX_PRIVATE: the word is in a file that other processes map, too.
void sleep_while(const std::atomic<std::uint32_t>& word, std::uint32_t value,
                 std::chrono::nanoseconds time) {
  if (time <= time.zero()) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec wait{static_cast<time_t>(seconds.count()),
                      static_cast<long>((time - seconds).count())};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, &wait, nullptr, 0);
}

void wake_all(std::atomic<std::uint32_t>& flag, std::atomic<std::uint32_t>& word) {
  if (flag.exchange(0) == 0) return;
  word.fetch_add(1);
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

// Another open file has the directory open: some byte behind `first` is locked.
bool is_locked_from(int fd, off_t first) {
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first;
  lock.l_len = 0;  // to the end
  return ::fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

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
  if (file.fd_ >= 0) {
    file.share_words();
    return file;
  }
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
  if (words_ != nullptr) {
    ::munmap(reinterpret_cast<char*>(words_) - kHolderBytes, kContentBytes);
  }
  if (fd_ >= 0) ::close(fd_);
}

void LockFile::forget() {
  fd_ = -1;
  words_ = nullptr;
}

// Without them everything works, only slower: a wait is a sleep.
void LockFile::share_words() {
  struct stat info = {};
  if (::fstat(fd_, &info) != 0) return;
  if (info.st_size < static_cast<off_t>(kContentBytes)) {
    // Written, not only made longer: a hole in a full disk would be a SIGBUS.
    const std::string zeros(kContentBytes - static_cast<std::size_t>(info.st_size), '\0');
    if (::pwrite(fd_, zeros.data(), zeros.size(), info.st_size) !=
        static_cast<ssize_t>(zeros.size())) {
      return;
    }
  }
  void* content = ::mmap(nullptr, kContentBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (content == MAP_FAILED) return;
  words_ = reinterpret_cast<SharedWords*>(static_cast<char*>(content) + kHolderBytes);
}

Status LockFile::claim_process() {
  if (!there()) return {};
  const int refusal = set_lock(fd_, F_WRLCK, kProcessBytes + ::getpid());
  if (refusal == 0) {
    // What was announced before a power failure may be more than what is there now.
    if (words_ != nullptr && !is_locked_from(fd_, kProcessBytes)) words_->sequence.store(0);
    return {};
  }
  if (!is_held(refusal)) return system_error(refusal, "lock " + path_);
  if (is_claimed_alone(fd_, kProcessBytes + ::getpid())) {
    return Status(Code::kBusy, "the database of " + path_ +
                                   " is being compacted; try again when that has ended");
  }
  return Status(Code::kAlreadyOpen,
                "this process (pid " + std::to_string(::getpid()) + ") has the directory of " +
                    path_ +
                    " open through another copy of kith, or keeps it after a write that met a "
                    "damaged page; use one copy, or end the process");
}

Status LockFile::claim_alone() { return lmdb::claim_alone(fd_, path_); }

Status LockFile::lock_gate(Deadline deadline) {
  KITH_TRY(lock_byte(kNextByte, deadline));
  try {
    const Status status = lock_byte(kGateByte, deadline);
    unlock_byte(kNextByte);
    KITH_TRY(status);
    return note_holder();
  } catch (...) {  // out of memory
    unlock_byte(kNextByte);
    unlock_gate();
    throw;
  }
}

void LockFile::unlock_gate() {
  if (there()) unlock_byte(kGateByte);
}

// There is no such lock with a timeout, so this asks again when a lock was let go somewhere, and
// now and then.
Status LockFile::lock_byte(off_t byte, Deadline deadline) {
  std::chrono::nanoseconds nap = std::chrono::microseconds(200);
  while (true) {
    if (set_lock(fd_, F_WRLCK, byte) == 0) return {};
    std::uint32_t moves = 0;
    if (words_ != nullptr) {
      moves = words_->gate_moves.load();  // before the flag: a wake between is not missed
      words_->awaits_gate.store(1);
    }
    const int refusal = set_lock(fd_, F_WRLCK, byte);
    if (refusal == 0) return {};
    if (!is_held(refusal)) return system_error(refusal, "lock the writers' gate in " + path_);
    const std::chrono::nanoseconds left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) {
      return Status(Code::kBusy, holder() + " is writing to the database (it holds the gate in " +
                                     path_ + "); try again, or wait longer");
    }
    if (words_ != nullptr) {
      sleep_while(words_->gate_moves, moves,
                  std::min<std::chrono::nanoseconds>(kLongestGateNap, left));
    } else {
      std::this_thread::sleep_for(std::min(nap, left));
      nap = std::min<std::chrono::nanoseconds>(nap * 2, kLongestGateNap);
    }
  }
}

void LockFile::unlock_byte(off_t byte) {
  set_lock(fd_, F_UNLCK, byte);
  if (words_ != nullptr) wake_all(words_->awaits_gate, words_->gate_moves);
}

void LockFile::announce(std::uint64_t sequence) {
  if (words_ == nullptr) return;
  std::uint64_t known = words_->sequence.load();
  while (known < sequence && !words_->sequence.compare_exchange_weak(known, sequence)) {
  }
  if (known < sequence) wake_all(words_->awaits_sequence, words_->announcements);
}

void LockFile::wait_for(std::uint64_t sequence, Deadline deadline) {
  while (true) {
    const std::chrono::nanoseconds left = deadline - std::chrono::steady_clock::now();
    if (left <= left.zero()) return;
    const std::chrono::nanoseconds nap = std::min<std::chrono::nanoseconds>(left, kLongestNap);
    if (words_ == nullptr) {
      std::this_thread::sleep_for(nap);
      return;
    }
    const std::uint32_t announcements = words_->announcements.load();
    words_->awaits_sequence.store(1);
    if (words_->sequence.load() > sequence) return;
    sleep_while(words_->announcements, announcements, nap);
  }
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
