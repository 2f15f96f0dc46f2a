// Escapes of string and bytes literals.
#include "expr/lexer.hpp"
#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char simple_escape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`': return c;
    default: return '\0';
  }
}

// Reads `count` hexadecimal digits at `at`; -1 when there are fewer.
std::int64_t read_hex(std::string_view body, std::size_t at, int count) {
  std::int64_t value = 0;
  for (int i = 0; i < count; ++i, ++at) {
    const int digit = at < body.size() ? hex_digit(body[at]) : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

std::int64_t read_octal(std::string_view body, std::size_t at) {
  std::int64_t value = 0;
  for (int i = 0; i < 3; ++i, ++at) {
    if (at >= body.size() || body[at] < '0' || body[at] > '7') return -1;
    value = value * 8 + (body[at] - '0');
  }
  return value > 0377 ? -1 : value;
}

void append_code(std::int64_t value, bool as_byte, std::string* out) {
  if (as_byte) {
    out->push_back(static_cast<char>(value));
  } else {
    utf8::append(static_cast<char32_t>(value), out);
  }
}

// One escape whose backslash is at *at; moves *at behind it. Empty on success.
std::string one_escape(std::string_view body, bool bytes, std::size_t* at, std::string* out) {
  const char c = *at + 1 < body.size() ? body[*at + 1] : '\0';
  if (const char simple = simple_escape(c); simple != '\0') {
    out->push_back(simple);
    *at += 2;
    return {};
  }
  if (c >= '0' && c <= '3') {
    const std::int64_t value = read_octal(body, *at + 1);
    if (value < 0) return "an octal escape has three digits, \\000 to \\377";
    append_code(value, bytes, out);
    *at += 4;
    return {};
  }
  const int digits = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) return "unknown escape; a backslash is written \\\\ or in a raw string r'...'";
  if (bytes && digits > 2) return "\\u and \\U are not for bytes; write \\x escapes";
  const std::int64_t value = read_hex(body, *at + 2, digits);
  if (value < 0) return "the escape needs " + std::to_string(digits) + " hexadecimal digits";
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return "the escape is not a Unicode scalar value";
  }
  append_code(value, bytes, out);
  *at += 2 + static_cast<std::size_t>(digits);
  return {};
}

}  // namespace

std::string unescape(std::string_view body, bool bytes, std::string* out, std::size_t* error_at) {
  std::size_t at = 0;
  while (at < body.size()) {
    if (body[at] != '\\') {
      out->push_back(body[at++]);
      continue;
    }
    *error_at = at;
    std::string message = one_escape(body, bytes, &at, out);
    if (!message.empty()) return message;
  }
  return {};
}

}  // namespace kith::expr
