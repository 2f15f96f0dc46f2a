// capi/streams.hpp: the host's callbacks and files as standard streams.
//
//   CallbackBuffer buffer(write, user);
//   std::ostream stream(&buffer);
//   ... KITH_TRY(buffer.outcome().status("write"));
//
//   ReplacingFile file(path);
//   KITH_TRY(file.open());
//   file.stream() << ...;
//   KITH_TRY(file.finish());   // now, and only now, it stands at `path`, on disk
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <streambuf>

#include "callback.hpp"

namespace kith::capi {

// Hands what is written to a stream to a callback.
class CallbackBuffer : public std::streambuf {
 public:
  CallbackBuffer(kith_write_fn write, void* user) : write_(write), user_(user) {}
  const CallbackOutcome& outcome() const { return outcome_; }

 protected:
  std::streamsize xsputn(const char* data, std::streamsize size) override;
  int_type overflow(int_type byte) override;

 private:
  kith_write_fn write_;
  void* user_;
  CallbackOutcome outcome_;
};

// Lets a stream be read from a callback. A callback that fails makes the stream bad: it is no end.
class CallbackSource : public std::streambuf {
 public:
  CallbackSource(kith_read_fn read, void* user) : read_(read), user_(user) {}
  Status status() const;

 protected:
  int_type underflow() override;

 private:
  kith_read_fn read_;
  void* user_;
  CallbackOutcome outcome_;
  bool too_much_ = false;  // it says that it wrote more than there was room for
  bool ended_ = false;
  std::array<char, 64 * 1024> bytes_{};
};

// kIo with the words of the operating system, from errno.
Status io_error(const std::string& doing, const std::filesystem::path& path);

// A file that takes the place of `path` when all of it has been written and is on disk. Pipes and
// devices are written to as they are.
class ReplacingFile {
 public:
  explicit ReplacingFile(std::string_view path) : target_(path) {}
  ReplacingFile(const ReplacingFile&) = delete;
  ReplacingFile& operator=(const ReplacingFile&) = delete;
  ~ReplacingFile();

  Status open();
  std::ostream& stream() { return stream_; }
  Status finish();

 private:
  bool replaces() const { return part_ != target_; }

  std::filesystem::path target_;
  std::filesystem::path part_;
  std::ofstream stream_;
  bool opened_ = false;
  bool done_ = false;
};

}  // namespace kith::capi
