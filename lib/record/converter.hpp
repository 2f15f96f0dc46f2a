// record/converter.hpp: the conversion of one value for one field, declared for the files it is
// divided among. Private to record/: others use record/convert.hpp.
//
//   return Converter(type, field, current).convert(input);  // input is not null
//
// Borrows all three; one thread at a time. Refuses through violation() only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/convert.hpp"

namespace kith::record {

class Converter {
 public:
  Converter(const schema::EntityType& type, const schema::Field& field, const Value* current)
      : type_(type), field_(field), current_(current) {}

  Result<Value> convert(const Value& input) const;

 private:
  // The only way to refuse: exactly one violation, "<entity>.<field> <what>".
  Status violation(std::string code, const std::string& what) const;
  Status wrong_type(const Value& input, std::string_view expected) const;
  Result<Value> to_bool(const Value& input) const;
  // The number that a value of any numeric kind, or a text, stands for; none for other kinds.
  std::optional<Decimal> number_of(const Value& input) const;
  Result<Value> to_int(const Value& input) const;
  Result<Value> to_float(const Value& input) const;
  Status out_of_float(const Value& input) const;
  static std::string decimals(int count);
  Result<Decimal> amount_at(const Value& input, int scale) const;
  Result<Value> to_decimal(const Value& input) const;
  // Money; {amount, currency}; "12.50 EUR" or "EUR 12.50"; a bare number has no currency.
  Result<Value> to_money(const Value& input) const;
  Result<Value> money_of(const Value& amount, std::string_view currency) const;
  Result<Value> money_of(const Value& amount, const Currency& currency) const;
  // Whether the field holds this option now, so that a retired one may stay.
  bool holds(std::string_view option) const;
  Result<const schema::Option*> option_of(const Value& input) const;
  static std::string listed(const std::vector<std::string_view>& names);
  Result<Value> to_choice(const Value& input) const;
  Result<Value> to_multi_choice(const Value& input) const;
  Status check_count(std::size_t count) const;
  Result<Value> to_date(const Value& input) const;
  Result<Value> to_timestamp(const Value& input) const;
  Result<Value> to_duration(const Value& input) const;
  Result<Value> to_text(const Value& input) const;
  Status check_utf8(std::string_view text) const;
  Status too_long(std::size_t length, std::string_view unit) const;
  Result<Value> to_bytes(const Value& input) const;
  Result<Value> to_json(const Value& input) const;
  Status check_json(const Value& value, int depth) const;
  Status check_json_list(const List& list, int depth) const;
  Status check_json_map(const Map& map, int depth) const;
  Result<Value> to_reference(const Value& input) const;
  Result<Value> to_reference_list(const Value& input) const;

  const schema::EntityType& type_;
  const schema::Field& field_;
  const Value* current_;
};

// A value as it may appear in a message: short, and texts in quotes.
std::string shown(const Value& value);

}  // namespace kith::record
