#include "exchange/cell_reader.hpp"

#include <algorithm>
#include <array>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "record/convert.hpp"

namespace kith::exchange {

namespace {

using schema::FieldType;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  for (;;) {
    const std::string_view before = text;
    while (!text.empty() && kBlank.find(text.front()) != kBlank.npos) text.remove_prefix(1);
    while (!text.empty() && kBlank.find(text.back()) != kBlank.npos) text.remove_suffix(1);
    // No-break spaces come with numbers and with copies from web pages.
    if (text.starts_with("\xC2\xA0")) text.remove_prefix(2);
    if (text.ends_with("\xC2\xA0")) text.remove_suffix(2);
    if (text.size() == before.size()) return text;
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<bool> bool_word(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kYes = {"true", "yes", "y", "t", "1", "on"};
  static constexpr std::array<std::string_view, 6> kNo = {"false", "no", "n", "f", "0", "off"};
  const std::string word = lower(text);
  if (std::find(kYes.begin(), kYes.end(), word) != kYes.end()) return true;
  if (std::find(kNo.begin(), kNo.end(), word) != kNo.end()) return false;
  return std::nullopt;
}

bool is_date(FieldType type) { return type == FieldType::kDate || type == FieldType::kTimestamp; }

bool is_number(FieldType type) {
  return type == FieldType::kInt || type == FieldType::kFloat || type == FieldType::kDecimal ||
         type == FieldType::kMoney;
}

Value value_of(const json::Node& node) {
  switch (node.kind()) {
    case json::Kind::kNull: return {};
    case json::Kind::kBool: return node.boolean();
    case json::Kind::kText: return node.text();
    case json::Kind::kNumber: {
      const bool whole = node.lexeme().find_first_of(".eE") == std::string::npos;
      if (const auto integer = node.as_int(); whole && integer.ok()) return *integer;
      if (auto decimal = node.as_decimal(); decimal.ok()) return *decimal;
      return *node.as_double();
    }
    case json::Kind::kArray: {
      List list;
      for (const json::Node& element : node.elements()) list.push_back(value_of(element));
      return list;
    }
    case json::Kind::kObject: {
      Map map;
      for (const json::Member& m : node.members()) map.emplace_back(m.name, value_of(m.value));
      return map;
    }
  }
  return {};
}

}  // namespace

Result<Timestamp> to_instant(const CivilTime& time, const LocalClock& clock) {
  if (!time.offset_seconds && clock) return clock(time);
  KITH_ASSIGN(const Date day, Date::from_civil(time.day.year, time.day.month, time.day.day));
  const std::int64_t seconds = std::int64_t{day.days_since_epoch()} * 86'400 + time.hour * 3600 +
                               time.minute * 60 + time.second - time.offset_seconds.value_or(0);
  return Timestamp(seconds, time.nanosecond);
}

CellReader::CellReader(const schema::EntityType& type, const schema::Field& field,
                       ColumnMapping mapping)
    : type_(&type), field_(&field), mapping_(std::move(mapping)) {}

Result<CellReader> CellReader::make(const schema::EntityType& type, const schema::Field& field,
                                    const ColumnMapping& mapping, int pivot) {
  CellReader reader(type, field, mapping);
  if (is_date(field.type)) {
    std::vector<DateFormat> formats;
    for (const std::string& pattern : mapping.formats) {
      KITH_ASSIGN(DateFormat format, DateFormat::compile(pattern, pivot));
      formats.push_back(std::move(format));
    }
    reader.dates_ = formats.empty() ? iso_dates() : DateFormats(std::move(formats));
  } else if (is_number(field.type)) {
    std::vector<NumberFormat> formats;
    for (const std::string& pattern : mapping.formats) {
      KITH_ASSIGN(NumberFormat format, NumberFormat::compile(pattern));
      formats.push_back(std::move(format));
    }
    reader.numbers_ = formats.empty() ? plain_numbers() : NumberFormats(std::move(formats));
  } else if (!mapping.formats.empty()) {
    return Status(Code::kInvalidArgument, "field " + base::quoted(field.name) + " is a " +
                                              std::string(schema::field_type_name(field.type)) +
                                              "; formats are for dates, timestamps and numbers");
  }
  return reader;
}

Status CellReader::refuse(std::string_view code, std::string message) const {
  Violation violation;
  violation.code = std::string(code);
  violation.entity = type_->name;
  violation.field = field_->name;
  violation.message = message;
  return Status(Code::kValidation, std::move(message), {std::move(violation)});
}

Result<CellValue> CellReader::read(std::string_view cell, const LocalClock& clock) const {
  std::string_view text = mapping_.trim ? trimmed(cell) : cell;
  const auto mapped = std::find_if(mapping_.values.begin(), mapping_.values.end(),
                                   [&](const auto& pair) { return pair.first == text; });
  if (mapped != mapping_.values.end()) {
    text = mapped->second ? std::string_view(*mapped->second) : std::string_view();
  } else if (std::find(mapping_.empty.begin(), mapping_.empty.end(), text) !=
             mapping_.empty.end()) {
    text = {};
  }
  if (text.empty() && mapping_.default_text) text = *mapping_.default_text;
  if (text.empty()) return CellValue{};
  return convert(text, clock);
}

Result<CellValue> CellReader::convert(std::string_view text, const LocalClock& clock) const {
  CellValue read;
  switch (field_->type) {
    case FieldType::kReference: return CellValue{Value(text), false};
    case FieldType::kReferenceList: return list(text);
    case FieldType::kInt:
    case FieldType::kFloat:
    case FieldType::kDecimal: {
      KITH_ASSIGN(read, number(text));
      break;
    }
    case FieldType::kMoney: {
      KITH_ASSIGN(read, money(text));
      break;
    }
    case FieldType::kDate:
    case FieldType::kTimestamp: {
      KITH_ASSIGN(read, date(text, clock));
      break;
    }
    case FieldType::kBool: {
      const std::optional<bool> word = bool_word(text);
      if (!word) {
        return refuse("type", base::quoted(text) + " is neither yes nor no: write true or false, " +
                                  "yes or no, 1 or 0, or map the value");
      }
      read.value = *word;
      break;
    }
    case FieldType::kChoice: read.value = choice(text); break;
    case FieldType::kMultiChoice: read = list(text); break;
    case FieldType::kBytes: {
      Result<std::string> bytes = base::base64_decode(text);
      if (!bytes.ok()) return refuse("type", std::string(bytes.status().message()));
      read.value = Bytes{*std::move(bytes)};
      break;
    }
    case FieldType::kJson: {
      KITH_ASSIGN(read, json(text));
      break;
    }
    case FieldType::kText:
    case FieldType::kDuration: read.value = text; break;
  }
  KITH_ASSIGN(read.value, record::convert(*type_, *field_, read.value));
  return read;
}

Result<CellValue> CellReader::number(std::string_view text) const {
  const auto reading = numbers_.parse(text);
  if (reading) {
    const bool floating = field_->type == FieldType::kFloat;
    return CellValue{floating ? Value(reading->value.to_double()) : Value(reading->value),
                     reading->ambiguous};
  }
  // What other programs print for a double may have an exponent.
  if (mapping_.formats.empty()) {
    if (auto scientific = Decimal::parse(text); scientific.ok()) {
      return CellValue{Value(*scientific), false};
    }
    if (field_->type == FieldType::kFloat) return CellValue{Value(text), false};
  }
  return refuse("type", base::quoted(text) + " is not a number as " + numbers_.describe());
}

Result<CellValue> CellReader::money(std::string_view text) const {
  // "12.50 EUR" and "EUR 12.50": the format drops the code, so it is looked for first.
  std::string_view code = mapping_.currency;
  for (const std::string_view edge :
       {text.substr(0, 3), text.substr(text.size() < 3 ? 0 : text.size() - 3)}) {
    if (Currency::parse(edge).ok()) code = edge;
  }
  KITH_ASSIGN(CellValue amount, number(text));
  Money money;
  money.amount = *amount.value.decimal();
  if (!code.empty()) {
    KITH_ASSIGN(money.currency, Currency::parse(code));
  }
  return CellValue{Value(money), amount.ambiguous};
}

Result<CellValue> CellReader::date(std::string_view text, const LocalClock& clock) const {
  const auto reading = dates_.parse(text);
  if (!reading) {
    return refuse("type", base::quoted(text) + " is not a date as " + dates_.describe());
  }
  const CivilTime& time = reading->value;
  if (field_->type == FieldType::kTimestamp) {
    KITH_ASSIGN(const Timestamp instant, to_instant(time, clock));
    return CellValue{Value(instant), reading->ambiguous};
  }
  KITH_ASSIGN(const Date day, Date::from_civil(time.day.year, time.day.month, time.day.day));
  return CellValue{Value(day), reading->ambiguous};
}

// The name of the option the text means; the text itself when there is none, for the message.
std::string CellReader::choice(std::string_view text) const {
  if (field_->find_option(text) != nullptr) return std::string(text);
  const std::string folded = lower(text);
  const schema::Option* found = nullptr;
  for (const schema::Option& option : field_->options) {
    if (option.label == text) return option.name;
    if (lower(option.name) != folded && lower(option.label) != folded) continue;
    if (found != nullptr) return std::string(text);  // two differ in case only
    found = &option;
  }
  return found != nullptr ? found->name : std::string(text);
}

CellValue CellReader::list(std::string_view text) const {
  List members;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t at = std::min(text.find(mapping_.separator, from), text.size());
    std::string_view member = text.substr(from, at - from);
    if (mapping_.trim) member = trimmed(member);
    if (!member.empty()) {
      members.emplace_back(field_->type == FieldType::kMultiChoice ? choice(member)
                                                                   : std::string(member));
    }
    from = at + mapping_.separator.size();
  }
  return CellValue{Value(std::move(members)), false};
}

Result<CellValue> CellReader::json(std::string_view text) const {
  const Result<kith::json::Node> node = kith::json::parse(text);
  if (!node.ok()) return refuse("type", "not JSON: " + std::string(node.status().message()));
  return CellValue{value_of(*node), false};
}

}  // namespace kith::exchange
