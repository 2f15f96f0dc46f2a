// base64.
#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Datum encode(const Call& call, const Datum* args) {
  const std::string_view data = args[0].text();
  if (!call.frame.charge_text(data.size())) return call.frame.exhausted();
  std::string out;
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t size = std::min<std::size_t>(3, data.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < size ? static_cast<unsigned char>(data[i + k]) : 0u);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out.push_back(k <= size ? kAlphabet[group >> (18 - 6 * k) & 63] : '=');
    }
  }
  return call.frame.string(out);
}

Datum decode(const Call& call, const Datum* args) {
  std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  const std::size_t padded = text.size();
  while (!text.empty() && text.back() == '=' && padded - text.size() < 2) text.remove_suffix(1);
  const bool whole = padded == text.size() || padded % 4 == 0;
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return call.frame.data_error("not base64");
    bits = (bits << 6 | static_cast<std::uint32_t>(digit)) & 0xFFFFFF;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xFF));
    }
  }
  // One digit alone holds no byte; bits that are left over are zero.
  if (!whole || text.size() % 4 == 1 || (bits & ((1u << count) - 1)) != 0) {
    return call.frame.data_error("not base64");
  }
  return call.frame.bytes(out);
}

}  // namespace

void add_encoders(FunctionRegistry* registry) {
  define(registry, "base64.encode", "base64_encode", {bytes()}, string(), &encode);
  define(registry, "base64.decode", "base64_decode", {string()}, bytes(), &decode);
}

}  // namespace kith::expr::library
