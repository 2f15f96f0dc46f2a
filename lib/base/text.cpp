#include "base/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include "base/utf8.hpp"

namespace kith::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & '\x80') == 0; });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

std::string with_replacements(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = decode_utf8(text, at).size;
    out.append(size == 0 ? kReplacement : text.substr(at, size));
    at += std::max<std::size_t>(size, 1);
  }
  return out;
}

std::string map(std::string_view text, int options) {
  struct Free {
    void operator()(utf8proc_uint8_t* p) const { std::free(p); }  // utf8proc allocates with malloc
  };
  utf8proc_uint8_t* bytes = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                             static_cast<utf8proc_ssize_t>(text.size()), &bytes,
                                             static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(bytes);
  // On valid UTF-8 it fails only when there is no memory.
  if (size < 0) throw std::bad_alloc();
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

}  // namespace

std::string fold(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  if (!is_valid_utf8(text)) return fold(with_replacements(text));
  // Unicode's canonical caseless matching: composing can bring back what folds once more.
  const int kFold = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD;
  return map(map(text, kFold), kFold);
}

std::string to_nfc(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  if (!is_valid_utf8(text)) return to_nfc(with_replacements(text));
  return map(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
}

std::string to_lower(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    const bool lowered =
        point.size != 0 &&
        append_utf8(
            static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point.value))),
            &out);
    if (!lowered) out.append(kReplacement);
    at += std::max<std::size_t>(point.size, 1);
  }
  return out;
}

bool is_whitespace(char32_t value) {
  return (value >= 0x09 && value <= 0x0D) || value == 0x20 || value == 0x85 || value == 0xA0 ||
         value == 0x1680 || (value >= 0x2000 && value <= 0x200A) || value == 0x2028 ||
         value == 0x2029 || value == 0x202F || value == 0x205F || value == 0x3000 ||
         value == 0xFEFF;
}

std::string_view trim(std::string_view text) {
  std::size_t begin = text.size(), end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    const std::size_t size = std::max<std::size_t>(point.size, 1);
    if (point.size == 0 || !is_whitespace(point.value)) {
      begin = std::min(begin, at);
      end = at + size;
    }
    at += size;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

std::string collapse_whitespace(std::string_view text) {
  std::string out;
  const std::string_view inner = trim(text);
  bool in_space = false;
  for (std::size_t at = 0; at < inner.size();) {
    const CodePoint point = decode_utf8(inner, at);
    const std::size_t size = std::max<std::size_t>(point.size, 1);
    const bool space = point.size != 0 && is_whitespace(point.value);
    if (!space) out.append(inner.substr(at, size));
    if (space && !in_space) out.push_back(' ');
    in_space = space;
    at += size;
  }
  return out;
}

}  // namespace kith::base
