// expr/utf8.hpp: code points of UTF-8 text, for functions that count characters.
//
//   utf8::offset_of("πέντε", 2) == 4
//
// Malformed bytes, which a record cannot hold, count as one code point each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/utf8.hpp"

namespace kith::expr::utf8 {

inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

inline bool valid(std::string_view text) { return base::is_valid_utf8(text); }
inline std::size_t length(std::string_view text) { return base::count_code_points(text); }

// The code point at a byte offset inside the text; *size is its length in bytes.
inline char32_t decode(std::string_view text, std::size_t at, std::size_t* size) {
  const base::CodePoint code = base::decode_utf8(text, at);
  *size = code.size == 0 ? 1 : code.size;
  return code.size == 0 ? U'\uFFFD' : code.value;
}

// Byte offset of the code point with this index; text.size() for index == length; npos beyond.
inline std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0; --index) {
    if (at >= text.size()) return std::string_view::npos;
    std::size_t size = 1;
    decode(text, at, &size);
    at += size;
  }
  return at;
}

inline void append(char32_t code, std::string* out) { base::append_utf8(code, out); }

}  // namespace kith::expr::utf8
