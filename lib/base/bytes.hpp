// base/bytes.hpp: writing and reading of binary keys, catalog rows and history entries.
//
//   ByteWriter out;            out.u16(type); out.varint(count); out.string(name);
//   ByteReader in(bytes);      auto type = in.u16(); auto count = in.count(); ...
//   KITH_TRY(in.finish("catalog row"));  // kCorrupt unless every read fitted and nothing is left
//
// Fixed-width integers are big-endian, so that keys sort as numbers do. A varint is LEB128, seven
// bits a byte, low first, in its shortest form only: equal values give equal bytes.
//
// The reader never reads outside its bytes and never throws: the first read that does not fit
// makes it failed, and from then on every read gives zero or empty. Check ok() where a value that
// was read decides what happens next, and finish() at the end. It borrows the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kith/status.hpp"

namespace kith::base {

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

class ByteWriter {
 public:
  ByteWriter() = default;

  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) { big_endian(value, 2); }
  void u32(std::uint32_t value) { big_endian(value, 4); }
  void u64(std::uint64_t value) { big_endian(value, 8); }
  void boolean(bool value) { u8(value ? 1 : 0); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8(static_cast<std::uint8_t>(value | 0x80));
    u8(static_cast<std::uint8_t>(value));
  }
  void signed_varint(std::int64_t value) { varint(zigzag(value)); }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void string(std::string_view bytes) {  // length as varint, then the bytes
    varint(bytes.size());
    raw(bytes);
  }

  std::size_t size() const { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  void big_endian(std::uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      u8(static_cast<std::uint8_t>(value >> shift));
    }
  }

  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u64() { return big_endian(8); }
  bool boolean() {  // 0 or 1; anything else fails
    const std::uint8_t value = u8();
    if (value > 1) fail();
    return value == 1;
  }
  std::uint64_t varint();
  std::int64_t signed_varint() { return unzigzag(varint()); }
  // A varint that must fit 32 or 16 bits.
  std::uint32_t varint32() { return static_cast<std::uint32_t>(bounded_varint(0xFFFFFFFF)); }
  std::uint16_t varint16() { return static_cast<std::uint16_t>(bounded_varint(0xFFFF)); }
  std::string_view raw(std::size_t size);
  std::string_view string();
  // How many items follow. Fails when so many, of at least `min_bytes` each, cannot be in what is
  // left: a loop over it, or a reserve, is safe with hostile bytes.
  std::size_t count(std::size_t min_bytes = 1);

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  std::size_t remaining() const { return rest_.size(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

  // kCorrupt, naming `what`, when a read did not fit.
  Status status(std::string_view what) const;
  // The same, or when bytes are left over.
  Status finish(std::string_view what) const;

 private:
  std::uint64_t big_endian(std::size_t width);
  std::uint64_t bounded_varint(std::uint64_t max) {
    const std::uint64_t value = varint();
    if (value <= max) return value;
    fail();
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

inline std::string read_string(ByteReader& in) { return std::string(in.string()); }

// A number of 32 bits as a varint, to be an item of a list: of ids, for example.
inline void write_u32(ByteWriter& out, std::uint32_t value) { out.varint(value); }
inline std::uint32_t read_u32(ByteReader& in) { return in.varint32(); }

// A signed number that is not negative, stored as a varint; one above its range fails the reader.
inline std::int32_t read_natural(ByteReader& in) {
  const std::uint32_t value = in.varint32();
  if (value > 0x7FFFFFFF) in.fail();
  return static_cast<std::int32_t>(value & 0x7FFFFFFF);
}

// An enumerator stored as a byte; one outside [first, last] fails the reader.
template <typename Enum>
Enum read_enum(ByteReader& in, Enum first, Enum last) {
  const std::uint8_t value = in.u8();
  if (value >= static_cast<std::uint8_t>(first) && value <= static_cast<std::uint8_t>(last)) {
    return static_cast<Enum>(value);
  }
  in.fail();
  return first;
}

// A list: its length as a varint, then each item by `write(out, item)`, `read(in)`.
template <typename Items, typename Write>
void write_all(ByteWriter& out, const Items& items, Write write) {
  out.varint(items.size());
  for (const auto& item : items) write(out, item);
}
template <typename Item, typename Read>
std::vector<Item> read_all(ByteReader& in, Read read) {
  std::vector<Item> items;
  const std::size_t count = in.count();
  for (std::size_t i = 0; i < count && in.ok(); ++i) items.push_back(read(in));
  return items;
}

}  // namespace kith::base
