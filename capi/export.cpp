#include <filesystem>
#include <fstream>
#include <ostream>
#include <streambuf>
#include <system_error>

#include "callback.hpp"
#include "options.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

// Hands what is written to a stream to a callback.
class CallbackBuffer : public std::streambuf {
 public:
  CallbackBuffer(kith_write_fn write, void* user) : write_(write), user_(user) {}
  const CallbackOutcome& outcome() const { return outcome_; }

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override {
    const bool go_on =
        outcome_.call([&] { return write_(user_, data, static_cast<size_t>(size)); });
    return go_on ? size : 0;
  }
  int_type overflow(int_type byte) override {
    if (traits_type::eq_int_type(byte, traits_type::eof())) return traits_type::not_eof(byte);
    const char data = traits_type::to_char_type(byte);
    return xsputn(&data, 1) == 1 ? byte : traits_type::eof();
  }

 private:
  kith_write_fn write_;
  void* user_;
  CallbackOutcome outcome_;
};

Status io_error(const std::string& doing, const std::filesystem::path& path, std::error_code why) {
  return Status(Code::kIo, doing + " " + path.string() + ": " + why.message());
}

// A file that takes the place of `path` when all of it has been written. Pipes and devices are
// written to as they are.
class ReplacingFile {
 public:
  explicit ReplacingFile(std::string_view path) : target_(path) {}
  ReplacingFile(const ReplacingFile&) = delete;
  ReplacingFile& operator=(const ReplacingFile&) = delete;
  ~ReplacingFile() {
    std::error_code ignored;
    if (part_ != target_ && !done_ && stream_.is_open()) std::filesystem::remove(part_, ignored);
  }

  Status open() {
    std::error_code none;
    if (std::filesystem::exists(target_, none)) {
      const std::filesystem::path real = std::filesystem::canonical(target_, none);
      if (!none) target_ = real;
    }
    const std::filesystem::file_status now = std::filesystem::status(target_, none);
    part_ = target_;
    if (!std::filesystem::exists(now) || std::filesystem::is_regular_file(now)) part_ += ".part";
    stream_.open(part_, std::ios::binary | std::ios::trunc);
    if (!stream_)
      return io_error("cannot write", part_, std::error_code(errno, std::generic_category()));
    return {};
  }

  std::ostream& stream() { return stream_; }

  Status finish() {
    stream_.flush();
    if (!stream_)
      return io_error("cannot write", part_, std::error_code(errno, std::generic_category()));
    std::error_code failed;
    if (part_ != target_) std::filesystem::rename(part_, target_, failed);
    if (failed) return io_error("cannot replace", target_, failed);
    done_ = true;
    return {};
  }

 private:
  std::filesystem::path target_;
  std::filesystem::path part_;
  std::ofstream stream_;
  bool done_ = false;
};

}  // namespace

int32_t kith_export_path(const kith_session* session, const char* entity, size_t entity_size,
                         const char* path, size_t path_size, const kith_export_options* options,
                         uint64_t* records, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(records);
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const ExportOptions how, read_options(options));
    ReplacingFile file(where);
    KITH_TRY(file.open());
    KITH_ASSIGN(const uint64_t count, export_records(session->session, type, file.stream(), how));
    KITH_TRY(file.finish());
    if (records != nullptr) *records = count;
    return {};
  });
}

int32_t kith_export_write(const kith_session* session, const char* entity, size_t entity_size,
                          kith_write_fn write, void* user, kith_destroy_fn destroy,
                          const kith_export_options* options, uint64_t* records,
                          kith_error** error) {
  return guard(error, [&]() -> Status {
    const DestroyAtEnd at_end(destroy, user);
    clear_optional(records);
    KITH_TRY(need(session, "session"));
    if (write == nullptr) return Status(Code::kInvalidArgument, "`write` is NULL");
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const ExportOptions how, read_options(options));
    CallbackBuffer buffer(write, user);
    std::ostream stream(&buffer);
    const Result<uint64_t> count = export_records(session->session, type, stream, how);
    KITH_TRY(buffer.outcome().status("write"));
    if (buffer.outcome().stopped()) return {};
    if (!count.ok()) return count.status();
    if (records != nullptr) *records = *count;
    return {};
  });
}
