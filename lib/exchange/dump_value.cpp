#include "exchange/dump_value.hpp"

#include <charconv>
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
