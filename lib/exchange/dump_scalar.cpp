#include "exchange/dump_scalar.hpp"

#include <charconv>
#include <limits>
#include <utility>

#include "base/base64.hpp"
#include "base/message.hpp"
#include "base/try.hpp"

namespace kith::exchange {
namespace {

using json::Node;
using json::Writer;

constexpr std::string_view kNotANumber = "NaN";
constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kMinusInfinity = "-Infinity";

// What a parser of base or of a public type says, at its place.
template <typename T>
Result<T> placed(const Node& node, Result<T> parsed) {
  if (parsed.ok()) return parsed;
  return dump_error(node, std::string(parsed.status().message()));
}

bool has_civil_form(Date date) {
  const std::int64_t seconds = std::int64_t{date.days_since_epoch()} * 86'400;
  return Timestamp(seconds, 0).in_range();
}

}  // namespace

Status expected(const Node& node, const std::string& what) {
  return dump_error(node,
                    "expected " + what + ", found " + std::string(json::kind_name(node.kind())));
}

Result<std::string_view> text_of(const Node& node, const std::string& what) {
  if (!node.is_text()) return expected(node, what);
  return std::string_view(node.text());
}

Result<std::int64_t> read_int(const Node& node) {
  if (!node.is_number()) return expected(node, "a whole number");
  const std::string& digits = node.lexeme();
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size()) return value;
  return dump_error(node, digits + " is not a whole number of 64 bits");
}

Result<double> read_double(const Node& node) {
  if (node.is_number()) return placed(node, node.as_double());
  KITH_ASSIGN(const std::string_view name, text_of(node, "a number, NaN or an infinity"));
  if (name == kNotANumber) return std::numeric_limits<double>::quiet_NaN();
  if (name == kInfinity) return std::numeric_limits<double>::infinity();
  if (name == kMinusInfinity) return -std::numeric_limits<double>::infinity();
  return dump_error(node, base::quoted(name) + " is no number; write NaN, Infinity or -Infinity");
}

Result<Decimal> read_decimal(const Node& node) {
  KITH_ASSIGN(const std::string_view text, text_of(node, "a decimal as a text"));
  KITH_ASSIGN(const Decimal value, placed(node, Decimal::parse(text)));
  // So that 1.50 keeps its scale, and has one text.
  if (value.to_string() == text) return value;
  return dump_error(node, base::quoted(text) + " is written as " + value.to_string());
}

std::string money_text(const Money& money) {
  std::string text = money.amount.to_string();
  if (money.currency != Currency()) text.append(" ").append(money.currency.view());
  return text;
}

Result<Money> read_money(const Node& node) {
  KITH_ASSIGN(const std::string_view text, text_of(node, "an amount of money as a text"));
  const std::size_t space = text.find(' ');
  Money money;
  KITH_ASSIGN(money.amount, placed(node, Decimal::parse(text.substr(0, space))));
  if (space != std::string_view::npos) {
    KITH_ASSIGN(money.currency, placed(node, Currency::parse(text.substr(space + 1))));
  }
  if (money_text(money) == text) return money;
  return dump_error(node, base::quoted(text) + " is written as " + money_text(money));
}

void write_date(Date date, Writer* out) {
  if (has_civil_form(date)) {
    out->text(date.to_string());
  } else {
    out->number(std::int64_t{date.days_since_epoch()});
  }
}

Result<Date> read_date(const Node& node) {
  if (node.is_text()) return placed(node, Date::parse(node.text()));
  KITH_ASSIGN(const std::int64_t days, read_int(node));
  if (days == static_cast<std::int32_t>(days)) return Date(static_cast<std::int32_t>(days));
  return dump_error(node, std::to_string(days) + " days is out of range");
}

void write_duration(Duration span, Writer* out) {
  std::string text = span.to_string();
  const Result<Duration> same = Duration::parse(text);
  if (same.ok() && *same == span) {
    out->text(text);
  } else {
    out->number(span.total_nanoseconds());
  }
}

Result<Duration> read_duration(const Node& node) {
  if (node.is_text()) return placed(node, Duration::parse(node.text()));
  KITH_ASSIGN(const std::int64_t nanoseconds, read_int(node));
  return Duration::nanoseconds(nanoseconds);
}

Status dump_error(const Node& at, const std::string& message) {
  return Status(Code::kImportInvalid, message,
                {Violation{"dump", "", "", message, at.position().line, at.position().column}});
}

void write_instant(Timestamp at, Writer* out) {
  if (at.in_range()) {
    out->text(at.to_string());
    return;
  }
  out->begin_array().number(at.seconds()).number(std::int64_t{at.nanoseconds()}).end_array();
}

Result<Timestamp> read_instant(const Node& node) {
  if (node.is_text()) {
    KITH_ASSIGN(const Timestamp at, placed(node, Timestamp::parse(node.text())));
    if (at.to_string() == node.text()) return at;
    return dump_error(node, base::quoted(node.text()) + " is written as " + at.to_string());
  }
  if (!node.is_array() || node.elements().size() != 2)
    return expected(node, "an instant as a text");
  KITH_ASSIGN(const std::int64_t seconds, read_int(node.elements()[0]));
  KITH_ASSIGN(const std::uint64_t nanoseconds, read_number(node.elements()[1], 999'999'999));
  return Timestamp(seconds, static_cast<std::int32_t>(nanoseconds));
}

Result<std::uint64_t> read_number(const Node& node, std::uint64_t max) {
  if (!node.is_number()) return expected(node, "a whole number");
  const std::string& digits = node.lexeme();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc() && end == digits.data() + digits.size() && value <= max) return value;
  return dump_error(node, digits + " is not a whole number from 0 to " + std::to_string(max));
}

Result<std::string> read_base64(const Node& node) {
  KITH_ASSIGN(const std::string_view text, text_of(node, "bytes in base64"));
  return placed(node, base::base64_decode(text));
}

}  // namespace kith::exchange
