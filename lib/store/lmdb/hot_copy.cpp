#include "store/lmdb/hot_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::uint64_t kMetaPages = 2;

// Reads exactly `count` bytes.
Status read_fully(int fd, std::uint64_t offset, std::size_t count, char* out,
                  const std::string& name) {
  for (std::size_t done = 0; done < count;) {
    const ssize_t got = ::pread(fd, out + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "read " + name);
    if (got == 0) return Status(Code::kCorrupt, name + " ended while it was copied");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

HotCopy::HotCopy(const Env& env, std::string from, const std::string& to)
    : env_(env), from_(std::move(from)), target_(to) {}

HotCopy::~HotCopy() {
  if (fd_ >= 0) ::close(fd_);
}

Status HotCopy::prepare() {
  KITH_TRY(target_.prepare());
  const std::string& partial = target_.partial();
  fd_ = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  return fd_ >= 0 ? Status() : system_error(errno, "make " + partial);
}

Status HotCopy::read_meta_pages() {
  MDB_stat stat = {};
  MDB_envinfo info = {};
  mdb_filehandle_t fd = -1;
  int rc = mdb_env_stat(env_.get(), &stat);
  if (rc == 0) rc = mdb_env_info(env_.get(), &info);
  if (rc == 0) rc = mdb_env_get_fd(env_.get(), &fd);
  if (rc != 0) return lmdb_error(rc, "copy " + from_);
  meta_pages_.resize(kMetaPages * stat.ms_psize);
  end_ = (std::uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
  return read_fully(fd, 0, meta_pages_.size(), meta_pages_.data(), from_ + "/data.mdb");
}

Status HotCopy::carry_out() {
  KITH_TRY(copy_pages());
  if (::fsync(fd_) != 0) return system_error(errno, "sync " + target_.partial());
  return target_.put_in_place(target_.partial());
}

Status HotCopy::copy_pages() {
  KITH_TRY(write_out(meta_pages_.data(), meta_pages_.size()));
  mdb_filehandle_t fd = -1;
  if (int rc = mdb_env_get_fd(env_.get(), &fd); rc != 0) return lmdb_error(rc, "copy " + from_);
  // Pages at the end that were given and taken back in one transaction were never written.
  const std::uint64_t end = std::min(end_, env_.file_bytes());
  std::string chunk(kChunkBytes, '\0');
  for (std::uint64_t at = meta_pages_.size(); at < end;) {
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), end - at));
    KITH_TRY(read_fully(fd, at, count, chunk.data(), from_ + "/data.mdb"));
    KITH_TRY(write_out(chunk.data(), count));
    at += count;
  }
  return {};
}

Status HotCopy::write_out(const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t done = ::write(fd_, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return system_error(errno, "write the copy " + target_.partial());
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
  return {};
}

}  // namespace kith::store::lmdb
