// exchange/byte_source.hpp: where the bytes of an import come from and where those of an export go.
//
//   KITH_ASSIGN(auto source, exchange::FileSource::open("deals.csv"));
//   char buffer[4096];
//   KITH_ASSIGN(std::size_t n, source->read(buffer, sizeof buffer));   // 0 is the end
//
// Ownership: MemorySource borrows its text. Threads: one at a time. Errors: kIo with the system's
// words and the path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::exchange {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Up to `size` bytes; 0 only at the end.
  virtual Result<std::size_t> read(char* buffer, std::size_t size) = 0;
  // Of everything, or 0 when unknown.
  virtual std::uint64_t total_bytes() const { return 0; }
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view text) : text_(text) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override;
  std::uint64_t total_bytes() const override { return text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

class FileSource final : public ByteSource {
 public:
  static Result<std::unique_ptr<FileSource>> open(const std::string& path);
  Result<std::size_t> read(char* buffer, std::size_t size) override;
  std::uint64_t total_bytes() const override { return total_; }

 private:
  FileSource(std::string path, File file, std::uint64_t total);

  std::string path_;
  File file_;
  std::uint64_t total_ = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual Status write(std::string_view bytes) = 0;
};

class StringSink final : public ByteSink {
 public:
  Status write(std::string_view bytes) override {
    text.append(bytes);
    return {};
  }
  std::string text;
};

// A file that comes into being with its first byte.
class LazyFileSink final : public ByteSink {
 public:
  explicit LazyFileSink(std::string path) : path_(std::move(path)) {}
  Status write(std::string_view bytes) override;
  // Flushes and closes; the last chance of a full disk to say so.
  Status close();

 private:
  std::string path_;
  File file_;
};

}  // namespace kith::exchange
