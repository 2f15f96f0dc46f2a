#include "tests/crash/interposer.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <string_view>

// The C library's own allocator, which needs no look-up that would itself allocate.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace kith::crash {
namespace {

enum class File : std::uint8_t { kOther, kData, kDurableData, kLock };

std::array<std::atomic<File>, 4096> files{};
std::atomic<int> log_fd{-1};

std::atomic<bool> armed{false};
std::atomic<bool> paused{false};
Call armed_call = Call::kOpen;
std::atomic<std::uint64_t> calls{0};
std::uint64_t strike_at = 0;
int strike_error = 0;
bool strike_again = false;

template <typename F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

File file_of(int fd) {
  return fd >= 0 && static_cast<std::size_t>(fd) < files.size()
             ? files[static_cast<std::size_t>(fd)].load(std::memory_order_relaxed)
             : File::kOther;
}

bool is_data(File file) { return file == File::kData || file == File::kDurableData; }

// 0, or what the call must fail with.
int strike(Call call) {
  if (!armed.load(std::memory_order_relaxed) || paused || armed_call != call) return 0;
  const std::uint64_t number = calls.fetch_add(1) + 1;
  return number == strike_at || (strike_again && number > strike_at) ? strike_error : 0;
}

void put(const void* bytes, std::size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = real(log_fd, at, size);
    if (written <= 0) ::_exit(77);  // a test with half a log would prove nothing
    at += written;
    size -= static_cast<std::size_t>(written);
  }
}

void note(Event event, std::uint64_t offset, const iovec* parts = nullptr, int count = 0) {
  if (log_fd < 0) return;
  LogHead head{};
  head.event = event;
  head.offset = offset;
  for (int i = 0; i < count; ++i) head.size += parts[i].iov_len;
  put(&head, sizeof head);
  for (int i = 0; i < count; ++i) put(parts[i].iov_base, parts[i].iov_len);
}

Event event_of(File file) {
  return file == File::kDurableData ? Event::kDurableWrite : Event::kWrite;
}

template <typename Open>
int opened(const char* path, int flags, Open&& real) {
  const std::string_view name(path);
  const bool data = name.ends_with("data.mdb");
  const bool lock = name.ends_with("lock.mdb") || name.ends_with(".lock");
  if (data || lock) {
    if (const int error = strike(Call::kOpen); error != 0) {
      errno = error;
      return -1;
    }
  }
  const int fd = real();
  if (fd >= 0 && static_cast<std::size_t>(fd) < files.size()) {
    const bool durable = (flags & O_DSYNC) != 0;
    files[static_cast<std::size_t>(fd)] = data   ? durable ? File::kDurableData : File::kData
                                          : lock ? File::kLock
                                                 : File::kOther;
  }
  return fd;
}

mode_t mode_of(int flags, va_list rest) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

// A write at a known place. `real(half)` writes the first half or all.
template <typename Write>
ssize_t written(int fd, std::uint64_t offset, const iovec* parts, int count, Write&& real) {
  const File file = file_of(fd);
  if (file == File::kOther) return real(false);
  if (const int error = strike(Call::kWrite); error == kShortWrite) {
    return real(true);
  } else if (error != 0) {
    errno = error;
    return -1;
  }
  if (is_data(file)) note(event_of(file), offset, parts, count);
  return real(false);
}

int synced(int fd, const char* name) {
  const auto real = next<int (*)(int)>(name);
  if (file_of(fd) == File::kOther) return real(fd);
  if (const int error = strike(Call::kSync); error != 0) {
    errno = error;
    return -1;
  }
  if (is_data(file_of(fd))) note(Event::kSync, 0);
  return real(fd);
}

void* mapped(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  using Map = void* (*)(void*, std::size_t, int, int, int, off_t);
  static const auto real = next<Map>("mmap");
  if (const int error = strike(Call::kMap); error != 0) {
    errno = error;
    return MAP_FAILED;
  }
  return real(address, size, protection, flags, fd, offset);
}

int truncated(int fd, off_t size) {
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  if (file_of(fd) == File::kOther) return real(fd, size);
  if (const int error = strike(Call::kTruncate); error != 0) {
    errno = error;
    return -1;
  }
  if (is_data(file_of(fd))) note(Event::kTruncate, static_cast<std::uint64_t>(size));
  return real(fd, size);
}

bool allocation_fails() {
  if (strike(Call::kAllocate) == 0) return false;
  errno = ENOMEM;
  return true;
}

std::uint64_t position(int fd) { return static_cast<std::uint64_t>(::lseek(fd, 0, SEEK_CUR)); }

}  // namespace

void interposer_log(int fd) { log_fd = fd; }

void interposer_mark(std::uint64_t number) { note(Event::kMark, number); }

void interposer_arm(Call call, std::uint64_t nth, int error, bool persistent) {
  armed_call = call;
  strike_at = nth;
  strike_error = error;
  strike_again = persistent;
  calls = 0;
  armed = true;
}

std::uint64_t interposer_disarm() {
  armed = false;
  return calls;
}

bool interposer_pause(bool on) { return paused.exchange(on); }

bool interposer_refuses_allocation() { return allocation_fails(); }

}  // namespace kith::crash

// ------------------------------------------------------------------ the calls, in front of libc's

using namespace kith::crash;

extern "C" {

KITH_INTERPOSER int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  return opened(path, flags, [&] { return real(path, flags, mode); });
}

KITH_INTERPOSER int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  static const auto real = next<int (*)(const char*, int, ...)>("open64");
  return opened(path, flags, [&] { return real(path, flags, mode); });
}

KITH_INTERPOSER int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  static const auto real = next<int (*)(int, const char*, int, ...)>("openat");
  return opened(path, flags, [&] { return real(folder, path, flags, mode); });
}

KITH_INTERPOSER int close(int fd) {
  static const auto real = next<int (*)(int)>("close");
  if (fd >= 0 && static_cast<std::size_t>(fd) < files.size()) {
    files[static_cast<std::size_t>(fd)] = File::kOther;
  }
  return real(fd);
}

KITH_INTERPOSER ssize_t pwrite(int fd, const void* bytes, std::size_t size, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
  const iovec part{const_cast<void*>(bytes), size};
  return written(fd, static_cast<std::uint64_t>(offset), &part, 1,
                 [&](bool half) { return real(fd, bytes, half ? size / 2 : size, offset); });
}

KITH_INTERPOSER ssize_t pwrite64(int fd, const void* bytes, std::size_t size, off_t offset) {
  return pwrite(fd, bytes, size, offset);
}

KITH_INTERPOSER ssize_t write(int fd, const void* bytes, std::size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  if (file_of(fd) == File::kOther) return real(fd, bytes, size);
  const iovec part{const_cast<void*>(bytes), size};
  return written(fd, position(fd), &part, 1,
                 [&](bool half) { return real(fd, bytes, half ? size / 2 : size); });
}

KITH_INTERPOSER ssize_t writev(int fd, const iovec* parts, int count) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int)>("writev");
  if (file_of(fd) == File::kOther) return real(fd, parts, count);
  return written(fd, position(fd), parts, count,
                 [&](bool half) { return real(fd, parts, half ? count / 2 : count); });
}

KITH_INTERPOSER ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  static const auto real = next<ssize_t (*)(int, const iovec*, int, off_t)>("pwritev");
  return written(fd, static_cast<std::uint64_t>(offset), parts, count,
                 [&](bool half) { return real(fd, parts, half ? count / 2 : count, offset); });
}

KITH_INTERPOSER int fdatasync(int fd) { return synced(fd, "fdatasync"); }
KITH_INTERPOSER int fsync(int fd) { return synced(fd, "fsync"); }

KITH_INTERPOSER int ftruncate(int fd, off_t size) noexcept { return truncated(fd, size); }
KITH_INTERPOSER int ftruncate64(int fd, off_t size) noexcept { return truncated(fd, size); }

KITH_INTERPOSER void* mmap(void* address, std::size_t size, int protection, int flags, int fd,
                           off_t offset) noexcept {
  return mapped(address, size, protection, flags, fd, offset);
}
KITH_INTERPOSER void* mmap64(void* address, std::size_t size, int protection, int flags, int fd,
                             off_t offset) noexcept {
  return mapped(address, size, protection, flags, fd, offset);
}

KITH_INTERPOSER void* malloc(std::size_t size) noexcept {
  return allocation_fails() ? nullptr : __libc_malloc(size);
}
KITH_INTERPOSER void* calloc(std::size_t count, std::size_t size) noexcept {
  return allocation_fails() ? nullptr : __libc_calloc(count, size);
}
KITH_INTERPOSER void* realloc(void* old, std::size_t size) noexcept {
  return allocation_fails() ? nullptr : __libc_realloc(old, size);
}
KITH_INTERPOSER int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  if (allocation_fails()) return ENOMEM;
  void* block = __libc_memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}
KITH_INTERPOSER void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return allocation_fails() ? nullptr : __libc_memalign(alignment, size);
}

}  // extern "C"
