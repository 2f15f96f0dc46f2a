// Numbers, days and lists as people write them.
#include <array>
#include <cctype>

#include "expr/english_impl.hpp"
#include "expr/number_text.hpp"

namespace kith::expr {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

std::string counted_unit(std::int64_t count, std::string_view unit) {
  std::string out = number_in_words(std::to_string(count)) + " " + std::string(unit);
  return count == 1 || count == -1 ? out : out + "s";
}

bool is_vowel(char c) { return std::string_view("aeiouAEIOU").find(c) != std::string_view::npos; }

}  // namespace

std::string number_in_words(std::string_view lexeme) {
  const std::size_t sign = !lexeme.empty() && lexeme[0] == '-' ? 1 : 0;
  std::size_t digits = sign;
  while (digits < lexeme.size() && lexeme[digits] >= '0' && lexeme[digits] <= '9') ++digits;
  std::string_view rest = lexeme.substr(digits);
  if (rest.starts_with('.') && rest.find_first_not_of("0123456789", 1) == rest.npos) {
    while (rest.ends_with('0')) rest.remove_suffix(1);
    if (rest == ".") rest = {};
  } else if (!rest.empty() || digits == sign) {
    return std::string(lexeme);
  }
  std::string out(lexeme.substr(0, sign));
  for (std::size_t i = sign; i < digits; ++i) {
    if (i > sign && (digits - i) % 3 == 0) out.push_back(',');
    out.push_back(lexeme[i]);
  }
  return out.append(rest);
}

std::string date_in_words(Date date) {
  const CivilDay day = date.civil();
  return std::to_string(day.day) + " " +
         std::string(kMonths[static_cast<std::size_t>(day.month) - 1]) + " " +
         std::to_string(day.year);
}

std::string duration_in_words(Duration span) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t total = span.total_nanoseconds();
  const std::pair<std::int64_t, std::string_view> units[] = {{86400 * kSecond, "day"},
                                                             {3600 * kSecond, "hour"},
                                                             {60 * kSecond, "minute"},
                                                             {kSecond, "second"}};
  for (const auto& [size, unit] : units) {
    if (total != 0 && total % size == 0) return counted_unit(total / size, unit);
  }
  return span.to_string();
}

std::string value_in_words(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull: return "nothing";
    case Value::Kind::kBool: return *value.boolean() ? "yes" : "no";
    case Value::Kind::kInt:
    case Value::Kind::kUint:
    case Value::Kind::kDecimal: return number_in_words(value.to_string());
    case Value::Kind::kDouble: return number_in_words(double_text(*value.floating()));
    case Value::Kind::kText: return "\"" + *value.text() + "\"";
    case Value::Kind::kDate: return date_in_words(*value.date());
    case Value::Kind::kDuration: return duration_in_words(*value.duration());
    case Value::Kind::kTimestamp: {
      const std::string text = value.timestamp()->to_string();
      return text.size() < 17 ? text
                              : date_in_words(*Date::parse(text.substr(0, 10))) + " " +
                                    text.substr(11, 5) + " UTC";
    }
    case Value::Kind::kList: {
      std::vector<std::string> items;
      for (const Value& item : *value.list()) items.push_back(value_in_words(item));
      return listed(items, "and");
    }
    default: return value.to_string();
  }
}

std::string label_in_words(std::string_view label) {
  std::string out(label);
  for (char& c : out) {
    if (c == '_') c = ' ';
  }
  const bool capital = out.size() > 1 && out[0] >= 'A' && out[0] <= 'Z' &&
                       std::islower(static_cast<unsigned char>(out[1])) != 0;
  if (capital) out[0] = static_cast<char>(out[0] - 'A' + 'a');
  return out;
}

std::string with_article(const std::string& noun) {
  if (noun.empty()) return noun;
  return (is_vowel(noun[0]) ? "an " : "a ") + noun;
}

std::string listed(const std::vector<std::string>& items, std::string_view conjunction) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0 && i + 1 == items.size()) {
      out.append(" ").append(conjunction).append(" ");
    } else if (i > 0) {
      out += ", ";
    }
    out += items[i];
  }
  return out;
}

}  // namespace kith::expr
