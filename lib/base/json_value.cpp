#include "base/json_value.hpp"

#include "base/base64.hpp"
#include "base/try.hpp"

namespace kith::json {
namespace {

Result<Value> number_to_value(const Node& node) {
  const bool whole = node.lexeme().find_first_of(".eE") == std::string::npos;
  if (whole) {
    if (const Result<std::int64_t> value = node.as_int(); value.ok()) return Value(*value);
  }
  if (const Result<Decimal> value = node.as_decimal(); value.ok()) return Value(*value);
  KITH_ASSIGN(const double value, node.as_double());
  return Value(value);
}

void write_money(const Money& money, Writer* out) {
  out->begin_object().key("amount").number(money.amount).key("currency");
  if (money.currency == Currency()) {
    out->null();
  } else {
    out->text(money.currency.view());
  }
  out->end_object();
}

void write_reference(RecordId id, const ReferenceFormatter& format_reference, Writer* out) {
  if (id.is_null()) {
    out->null();
  } else {
    out->text(format_reference(id));
  }
}

}  // namespace

void write_value(const Value& value, const ReferenceFormatter& format_reference, Writer* out) {
  switch (value.kind()) {
    case Value::Kind::kNull: out->null(); break;
    case Value::Kind::kBool: out->boolean(*value.boolean()); break;
    case Value::Kind::kInt: out->number(*value.integer()); break;
    case Value::Kind::kUint: out->number(*value.unsigned_integer()); break;
    case Value::Kind::kDouble: out->number(*value.floating()); break;
    case Value::Kind::kDecimal: out->number(*value.decimal()); break;
    case Value::Kind::kMoney: write_money(*value.money(), out); break;
    case Value::Kind::kBytes: out->text(base::base64_encode(value.bytes()->data)); break;
    case Value::Kind::kReference: write_reference(*value.reference(), format_reference, out); break;
    case Value::Kind::kList:
      out->begin_array();
      for (const Value& element : *value.list()) write_value(element, format_reference, out);
      out->end_array();
      break;
    case Value::Kind::kMap:
      out->begin_object();
      for (const auto& [key, member] : *value.map()) {
        out->key(key.to_string());
        write_value(member, format_reference, out);
      }
      out->end_object();
      break;
    case Value::Kind::kText:
    case Value::Kind::kDate:
    case Value::Kind::kTimestamp:
    case Value::Kind::kDuration:
    case Value::Kind::kType: out->text(value.to_string()); break;
    case Value::Kind::kOptional:
      if (value.optional()->has_value()) {
        write_value(value.optional()->value(), format_reference, out);
      } else {
        out->null();
      }
      break;
  }
}

std::string to_json(const Value& value, const ReferenceFormatter& format_reference, Style style) {
  Writer out(style);
  write_value(value, format_reference, &out);
  return out.take();
}

Result<Value> to_value(const Node& node) {
  switch (node.kind()) {
    case Kind::kNull: return Value();
    case Kind::kBool: return Value(node.boolean());
    case Kind::kNumber: return number_to_value(node);
    case Kind::kText: return Value(node.text());
    case Kind::kArray: {
      List list;
      list.reserve(node.elements().size());
      for (const Node& element : node.elements()) {
        KITH_ASSIGN(Value value, to_value(element));
        list.push_back(std::move(value));
      }
      return Value(std::move(list));
    }
    case Kind::kObject: break;
  }
  Map map;
  map.reserve(node.members().size());
  for (const Member& member : node.members()) {
    KITH_ASSIGN(Value value, to_value(member.value));
    map.emplace_back(member.name, std::move(value));
  }
  return Value(std::move(map));
}

}  // namespace kith::json
