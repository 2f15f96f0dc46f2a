#include "exchange/byte_source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kith::exchange {

namespace {

Status io_error(const std::string& what, const std::string& path, int error) {
  return Status(Code::kIo, what + " " + path + ": " + std::strerror(error));
}

}  // namespace

Result<std::size_t> MemorySource::read(char* buffer, std::size_t size) {
  const std::size_t n = std::min(size, text_.size() - at_);
  std::memcpy(buffer, text_.data() + at_, n);
  at_ += n;
  return n;
}

FileSource::FileSource(std::string path, File file, std::uint64_t total)
    : path_(std::move(path)), file_(std::move(file)), total_(total) {}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) return io_error("cannot open", path, errno);
  struct stat about {};
  if (fstat(fileno(file.get()), &about) != 0) return io_error("cannot read", path, errno);
  if (S_ISDIR(about.st_mode)) return io_error("cannot read", path, EISDIR);
  const std::uint64_t total =
      S_ISREG(about.st_mode) ? static_cast<std::uint64_t>(about.st_size) : 0;
  return std::unique_ptr<FileSource>(new FileSource(path, std::move(file), total));
}

Result<std::size_t> FileSource::read(char* buffer, std::size_t size) {
  const std::size_t n = std::fread(buffer, 1, size, file_.get());
  if (n == 0 && std::ferror(file_.get()) != 0) return io_error("cannot read", path_, errno);
  return n;
}

Status LazyFileSink::write(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (!file_) {
    file_.reset(std::fopen(path_.c_str(), "wb"));
    if (!file_) return io_error("cannot write", path_, errno);
  }
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return io_error("cannot write", path_, errno);
  }
  return {};
}

Status LazyFileSink::close() {
  if (!file_) return {};
  if (std::fclose(file_.release()) != 0) return io_error("cannot write", path_, errno);
  return {};
}

}  // namespace kith::exchange
