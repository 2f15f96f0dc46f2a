#include "exchange/dump_value.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "base/base64.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "base/value_codec.hpp"
#include "record/blob_values.hpp"

namespace kith::exchange {
namespace {

using json::Node;
using json::Writer;
using schema::Field;
using schema::FieldType;
using Kind = Value::Kind;

constexpr std::string_view kBlobTag = "$blob";
constexpr std::string_view kNotANumber = "NaN";
constexpr std::string_view kInfinity = "Infinity";
constexpr std::string_view kMinusInfinity = "-Infinity";

Status expected(const Node& node, const std::string& what) {
  return dump_error(node,
                    "expected " + what + ", found " + std::string(json::kind_name(node.kind())));
}

Result<std::string_view> text_of(const Node& node, const std::string& what) {
  if (!node.is_text()) return expected(node, what);
  return std::string_view(node.text());
}

// What a parser of base or of a public type says, at its place.
template <typename T>
Result<T> placed(const Node& node, Result<T> parsed) {
  if (parsed.ok()) return parsed;
  return dump_error(node, std::string(parsed.status().message()));
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

// "12.5000 EUR", or without the currency when there is none.
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

bool has_civil_form(Date date) {
  const std::int64_t seconds = std::int64_t{date.days_since_epoch()} * 86'400;
  return Timestamp(seconds, 0).in_range();
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

// Nanoseconds where the text would not read back as the same span.
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

// [id, size]
Result<Value> read_blob(const Node& node) {
  if (!node.is_array() || node.elements().size() != 2) return expected(node, "an id and a size");
  record::BlobRef ref;
  KITH_ASSIGN(ref.id, read_number(node.elements()[0]));
  KITH_ASSIGN(ref.size, read_number(node.elements()[1]));
  return record::reference_value(ref);
}

// Whether a map can be a JSON object whose members are its keys.
bool is_object(const Map& map) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : map) {
    const std::string* key = name.text();
    if (key == nullptr || key->starts_with('$') || !base::is_valid_utf8(*key)) return false;
    if (!names.insert(*key).second) return false;
  }
  return true;
}

// Whether the plain form of the field's type says all there is to say of the value.
bool is_plain(const Field& field, const Value& value) {
  const auto utf8 = [](const Value& v) { return v.text() && base::is_valid_utf8(*v.text()); };
  switch (field.type) {
    case FieldType::kBool: return value.kind() == Kind::kBool;
    case FieldType::kInt: return value.kind() == Kind::kInt;
    case FieldType::kFloat: return value.kind() == Kind::kDouble;
    case FieldType::kDecimal: return value.kind() == Kind::kDecimal;
    case FieldType::kMoney: return value.kind() == Kind::kMoney;
    case FieldType::kChoice:
    case FieldType::kText: return utf8(value);
    case FieldType::kDate: return value.kind() == Kind::kDate;
    case FieldType::kTimestamp: return value.kind() == Kind::kTimestamp;
    case FieldType::kDuration: return value.kind() == Kind::kDuration;
    case FieldType::kBytes: return value.kind() == Kind::kBytes;
    case FieldType::kReference: return value.kind() == Kind::kReference;
    case FieldType::kJson: return false;
    case FieldType::kMultiChoice:
    case FieldType::kReferenceList: break;
  }
  if (value.list() == nullptr) return false;
  for (const Value& item : *value.list()) {
    const bool fits =
        field.type == FieldType::kMultiChoice ? utf8(item) : item.kind() == Kind::kReference;
    if (!fits) return false;
  }
  return true;
}

}  // namespace

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

DumpValues::DumpValues(const schema::Catalog& catalog) : catalog_(catalog) {
  for (const schema::EntityType& type : catalog.types) types_.emplace(type.name, type.id);
}

std::string DumpValues::id_text(RecordId id) const { return schema::format_id(catalog_, id); }

Result<RecordId> DumpValues::read_id(const Node& node) const {
  KITH_ASSIGN(const std::string_view text, text_of(node, "a record such as \"deal:42\""));
  const std::size_t colon = text.find(':');
  std::uint64_t type = 0;
  std::uint64_t sequence = 0;
  const auto number = [&](std::string_view digits, std::uint64_t max, std::uint64_t* out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *out);
    return error == std::errc() && end == digits.data() + digits.size() && *out <= max;
  };
  bool known = colon != std::string_view::npos && colon > 0 &&
               number(text.substr(colon + 1), RecordId::kMaxSequence, &sequence);
  if (known && text.front() == '#') {
    known = number(text.substr(1, colon - 1), 0xFFFF, &type);
  } else if (known) {
    const auto found = types_.find(text.substr(0, colon));
    known = found != types_.end();
    if (known) type = found->second;
  }
  const RecordId id(static_cast<std::uint16_t>(type), sequence);
  if (known && !id.is_null() && id_text(id) == text) return id;
  return dump_error(node, base::quoted(text) + " is not the id of a record");
}

void DumpValues::write(const Value& value, Writer* out) const {
  switch (value.kind()) {
    case Kind::kNull: out->null(); return;
    case Kind::kBool: out->boolean(*value.boolean()); return;
    case Kind::kInt: out->number(*value.integer()); return;
    case Kind::kText:
      if (base::is_valid_utf8(*value.text())) {
        out->text(*value.text());
        return;
      }
      break;
    case Kind::kList:
      out->begin_array();
      for (const Value& item : *value.list()) write(item, out);
      out->end_array();
      return;
    case Kind::kMap:
      if (is_object(*value.map())) {
        out->begin_object();
        for (const auto& [key, item] : *value.map()) {
          out->key(*key.text());
          write(item, out);
        }
        out->end_object();
        return;
      }
      break;
    default: break;
  }
  out->begin_object().key("$" + std::string(kind_name(value.kind())));
  switch (value.kind()) {
    case Kind::kUint: out->number(*value.unsigned_integer()); break;
    case Kind::kDouble: out->number(*value.floating()); break;
    case Kind::kDecimal: out->text(value.decimal()->to_string()); break;
    case Kind::kMoney: out->text(money_text(*value.money())); break;
    case Kind::kText: out->text(base::base64_encode(*value.text())); break;
    case Kind::kBytes: out->text(base::base64_encode(value.bytes()->data)); break;
    case Kind::kDate: write_date(*value.date(), out); break;
    case Kind::kTimestamp: write_instant(*value.timestamp(), out); break;
    case Kind::kDuration: write_duration(*value.duration(), out); break;
    case Kind::kReference:
      if (value.reference()->is_null()) {
        out->null();
      } else {
        out->text(id_text(*value.reference()));
      }
      break;
    case Kind::kType: out->text(value.type_name()->name); break;
    default:  // kMap, as pairs
      out->begin_array();
      for (const auto& [key, item] : *value.map()) {
        out->begin_array();
        write(key, out);
        write(item, out);
        out->end_array();
      }
      out->end_array();
      break;
  }
  out->end_object();
}

Result<Value> DumpValues::read(const Node& node) const {
  switch (node.kind()) {
    case json::Kind::kNull: return Value();
    case json::Kind::kBool: return Value(node.boolean());
    case json::Kind::kNumber: {
      KITH_ASSIGN(const std::int64_t number, read_int(node));
      return Value(number);
    }
    case json::Kind::kText: return Value(node.text());
    case json::Kind::kArray: {
      List list;
      list.reserve(node.elements().size());
      for (const Node& element : node.elements()) {
        KITH_ASSIGN(Value item, read(element));
        list.push_back(std::move(item));
      }
      return Value(std::move(list));
    }
    case json::Kind::kObject: break;
  }
  const auto& members = node.members();
  if (members.size() == 1 && members.front().name.starts_with('$')) {
    return read_tagged(members.front());
  }
  return read_map(node);
}

Result<Value> DumpValues::read_map(const Node& node) const {
  Map map;
  map.reserve(node.members().size());
  for (const json::Member& member : node.members()) {
    if (member.name.starts_with('$')) {
      return dump_error(node, "the member " + base::quoted(member.name) +
                                  " of a map begins with $; write the map as {\"$map\": [...]}");
    }
    KITH_ASSIGN(Value value, read(member.value));
    map.emplace_back(member.name, std::move(value));
  }
  return Value(std::move(map));
}

Result<Value> DumpValues::read_tagged(const json::Member& member) const {
  const std::string_view tag = std::string_view(member.name).substr(1);
  const Node& node = member.value;
  const auto is = [tag](Kind kind) { return tag == kind_name(kind); };
  const auto value_of = [](auto result) -> Result<Value> {
    if (!result.ok()) return result.status();
    return Value(*std::move(result));
  };
  if (is(Kind::kUint)) return value_of(read_number(node));
  if (is(Kind::kDouble)) return value_of(read_double(node));
  if (is(Kind::kDecimal)) return value_of(read_decimal(node));
  if (is(Kind::kMoney)) return value_of(read_money(node));
  if (is(Kind::kText)) return value_of(read_base64(node));
  if (is(Kind::kDate)) return value_of(read_date(node));
  if (is(Kind::kTimestamp)) return value_of(read_instant(node));
  if (is(Kind::kDuration)) return value_of(read_duration(node));
  if (is(Kind::kBytes)) {
    KITH_ASSIGN(std::string bytes, read_base64(node));
    return Value(Bytes{std::move(bytes)});
  }
  if (is(Kind::kReference)) {
    if (node.is_null()) return Value(RecordId());
    return value_of(read_id(node));
  }
  if (is(Kind::kType)) {
    KITH_ASSIGN(const std::string_view name, text_of(node, "the name of a type"));
    return Value(TypeName{std::string(name)});
  }
  if (!is(Kind::kMap)) {
    return dump_error(node, base::quoted(member.name) + " is no kind of value that kith knows");
  }
  if (!node.is_array()) return expected(node, "an array of pairs");
  Map map;
  for (const Node& pair : node.elements()) {
    if (!pair.is_array() || pair.elements().size() != 2) return expected(pair, "a pair");
    KITH_ASSIGN(Value key, read(pair.elements()[0]));
    KITH_ASSIGN(Value value, read(pair.elements()[1]));
    map.emplace_back(std::move(key), std::move(value));
  }
  return Value(std::move(map));
}

void DumpValues::write(const Field& field, const Value& value, Writer* out) const {
  if (value.is_null()) {
    out->null();
    return;
  }
  if (record::may_be_large(field.type)) {
    if (const auto ref = record::blob_of(value)) {
      out->begin_object().key(kBlobTag).begin_array().number(ref->id).number(ref->size);
      out->end_array().end_object();
      return;
    }
  }
  if (!is_plain(field, value)) return write(value, out);
  const auto reference = [&](RecordId id) {
    if (id.is_null()) {
      out->text("");
    } else {
      out->text(id_text(id));
    }
  };
  switch (value.kind()) {
    case Kind::kBool: out->boolean(*value.boolean()); break;
    case Kind::kInt: out->number(*value.integer()); break;
    case Kind::kDouble: out->number(*value.floating()); break;
    case Kind::kDecimal: out->text(value.decimal()->to_string()); break;
    case Kind::kMoney: out->text(money_text(*value.money())); break;
    case Kind::kText: out->text(*value.text()); break;
    case Kind::kBytes: out->text(base::base64_encode(value.bytes()->data)); break;
    case Kind::kDate: write_date(*value.date(), out); break;
    case Kind::kTimestamp: write_instant(*value.timestamp(), out); break;
    case Kind::kDuration: write_duration(*value.duration(), out); break;
    case Kind::kReference: reference(*value.reference()); break;
    default:
      out->begin_array();
      for (const Value& item : *value.list()) {
        if (item.text() != nullptr) {
          out->text(*item.text());
        } else {
          reference(*item.reference());
        }
      }
      out->end_array();
      break;
  }
}

Result<Value> DumpValues::read(const Field& field, const Node& node) const {
  if (node.is_null()) return Value();
  const bool may_be_large = record::may_be_large(field.type);
  if (may_be_large && node.is_object() && node.members().size() == 1 &&
      node.members().front().name == kBlobTag) {
    return read_blob(node.members().front().value);
  }
  Result<Value> value = field.type == FieldType::kJson ? read(node) : read_plain(field, node);
  if (!value.ok() || !may_be_large || !record::blob_of(*value)) return value;
  return dump_error(node, "bytes that look like this are kept as a large value");
}

Result<Value> DumpValues::read_plain(const Field& field, const Node& node) const {
  const auto value_of = [](auto result) -> Result<Value> {
    if (!result.ok()) return result.status();
    return Value(*std::move(result));
  };
  const auto reference = [this](const Node& at) -> Result<RecordId> {
    if (at.is_text() && at.text().empty()) return RecordId();
    return read_id(at);
  };
  switch (field.type) {
    case FieldType::kBool:
      if (!node.is_bool()) return expected(node, "a bool");
      return Value(node.boolean());
    case FieldType::kInt: return value_of(read_int(node));
    case FieldType::kFloat: return value_of(read_double(node));
    case FieldType::kDecimal: return value_of(read_decimal(node));
    case FieldType::kMoney: return value_of(read_money(node));
    case FieldType::kChoice:
    case FieldType::kText: return value_of(text_of(node, "a text"));
    case FieldType::kDate: return value_of(read_date(node));
    case FieldType::kTimestamp: return value_of(read_instant(node));
    case FieldType::kDuration: return value_of(read_duration(node));
    case FieldType::kReference: return value_of(reference(node));
    case FieldType::kBytes: {
      KITH_ASSIGN(std::string bytes, read_base64(node));
      return Value(Bytes{std::move(bytes)});
    }
    case FieldType::kJson: return read(node);
    case FieldType::kMultiChoice:
    case FieldType::kReferenceList: break;
  }
  if (!node.is_array()) return expected(node, "an array");
  List list;
  for (const Node& element : node.elements()) {
    if (field.type == FieldType::kMultiChoice) {
      KITH_ASSIGN(const std::string_view name, text_of(element, "the name of an option"));
      list.emplace_back(name);
    } else {
      KITH_ASSIGN(const RecordId id, reference(element));
      list.emplace_back(id);
    }
  }
  return Value(std::move(list));
}

}  // namespace kith::exchange
