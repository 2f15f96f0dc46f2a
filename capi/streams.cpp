#include "streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kith::capi {

std::streamsize CallbackBuffer::xsputn(const char* data, std::streamsize size) {
  const bool go_on = outcome_.call([&] { return write_(user_, data, static_cast<size_t>(size)); });
  return go_on ? size : 0;
}

CallbackBuffer::int_type CallbackBuffer::overflow(int_type byte) {
  if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
  const char data = traits_type::to_char_type(byte);
  return xsputn(&data, 1) == 1 ? byte : traits_type::eof();
}

CallbackSource::int_type CallbackSource::underflow() {
  if (ended_) return traits_type::eof();
  size_t size = 0;
  const bool go_on =
      outcome_.call([&] { return read_(user_, bytes_.data(), bytes_.size(), &size); });
  too_much_ = too_much_ || size > bytes_.size();
  ended_ = !go_on || too_much_ || size == 0;
  // The stream catches it and is bad from then on.
  if (!go_on || too_much_) throw std::ios_base::failure("the callback `read` failed");
  if (ended_) return traits_type::eof();
  setg(bytes_.data(), bytes_.data(), bytes_.data() + size);
  return traits_type::to_int_type(bytes_[0]);
}

Status CallbackSource::status() const {
  KITH_TRY(outcome_.status("read"));
  if (outcome_.stopped()) {
    return Status(Code::kInvalidArgument,
                  "the callback `read` returned KITH_CALLBACK_STOP, which has no meaning here: "
                  "the end is a size of 0");
  }
  if (!too_much_) return {};
  return Status(Code::kInvalidArgument,
                "the callback `read` gave a size above the capacity it was called with");
}

Status io_error(const std::string& doing, const std::filesystem::path& path) {
  const std::error_code why(errno, std::generic_category());
  return Status(Code::kIo, doing + " " + path.string() + ": " + why.message());
}

namespace {

// A file, or a folder with the names in it.
Status flush_to_disk(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return io_error("cannot open", path);
  Status status;
  // Some file systems cannot flush a folder, and say that it is no fit object.
  if (::fsync(descriptor) != 0 && errno != EINVAL) status = io_error("cannot flush", path);
  ::close(descriptor);
  return status;
}

}  // namespace

ReplacingFile::~ReplacingFile() {
  std::error_code ignored;
  if (opened_ && replaces() && !done_) std::filesystem::remove(part_, ignored);
}

Status ReplacingFile::open() {
  std::error_code none;
  if (std::filesystem::exists(target_, none)) {
    const std::filesystem::path real = std::filesystem::canonical(target_, none);
    if (!none) target_ = real;
  }
  const std::filesystem::file_status now = std::filesystem::status(target_, none);
  part_ = target_;
  if (!std::filesystem::exists(now) || std::filesystem::is_regular_file(now)) part_ += ".part";
  stream_.open(part_, std::ios::binary | std::ios::trunc);
  if (!stream_) return io_error("cannot write", part_);
  opened_ = true;
  return {};
}

Status ReplacingFile::finish() {
  stream_.close();
  if (!stream_) return io_error("cannot write", part_);
  if (replaces()) {
    KITH_TRY(flush_to_disk(part_));
    if (::rename(part_.c_str(), target_.c_str()) != 0) return io_error("cannot replace", target_);
  }
  done_ = true;
  if (!replaces()) return {};
  const std::filesystem::path folder = target_.parent_path();
  return flush_to_disk(folder.empty() ? std::filesystem::path(".") : folder);
}

}  // namespace kith::capi
