#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace kith::base {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

bool is_continuation(std::uint8_t byte) { return (byte & 0xC0) == 0x80; }

// How many bytes from `at` are ASCII, eight at a time.
std::size_t ascii_run(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while (at + 8 <= text.size()) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
    at += 8;
  }
  while (at < text.size() && byte_at(text, at) < 0x80) ++at;
  return at - begin;
}

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  const std::uint8_t lead = byte_at(text, offset);
  if (lead < 0x80) return {lead, 1};
  std::size_t size = 0;
  char32_t value = 0, least = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2, value = lead & 0x1F, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    size = 3, value = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4, value = lead & 0x07, least = 0x10000;
  } else {
    return {};
  }
  if (text.size() - offset < size) return {};
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint8_t next = byte_at(text, offset + i);
    if (!is_continuation(next)) return {};
    value = (value << 6) | (next & 0x3F);
  }
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, size};
}

std::size_t find_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    at += ascii_run(text, at);
    if (at >= text.size()) return std::string_view::npos;
    const CodePoint point = decode_utf8(text, at);
    if (point.size == 0) return at;
    at += point.size;
  }
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0, at = 0;
  while (true) {
    const std::size_t ascii = ascii_run(text, at);
    at += ascii;
    count += ascii;
    if (at >= text.size()) return count;
    const CodePoint point = decode_utf8(text, at);
    at += point.size == 0 ? 1 : point.size;
    ++count;
  }
}

bool append_utf8(char32_t value, std::string* out) {
  const auto push = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    push(value);
  } else if (value < 0x800) {
    push(0xC0 | (value >> 6));
    push(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    if (value >= 0xD800 && value <= 0xDFFF) return false;
    push(0xE0 | (value >> 12));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  } else if (value <= 0x10FFFF) {
    push(0xF0 | (value >> 18));
    push(0x80 | ((value >> 12) & 0x3F));
    push(0x80 | ((value >> 6) & 0x3F));
    push(0x80 | (value & 0x3F));
  } else {
    return false;
  }
  return true;
}

std::string_view truncate_utf8_bytes(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  // At most three bytes back: in bytes that are no UTF-8 there is no boundary to look for.
  for (int i = 0; i < 3 && end > 0 && is_continuation(byte_at(text, end)); ++i) --end;
  return text.substr(0, end);
}

std::string_view truncate_utf8_code_points(std::string_view text, std::size_t max_code_points) {
  std::size_t at = 0;
  for (std::size_t count = 0; count < max_code_points && at < text.size(); ++count) {
    const CodePoint point = decode_utf8(text, at);
    at += point.size == 0 ? 1 : point.size;
  }
  return text.substr(0, at);
}

}  // namespace kith::base
