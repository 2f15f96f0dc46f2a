#include "record/convert.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/message.hpp"
#include "base/utf8.hpp"

namespace kith::record {
namespace {

using base::quoted;
using schema::FieldType;

constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

// A value as it may appear in a message: short, and texts in quotes.
std::string shown(const Value& value) {
  if (value.text() != nullptr) return quoted(*value.text());
  const std::string text = value.to_string();
  return text.size() <= base::kMaxQuotedBytes
             ? text
             : std::string(base::truncate_utf8_bytes(text, base::kMaxQuotedBytes)) + "...";
}

class Converter {
 public:
  Converter(const schema::EntityType& type, const schema::Field& field, const Value* current)
      : type_(type), field_(field), current_(current) {}

  Result<Value> convert(const Value& input) const {
    switch (field_.type) {
      case FieldType::kBool: return to_bool(input);
      case FieldType::kInt: return to_int(input);
      case FieldType::kFloat: return to_float(input);
      case FieldType::kDecimal: return to_decimal(input);
      case FieldType::kMoney: return to_money(input);
      case FieldType::kChoice: return to_choice(input);
      case FieldType::kMultiChoice: return to_multi_choice(input);
      case FieldType::kDate: return to_date(input);
      case FieldType::kTimestamp: return to_timestamp(input);
      case FieldType::kDuration: return to_duration(input);
      case FieldType::kText: return to_text(input);
      case FieldType::kBytes: return to_bytes(input);
      case FieldType::kJson: return to_json(input);
      case FieldType::kReference: return to_reference(input);
      case FieldType::kReferenceList: return to_reference_list(input);
    }
    return violation("type", "has an unknown field type");
  }

 private:
  // The only way to refuse: exactly one violation, "<entity>.<field> <what>".
  Status violation(std::string code, const std::string& what) const {
    Violation v;
    v.code = std::move(code);
    v.entity = type_.name;
    v.field = field_.name;
    v.message = field_.name + " " + what;
    return {Code::kValidation, type_.name + "." + v.message, {v}};
  }
  Status wrong_type(const Value& input, std::string_view expected) const {
    return violation("type", "takes " + std::string(expected) + "; got " +
                                 std::string(kind_name(input.kind())) + " " + shown(input));
  }

  Result<Value> to_bool(const Value& input) const {
    if (input.boolean() != nullptr) return input;
    if (input.text() != nullptr) {
      if (*input.text() == "true") return Value(true);
      if (*input.text() == "false") return Value(false);
    }
    return wrong_type(input, "true or false");
  }

  // The number that a value of any numeric kind, or a text, stands for; none for other kinds.
  std::optional<Decimal> number_of(const Value& input) const {
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

  Result<Value> to_int(const Value& input) const {
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

  Result<Value> to_float(const Value& input) const {
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
  Status out_of_float(const Value& input) const {
    return violation("range", "takes a finite number; got " + shown(input));
  }

  static std::string decimals(int count) {
    return std::to_string(count) + (count == 1 ? " decimal" : " decimals");
  }

  Result<Decimal> amount_at(const Value& input, int scale) const {
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

  Result<Value> to_decimal(const Value& input) const {
    const Result<Decimal> amount = amount_at(input, field_.scale);
    return amount.ok() ? Result<Value>(Value(*amount)) : amount.status();
  }

  static constexpr int kMoneyDecimals = 4;

  // Money; {amount, currency}; "12.50 EUR" or "EUR 12.50"; a bare number has no currency.
  Result<Value> to_money(const Value& input) const {
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
  Result<Value> money_of(const Value& amount, std::string_view currency) const {
    if (currency.empty()) return money_of(amount, Currency());
    const Result<Currency> parsed = Currency::parse(currency);
    if (parsed.ok()) return money_of(amount, *parsed);
    return violation("currency", "has a wrong currency: " + std::string(parsed.status().message()));
  }
  Result<Value> money_of(const Value& amount, const Currency& currency) const {
    const bool valid = currency == Currency() || Currency::parse(currency.view()).ok();
    if (!valid) return violation("currency", "has a wrong currency; write three letters: EUR");
    const Result<Decimal> scaled = amount_at(amount, kMoneyDecimals);
    return scaled.ok() ? Result<Value>(Value(Money{*scaled, currency})) : scaled.status();
  }

  // Whether the field holds this option now, so that a retired one may stay.
  bool holds(std::string_view option) const {
    if (current_ == nullptr) return false;
    if (current_->text() != nullptr) return *current_->text() == option;
    if (current_->list() == nullptr) return false;
    return std::any_of(current_->list()->begin(), current_->list()->end(),
                       [&](const Value& v) { return v.text() != nullptr && *v.text() == option; });
  }

  Result<const schema::Option*> option_of(const Value& input) const {
    if (input.text() == nullptr) return wrong_type(input, "the name of an option as text");
    const std::string_view name = *input.text();
    const schema::Option* option = field_.find_option(name);
    if (option != nullptr && (!option->retired || holds(name))) return option;
    std::vector<std::string_view> names;
    for (const schema::Option& o : field_.options) {
      if (!o.retired) names.push_back(o.name);
    }
    if (option != nullptr) {
      return violation("choice", "can no longer be " + quoted(name) +
                                     ": the option is retired; choose one of " + listed(names));
    }
    const std::string_view near = nearest_name(name, names);
    const std::string advice =
        near.empty() ? "; choose one of " + listed(names) : "; did you mean " + quoted(near) + "?";
    return violation("choice", "has no option " + quoted(name) + advice);
  }
  static std::string listed(const std::vector<std::string_view>& names) {
    constexpr std::size_t kShown = 10;
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
      out += (i == 0 ? "" : ", ") + quoted(names[i]);
    }
    if (names.size() > kShown) out += ", ...";
    return names.empty() ? "none: the field has no options" : out;
  }

  Result<Value> to_choice(const Value& input) const {
    const Result<const schema::Option*> option = option_of(input);
    return option.ok() ? Result<Value>(Value((*option)->name)) : option.status();
  }

  Result<Value> to_multi_choice(const Value& input) const {
    std::vector<const schema::Option*> chosen;
    const List single = {input};
    const List& items = input.list() != nullptr ? *input.list() : single;
    if (Status s = check_count(items.size()); !s.ok()) return s;
    for (const Value& item : items) {
      const Result<const schema::Option*> option = option_of(item);
      if (!option.ok()) return option.status();
      chosen.push_back(*option);
    }
    std::sort(chosen.begin(), chosen.end(),
              [](const auto* a, const auto* b) { return a->id < b->id; });
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    List names;
    for (const schema::Option* option : chosen) names.emplace_back(option->name);
    return Value(std::move(names));
  }

  Status check_count(std::size_t count) const {
    if (count <= kMaxListItems) return {};
    return violation("too_many", "has " + std::to_string(count) + " items; max_list_items is " +
                                     std::to_string(kMaxListItems));
  }

  Result<Value> to_date(const Value& input) const {
    constexpr std::string_view kExpected = "a date as YYYY-MM-DD";
    Date date;
    if (input.date() != nullptr) {
      date = *input.date();
    } else {
      if (input.text() == nullptr) return wrong_type(input, kExpected);
      const Result<Date> parsed = Date::parse(*input.text());
      if (!parsed.ok()) return wrong_type(input, kExpected);
      date = *parsed;
    }
    static constexpr std::int32_t kFirst = -719162;  // 0001-01-01
    static constexpr std::int32_t kLast = 2932896;   // 9999-12-31
    if (date.days_since_epoch() >= kFirst && date.days_since_epoch() <= kLast) return Value(date);
    return violation("range", "is a day outside the years 1 to 9999");
  }

  Result<Value> to_timestamp(const Value& input) const {
    constexpr std::string_view kExpected =
        "an instant with a zone, as 2017-03-01T09:30:00Z or 2017-03-01T10:30:00+01:00";
    Timestamp instant;
    if (input.timestamp() != nullptr) {
      instant = *input.timestamp();
    } else {
      if (input.text() == nullptr) return wrong_type(input, kExpected);
      const Result<Timestamp> parsed = Timestamp::parse(*input.text());
      if (!parsed.ok()) return wrong_type(input, kExpected);
      instant = *parsed;
    }
    if (!instant.in_range()) return violation("range", "is an instant outside the years 1 to 9999");
    return Value(Timestamp::from_microseconds(instant.to_microseconds()));
  }

  Result<Value> to_duration(const Value& input) const {
    Duration span;
    if (input.duration() != nullptr) {
      span = *input.duration();
    } else {
      constexpr std::string_view kExpected = "a duration such as 1h30m or 90s";
      if (input.text() == nullptr) return wrong_type(input, kExpected);
      const Result<Duration> parsed = Duration::parse(*input.text());
      if (!parsed.ok()) return wrong_type(input, kExpected);
      span = *parsed;
    }
    const std::int64_t ns = span.total_nanoseconds();
    const std::int64_t floor = ns / 1000 - (ns % 1000 < 0 ? 1 : 0);
    constexpr std::int64_t kMost = kInt64Max / 1000;
    return Value(Duration::microseconds(std::max(floor, -kMost)));
  }

  Result<Value> to_text(const Value& input) const {
    if (input.text() == nullptr) return wrong_type(input, "text");
    const std::string& text = *input.text();
    if (Status s = check_utf8(text); !s.ok()) return s;
    // Code points are at most bytes, so most texts need no counting.
    if (field_.max_length == 0 || text.size() <= field_.max_length) return input;
    const std::size_t length = base::count_code_points(text);
    if (length <= field_.max_length) return input;
    return too_long(length, "characters");
  }
  Status check_utf8(std::string_view text) const {
    const std::size_t bad = base::find_invalid_utf8(text);
    if (bad == std::string_view::npos) return {};
    return violation("utf8", "is not valid UTF-8 at byte " + std::to_string(bad) + ": " +
                                 quoted(text.substr(bad > 10 ? bad - 10 : 0, 30)));
  }
  Status too_long(std::size_t length, std::string_view unit) const {
    return violation("too_long", "has " + std::to_string(length) + " " + std::string(unit) +
                                     "; the field takes at most " +
                                     std::to_string(field_.max_length));
  }

  Result<Value> to_bytes(const Value& input) const {
    if (input.bytes() == nullptr) return wrong_type(input, "bytes");
    const std::size_t size = input.bytes()->data.size();
    if (field_.max_length != 0 && size > field_.max_length) return too_long(size, "bytes");
    return input;
  }

  Result<Value> to_json(const Value& input) const {
    if (Status s = check_json(input, 1); !s.ok()) return s;
    return input;
  }
  Status check_json(const Value& value, int depth) const {
    if (depth > kMaxJsonDepth) {
      return violation("too_many",
                       "is nested deeper than max_json_depth " + std::to_string(kMaxJsonDepth));
    }
    switch (value.kind()) {
      case Value::Kind::kNull:
      case Value::Kind::kBool:
      case Value::Kind::kInt:
      case Value::Kind::kUint:
      case Value::Kind::kDecimal: return {};
      case Value::Kind::kDouble:
        return std::isfinite(*value.floating()) ? Status() : out_of_float(value);
      case Value::Kind::kText: return check_utf8(*value.text());
      case Value::Kind::kList: return check_json_list(*value.list(), depth);
      case Value::Kind::kMap: return check_json_map(*value.map(), depth);
      default: return wrong_type(value, "what JSON can hold (write it as text)");
    }
  }
  Status check_json_list(const List& list, int depth) const {
    if (Status s = check_count(list.size()); !s.ok()) return s;
    for (const Value& item : list) {
      if (Status s = check_json(item, depth + 1); !s.ok()) return s;
    }
    return {};
  }
  Status check_json_map(const Map& map, int depth) const {
    if (Status s = check_count(map.size()); !s.ok()) return s;
    for (const auto& [key, item] : map) {
      if (key.text() == nullptr) return wrong_type(key, "text as the key of a member");
      if (Status s = check_utf8(*key.text()); !s.ok()) return s;
      if (Status s = check_json(item, depth + 1); !s.ok()) return s;
    }
    return {};
  }

  Result<Value> to_reference(const Value& input) const {
    if (input.reference() == nullptr) return wrong_type(input, "the id of a record");
    const RecordId id = *input.reference();
    if (id.is_null()) return Value();
    const bool wrong_target = field_.target != 0 && id.type() != field_.target;
    if (!wrong_target && id.type() != 0 && id.type() <= RecordId::kMaxType) return input;
    return violation("reference", "refers to entity type " + std::to_string(field_.target) +
                                      " and " + shown(input) + " is of entity type " +
                                      std::to_string(id.type()));
  }

  Result<Value> to_reference_list(const Value& input) const {
    const List single = {input};
    const List& items = input.list() != nullptr ? *input.list() : single;
    if (Status s = check_count(items.size()); !s.ok()) return s;
    List kept;
    for (const Value& item : items) {
      const Result<Value> reference = to_reference(item);
      if (!reference.ok()) return reference;
      if (reference->is_null()) return violation("reference", "holds a null id");
      if (std::find(kept.begin(), kept.end(), *reference) == kept.end()) kept.push_back(*reference);
    }
    return Value(std::move(kept));
  }

  const schema::EntityType& type_;
  const schema::Field& field_;
  const Value* current_;
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edits to make `a` into `b`: letters added, dropped, replaced, or swapped with the next one.
// Letters of either case are alike.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  const auto alike = [&](std::size_t i, std::size_t j) { return lower(a[i]) == lower(b[j]); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (alike(i - 1, j - 1) ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && alike(i - 1, j - 2) && alike(i - 2, j - 1);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

Result<Value> convert(const schema::EntityType& type, const schema::Field& field,
                      const Value& input, const Value* current) {
  if (input.is_null()) return Value();
  return Converter(type, field, current).convert(input);
}

std::string_view nearest_name(std::string_view wanted, const std::vector<std::string_view>& names) {
  constexpr std::size_t kLongest = 60;  // longer texts are no slips of the pen
  std::string_view best;
  std::size_t best_distance =
      std::max<std::size_t>(1, std::min(wanted.size() / 3, kLongest / 6)) + 1;
  if (wanted.size() > kLongest) return best;
  for (const std::string_view name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t distance = edit_distance(wanted, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace kith::record
