#include "base/parse.hpp"

#include <absl/strings/charconv.h>

#include <charconv>
#include <cmath>
#include <string>

#include "base/message.hpp"

namespace kith::base {
namespace {

Status refused(std::string_view text, std::string_view why) {
  return Status(Code::kInvalidArgument, quoted(text) + std::string(why));
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != lower[i]) return false;
  }
  return true;
}

// from_chars takes '-' but not '+'.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return plus ? text.substr(1) : text;
}

}  // namespace

Result<std::int64_t> parse_int(std::string_view text) {
  const std::string_view digits = without_plus(text);
  std::int64_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, value);
  if (result.ec == std::errc::result_out_of_range && result.ptr == end) {
    return refused(text, " is out of the range of int, -2^63 to 2^63-1");
  }
  if (result.ec != std::errc() || result.ptr != end) return refused(text, " is not a whole number");
  return value;
}

Result<double> parse_double(std::string_view text) {
  const std::string_view digits = without_plus(text);
  const char* const end = digits.data() + digits.size();
  double value = 0;
  // Words such as "nan" and "inf" are no numbers here.
  const bool plain = digits.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  const auto result = absl::from_chars(digits.data(), end, value);
  if (!plain || result.ptr != end || result.ec == std::errc::invalid_argument) {
    return refused(text, " is not a number; write it like -1234.56 or 1e6");
  }
  // Out of range comes back as zero, or as the greatest double.
  if (result.ec == std::errc::result_out_of_range && std::abs(value) > 1) {
    return refused(text, " is too big for a double");
  }
  return value;
}

Result<bool> parse_bool(std::string_view text) {
  for (const char* word : {"true", "yes", "1"}) {
    if (equals_ignoring_case(text, word)) return true;
  }
  for (const char* word : {"false", "no", "0"}) {
    if (equals_ignoring_case(text, word)) return false;
  }
  return refused(text, " is neither true, yes, 1 nor false, no, 0");
}

}  // namespace kith::base
