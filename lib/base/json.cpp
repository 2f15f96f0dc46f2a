#include "base/json.hpp"

#include <charconv>
#include <cmath>

#include "base/parse.hpp"
#include "base/utf8.hpp"

namespace kith::json {
namespace {

const std::string kNoText;

Status not_a_number(Kind kind) {
  return Status(Code::kInvalidArgument, "expected a number, found " + std::string(kind_name(kind)));
}

void append_escape(char c, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"': out->append("\\\""); return;
    case '\\': out->append("\\\\"); return;
    case '\b': out->append("\\b"); return;
    case '\f': out->append("\\f"); return;
    case '\n': out->append("\\n"); return;
    case '\r': out->append("\\r"); return;
    case '\t': out->append("\\t"); return;
    default: break;
  }
  out->append("\\u00");
  out->push_back(kHex[(c >> 4) & 15]);
  out->push_back(kHex[c & 15]);
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "null";
    case Kind::kBool: return "a bool";
    case Kind::kNumber: return "a number";
    case Kind::kText: return "a text";
    case Kind::kArray: return "an array";
    case Kind::kObject: return "an object";
  }
  return "a value";
}

const std::string& Node::text() const { return is_text() ? text_ : kNoText; }

const std::string& Node::lexeme() const { return is_number() ? text_ : kNoText; }

const Node* Node::find(std::string_view name) const {
  const Member* member = find_member(name);
  return member == nullptr ? nullptr : &member->value;
}

const Member* Node::find_member(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

Result<std::int64_t> Node::as_int() const {
  if (!is_number()) return not_a_number(kind_);
  if (text_.find_first_of(".eE") == std::string::npos) return base::parse_int(text_);
  const Result<Decimal> decimal = Decimal::parse(text_);
  if (decimal.ok()) {
    if (const Result<std::int64_t> value = decimal->to_int64(); value.ok()) return value;
  }
  return Status(Code::kInvalidArgument,
                text_ + " is not a whole number in the range of int, -2^63 to 2^63-1");
}

Result<Decimal> Node::as_decimal() const {
  if (!is_number()) return not_a_number(kind_);
  return Decimal::parse(text_);
}

Result<double> Node::as_double() const {
  if (!is_number()) return not_a_number(kind_);
  return base::parse_double(text_);
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_text(name);
  out_.append(style_ == Style::kPretty ? ": " : ":");
  after_key_ = true;
  return *this;
}

Writer& Writer::number(std::int64_t value) { return scalar(std::to_string(value)); }

Writer& Writer::number(std::uint64_t value) { return scalar(std::to_string(value)); }

Writer& Writer::number(double value) {
  if (std::isnan(value)) return text("NaN");
  if (std::isinf(value)) return text(value < 0 ? "-Infinity" : "Infinity");
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string lexeme(buffer, end.ptr);
  // A double stays one for readers that tell 1 from 1.0.
  if (lexeme.find_first_of(".e") == std::string::npos) lexeme.append(".0");
  return scalar(lexeme);
}

Writer& Writer::number(const Decimal& value) { return scalar(value.to_string()); }

Writer& Writer::text(std::string_view value) {
  separate();
  append_text(value);
  return *this;
}

Writer& Writer::node(const Node& value) {
  switch (value.kind()) {
    case Kind::kNull: return null();
    case Kind::kBool: return boolean(value.boolean());
    case Kind::kNumber: return scalar(value.lexeme());
    case Kind::kText: return text(value.text());
    case Kind::kArray:
      begin_array();
      for (const Node& element : value.elements()) node(element);
      return end_array();
    case Kind::kObject:
      begin_object();
      for (const Member& member : value.members()) key(member.name).node(member.value);
      return end_object();
  }
  return null();
}

Writer& Writer::begin(char bracket) {
  separate();
  out_.push_back(bracket);
  ++depth_;
  first_ = true;
  return *this;
}

Writer& Writer::end(char bracket) {
  if (depth_ > 0) --depth_;
  if (!first_) new_line();
  out_.push_back(bracket);
  first_ = false;
  return *this;
}

Writer& Writer::scalar(std::string_view lexeme) {
  separate();
  out_.append(lexeme);
  return *this;
}

// Whatever must stand between what was written last and a new key or value.
void Writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (depth_ == 0) return;
  if (!first_) out_.push_back(',');
  first_ = false;
  new_line();
}

void Writer::new_line() {
  if (style_ != Style::kPretty) return;
  out_.push_back('\n');
  out_.append(2 * depth_, ' ');
}

void Writer::append_text(std::string_view value) {
  out_.push_back('"');
  for (std::size_t at = 0; at < value.size();) {
    const char c = value[at];
    if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '\x7F') {
      append_escape(c, &out_);
      ++at;
      continue;
    }
    const base::CodePoint point = base::decode_utf8(value, at);
    if (point.size == 0) {
      out_.append("\xEF\xBF\xBD");
      ++at;
    } else {
      out_.append(value.substr(at, point.size));
      at += point.size;
    }
  }
  out_.push_back('"');
}

}  // namespace kith::json
