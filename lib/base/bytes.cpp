#include "base/bytes.hpp"

namespace kith::base {

std::uint64_t ByteReader::big_endian(std::size_t width) {
  std::uint64_t value = 0;
  for (const char c : raw(width)) value = (value << 8) | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t ByteReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    if (!ok_) return 0;
    const bool last = (byte & 0x80) == 0;
    const bool too_wide = shift == 63 && byte > 1;
    const bool not_shortest = last && byte == 0 && shift > 0;
    if (too_wide || not_shortest) break;
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (last) return value;
  }
  fail();
  return 0;
}

std::string_view ByteReader::raw(std::size_t size) {
  if (size > rest_.size()) {
    fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return bytes;
}

std::string_view ByteReader::string() {
  const std::uint64_t size = varint();
  if (size > rest_.size()) {
    fail();
    return {};
  }
  return raw(static_cast<std::size_t>(size));
}

std::size_t ByteReader::count(std::size_t min_bytes) {
  const std::uint64_t value = varint();
  if (value > rest_.size() / min_bytes) {
    fail();
    return 0;
  }
  return static_cast<std::size_t>(value);
}

Status ByteReader::status(std::string_view what) const {
  if (ok_) return Status();
  return Status(Code::kCorrupt, std::string(what) +
                                    " is damaged: its bytes end too early or are "
                                    "not in the form written by kith");
}

Status ByteReader::finish(std::string_view what) const {
  if (ok_ && !rest_.empty()) {
    return Status(Code::kCorrupt, std::string(what) + " is damaged: " +
                                      std::to_string(rest_.size()) + " bytes too many");
  }
  return status(what);
}

}  // namespace kith::base
