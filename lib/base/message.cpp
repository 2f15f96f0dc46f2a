#include "base/message.hpp"

#include "base/utf8.hpp"

namespace kith::base {
namespace {

void append_escaped(unsigned char byte, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->append("\\x");
  out->push_back(kHex[byte >> 4]);
  out->push_back(kHex[byte & 15]);
}

}  // namespace

std::string quoted(std::string_view text) {
  const std::string_view shown = truncate_utf8_bytes(text, kMaxQuotedBytes);
  std::string out = "\"";
  for (std::size_t at = 0; at < shown.size();) {
    const CodePoint point = decode_utf8(shown, at);
    if (point.size == 0) {
      append_escaped(static_cast<unsigned char>(shown[at++]), &out);
      continue;
    }
    // C0 and C1 controls could drive a terminal.
    const bool control = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
    for (std::size_t i = 0; i < point.size; ++i, ++at) {
      if (control) {
        append_escaped(static_cast<unsigned char>(shown[at]), &out);
      } else {
        if (shown[at] == '"' || shown[at] == '\\') out.push_back('\\');
        out.push_back(shown[at]);
      }
    }
  }
  out.append(shown.size() < text.size() ? "...\"" : "\"");
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count);
  text.append(" ").append(noun);
  if (count != 1) text += 's';
  return text;
}

}  // namespace kith::base
