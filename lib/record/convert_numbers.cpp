// Numbers: int, float, decimal and money.
#include <charconv>
#include <cmath>
#include <limits>

#include "base/message.hpp"
#include "record/converter.hpp"
#include "record/layout.hpp"

namespace kith::record {
namespace {

constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

}  // namespace

std::optional<Decimal> Converter::number_of(const Value& input) const {
  if (input.integer() != nullptr) return Decimal(*input.integer());
  if (input.unsigned_integer() != nullptr) {
    return Decimal(static_cast<int128>(*input.unsigned_integer()), 0);
  }
  if (input.decimal() != nullptr) return *input.decimal();
  Result<Decimal> parsed = Status(Code::kInvalidArgument, "not a number");
  if (input.floating() != nullptr) parsed = Decimal::from_double(*input.floating());
  if (input.text() != nullptr) parsed = Decimal::parse(*input.text());
  return parsed.ok() ? std::optional<Decimal>(*parsed) : std::nullopt;
}

Result<Value> Converter::to_int(const Value& input) const {
  if (input.integer() != nullptr) return input;
  const std::optional<Decimal> number = number_of(input);
  if (!number) return wrong_type(input, "a whole number");
  const Decimal plain = number->normalized();
  if (plain.scale() > 0) {
    return violation("precision",
                     "takes a whole number; " + shown(input) + " has " + decimals(plain.scale()));
  }
  const Result<std::int64_t> integer = plain.to_int64();
  if (integer.ok()) return Value(*integer);
  return violation("range", "is " + shown(input) + ", outside the range of a 64-bit integer");
}

Result<Value> Converter::to_float(const Value& input) const {
  double value = 0;
  if (input.floating() != nullptr) {
    value = *input.floating();
  } else if (input.text() != nullptr) {
    const std::string& text = *input.text();
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec == std::errc::result_out_of_range && read.ptr == end) return out_of_float(input);
    if (read.ec != std::errc() || read.ptr != end) return wrong_type(input, "a number");
  } else if (input.decimal() != nullptr) {
    value = input.decimal()->to_double();
  } else {
    const std::optional<Decimal> number = number_of(input);
    if (!number) return wrong_type(input, "a number");
    value = static_cast<double>(number->coefficient());
    if (static_cast<int128>(value) != number->coefficient()) {
      return violation("precision", "is a float and cannot hold " + shown(input) +
                                        " exactly; use an int or decimal field");
    }
  }
  return std::isfinite(value) ? Result<Value>(Value(value)) : out_of_float(input);
}

Status Converter::out_of_float(const Value& input) const {
  return violation("range", "takes a finite number; got " + shown(input));
}

std::string Converter::decimals(int count) {
  return base::counted(static_cast<std::size_t>(count), "decimal");
}

Result<Decimal> Converter::amount_at(const Value& input, int scale) const {
  const std::optional<Decimal> number = number_of(input);
  if (!number) return wrong_type(input, "a decimal number");
  const Decimal plain = number->normalized();
  if (plain.scale() > scale) {
    return violation("precision", "keeps " + decimals(scale) + " and " + shown(input) + " has " +
                                      std::to_string(plain.scale()) + "; round it first");
  }
  const Result<Decimal> scaled = plain.rescale_exact(scale);
  if (!scaled.ok() || scaled->coefficient() < kInt64Min || scaled->coefficient() > kInt64Max) {
    return violation("range", "is " + shown(input) + "; with " + decimals(scale) +
                                  " the field holds at most 18 digits");
  }
  return *scaled;
}

Result<Value> Converter::to_decimal(const Value& input) const {
  const Result<Decimal> amount = amount_at(input, field_.scale);
  return amount.ok() ? Result<Value>(Value(*amount)) : amount.status();
}

Result<Value> Converter::to_money(const Value& input) const {
  if (input.money() != nullptr) return money_of(input.money()->amount, input.money()->currency);
  if (const Map* map = input.map(); map != nullptr) {
    const Value* amount = input.find("amount");
    const Value* currency = input.find("currency");
    const bool known = map->size() == (currency != nullptr ? 2U : 1U);
    if (amount == nullptr || amount->is_null() || !known) {
      return wrong_type(input, "an amount and a currency");
    }
    const bool none = currency == nullptr || currency->is_null();
    if (!none && currency->text() == nullptr) return wrong_type(*currency, "a currency as text");
    return money_of(*amount, none ? std::string_view() : std::string_view(*currency->text()));
  }
  if (input.text() == nullptr) return money_of(input, Currency());
  const std::string_view text = *input.text();
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return money_of(input, Currency());
  const std::string_view first = text.substr(0, space);
  const std::string_view second = text.substr(space + 1);
  const bool currency_first = !first.empty() && first[0] >= 'A' && first[0] <= 'Z';
  return currency_first ? money_of(Value(second), first) : money_of(Value(first), second);
}

Result<Value> Converter::money_of(const Value& amount, std::string_view currency) const {
  if (currency.empty()) return money_of(amount, Currency());
  const Result<Currency> parsed = Currency::parse(currency);
  if (parsed.ok()) return money_of(amount, *parsed);
  return violation("currency", "has a wrong currency: " + std::string(parsed.status().message()));
}

Result<Value> Converter::money_of(const Value& amount, const Currency& currency) const {
  // A host can fill all four letters; view() needs the NUL.
  const bool ends = currency.code[3] == '\0';
  const bool valid = currency == Currency() || (ends && Currency::parse(currency.view()).ok());
  if (!valid) return violation("currency", "has a wrong currency; write three letters: EUR");
  const Result<Decimal> scaled = amount_at(amount, kMoneyScale);
  return scaled.ok() ? Result<Value>(Value(Money{*scaled, currency})) : scaled.status();
}

}  // namespace kith::record
