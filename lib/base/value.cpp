#include "kith/value.hpp"

#include <charconv>
#include <cmath>

#include "base/message.hpp"

namespace kith {
namespace {

std::string double_to_string(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end.ptr);
}

std::string bytes_to_string(const std::string& data) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "0x";
  for (const char c : data) {
    out.push_back(kHex[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

std::string money_to_string(const Money& money) {
  std::string out = money.amount.to_string();
  if (money.currency != Currency()) out.append(" ").append(money.currency.view());
  return out;
}

// Text inside a list or map is quoted, so that its ends are seen.
std::string element_to_string(const Value& value) {
  if (value.text() == nullptr) return value.to_string();
  std::string out = "\"";
  for (const char c : *value.text()) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string list_to_string(const List& list) {
  std::string out = "[";
  for (const Value& element : list) {
    if (out.size() > 1) out.append(", ");
    out.append(element_to_string(element));
  }
  return out + "]";
}

std::string map_to_string(const Map& map) {
  std::string out = "{";
  for (const auto& [key, value] : map) {
    if (out.size() > 1) out.append(", ");
    out.append(element_to_string(key)).append(": ").append(element_to_string(value));
  }
  return out + "}";
}

}  // namespace

Result<Currency> Currency::parse(std::string_view text) {
  Currency out;
  bool ok = text.size() == 3;
  for (std::size_t i = 0; ok && i < 3; ++i) {
    out.code[i] = text[i];
    ok = text[i] >= 'A' && text[i] <= 'Z';
  }
  if (ok) return out;
  return Status(
      Code::kInvalidArgument,
      base::quoted(text) + " is not a currency code; write three upper-case letters, such as EUR");
}

const Value* Value::find(std::string_view key) const {
  const Map* members = map();
  if (members == nullptr) return nullptr;
  for (const auto& [name, value] : *members) {
    if (name.text() != nullptr && *name.text() == key) return &value;
  }
  return nullptr;
}

std::string Value::to_string() const {
  switch (kind()) {
    case Kind::kNull: return "null";
    case Kind::kBool: return *boolean() ? "true" : "false";
    case Kind::kInt: return std::to_string(*integer());
    case Kind::kUint: return std::to_string(*unsigned_integer());
    case Kind::kDouble: return double_to_string(*floating());
    case Kind::kDecimal: return decimal()->to_string();
    case Kind::kMoney: return money_to_string(*money());
    case Kind::kText: return *text();
    case Kind::kBytes: return bytes_to_string(bytes()->data);
    case Kind::kDate: return date()->to_string();
    case Kind::kTimestamp: return timestamp()->to_string();
    case Kind::kDuration: return duration()->to_string();
    case Kind::kReference: return "#" + std::to_string(reference()->bits());
    case Kind::kList: return list_to_string(*list());
    case Kind::kMap: return map_to_string(*map());
    case Kind::kType: return type_name()->name;
    case Kind::kOptional:
      return optional()->has_value() ? "optional.of(" + optional()->value().to_string() + ")"
                                     : "optional.none()";
  }
  return "";
}

std::string_view kind_name(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull: return "null";
    case Value::Kind::kBool: return "bool";
    case Value::Kind::kInt: return "int";
    case Value::Kind::kUint: return "uint";
    case Value::Kind::kDouble: return "double";
    case Value::Kind::kDecimal: return "decimal";
    case Value::Kind::kMoney: return "money";
    case Value::Kind::kText: return "text";
    case Value::Kind::kBytes: return "bytes";
    case Value::Kind::kDate: return "date";
    case Value::Kind::kTimestamp: return "timestamp";
    case Value::Kind::kDuration: return "duration";
    case Value::Kind::kReference: return "reference";
    case Value::Kind::kList: return "list";
    case Value::Kind::kMap: return "map";
    case Value::Kind::kType: return "type";
    case Value::Kind::kOptional: return "optional";
  }
  return "unknown";
}

}  // namespace kith
