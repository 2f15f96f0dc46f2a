// base/utf8.hpp: UTF-8 as Unicode defines it: no overlong forms, no surrogates, at most U+10FFFF.
//
//   if (!is_valid_utf8(text)) ...
//   for (std::size_t at = 0; at < text.size();) { auto c = decode_utf8(text, at); at += c.size; }
//
// Pure functions, any thread; nothing is allocated but what is returned.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kith::base {

struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;  // bytes taken, 1..4; 0 when the bytes are no UTF-8 or the text has ended
};

// The code point that starts at `offset`.
CodePoint decode_utf8(std::string_view text, std::size_t offset);

// Offset of the first byte that is not part of valid UTF-8, or npos.
std::size_t find_invalid_utf8(std::string_view text);
inline bool is_valid_utf8(std::string_view text) {
  return find_invalid_utf8(text) == std::string_view::npos;
}

// Code points of valid UTF-8; of other bytes each invalid one counts as one.
std::size_t count_code_points(std::string_view text);

// Appends `value`; false, and nothing appended, for surrogates and values above U+10FFFF.
bool append_utf8(char32_t value, std::string* out);

// The longest prefix of at most `max_bytes` bytes, or `max_code_points` code points, that does not
// cut a code point in two.
std::string_view truncate_utf8_bytes(std::string_view text, std::size_t max_bytes);
std::string_view truncate_utf8_code_points(std::string_view text, std::size_t max_code_points);

}  // namespace kith::base
