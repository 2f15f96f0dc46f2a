#include "base/base64.hpp"

#include <array>
#include <cstdint>

#include "base/message.hpp"

namespace kith::base {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kDigits = [] {
  std::array<std::int8_t, 256> table{};
  for (std::int8_t& digit : table) digit = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}();

Status refused(std::string_view text, std::string_view why) {
  return Status(Code::kInvalidArgument, quoted(text) + " is not base64: " + std::string(why));
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t count = bytes.size() - at < 3 ? bytes.size() - at : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = (group << 8) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out.push_back(i <= count ? kAlphabet[(group >> (18 - 6 * i)) & 63] : '=');
    }
  }
  return out;
}

Result<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return refused(text, "its length is not a multiple of four");
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::size_t digits = 4;
    if (at + 4 == text.size()) {
      while (digits > 2 && text[at + digits - 1] == '=') --digits;
    }
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const std::int8_t digit = kDigits[static_cast<unsigned char>(text[at + i])];
      if (digit < 0) {
        return refused(
            text, "the character at " + std::to_string(at + i + 1) + " is not of its alphabet");
      }
      group |= static_cast<std::uint32_t>(digit) << (18 - 6 * i);
    }
    const std::size_t count = digits - 1;
    if (count < 3 && (group & (0xFFFFFFU >> (8 * count))) != 0) {
      return refused(text, "the bits before the padding are not zero");
    }
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(static_cast<char>(group >> (16 - 8 * i)));
    }
  }
  return out;
}

}  // namespace kith::base
