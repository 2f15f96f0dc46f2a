// expr/utf8.hpp: code points of UTF-8 text, for functions that count characters.
//
//   utf8::length("πέντε") == 5
//
// All functions read only inside the text. Malformed bytes count as one code point each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kith::expr::utf8 {

inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool valid(std::string_view text);
std::size_t length(std::string_view text);
// Byte offset of the code point with this index; text.size() for index == length; npos beyond.
std::size_t offset_of(std::string_view text, std::size_t index);
// The code point at a byte offset; *size is its length in bytes.
char32_t decode(std::string_view text, std::size_t at, std::size_t* size);
void append(char32_t code, std::string* out);

}  // namespace kith::expr::utf8
