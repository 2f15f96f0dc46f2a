#include "expr/number_text.hpp"

#include <charconv>
#include <cmath>

namespace kith::expr {

std::string double_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  return std::string(buffer, end);
}

std::string scalar_text(const Datum& value) {
  switch (value.tag) {
    case Tag::kNull: return "null";
    case Tag::kBool: return value.is_true() ? "true" : "false";
    case Tag::kInt: return std::to_string(value.int_value);
    case Tag::kUint: return std::to_string(value.uint_value);
    case Tag::kDouble: return double_text(value.double_value);
    case Tag::kDecimal: return value.decimal().to_string();
    case Tag::kString:
    case Tag::kBytes:
    case Tag::kType: return std::string(value.text());
    case Tag::kDate: return value.date().to_string();
    case Tag::kTimestamp: return value.timestamp().to_string();
    case Tag::kDuration: return Duration::nanoseconds(value.int_value).to_string();
    default: return {};
  }
}

bool read_double(std::string_view text, double* value) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  const auto read = std::from_chars(text.data(), text.data() + text.size(), *value);
  if (read.ptr != text.data() + text.size() || text.empty()) return false;
  if (read.ec == std::errc()) return true;
  if (read.ec != std::errc::result_out_of_range) return false;
  // Too near to zero is zero; too far has no double.
  if (text.find("e-") == std::string_view::npos && text.find("E-") == std::string_view::npos) {
    return false;
  }
  *value = text[0] == '-' ? -0.0 : 0.0;
  return true;
}

}  // namespace kith::expr
