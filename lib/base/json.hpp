// base/json.hpp: JSON documents that know where everything stands.
//
//   KITH_ASSIGN(json::Node root, json::parse(text));
//   if (const json::Node* name = root.find("name")) use(name->text(), name->position());
//   json::Writer out(json::Style::kPretty);
//   out.begin_object().key("stage").text("won").key("amount").number(amount).end_object();
//
// Reading is RFC 8259 to the letter: UTF-8 (one byte order mark at the start is skipped), no
// comments, no trailing commas. Beyond the RFC it refuses repeated member names, lone surrogates
// and numbers that no double can hold, and it has limits. Members keep the document's order.
// Numbers keep their characters; nothing passes through a double unless as_double() is asked for.
//
// Errors are kInvalidArgument (kLimit for the limits) with one violation that has line and
// column; the message has them too. A Node owns its data; const use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kith/decimal.hpp"
#include "kith/result.hpp"

namespace kith::json {

inline constexpr std::size_t kDefaultMaxDepth = 64;        // arrays and objects inside another
inline constexpr std::size_t kDefaultMaxBytes = 64 << 20;  // of the text

struct ParseOptions {
  std::size_t max_depth = kDefaultMaxDepth;
  std::size_t max_bytes = kDefaultMaxBytes;
};

struct Position {
  std::uint32_t line = 1;    // 1-based
  std::uint32_t column = 1;  // 1-based, in code points

  friend bool operator==(const Position&, const Position&) = default;
};

enum class Kind : std::uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };

// With its article, for messages: "null", "a bool", "a number", "a text", "an array", "an object".
std::string_view kind_name(Kind kind);

struct Member;

class Node {
 public:
  Node() = default;  // null

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_text() const { return kind_ == Kind::kText; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }
  Position position() const { return position_; }

  // False, empty or nullptr when the node is of another kind.
  bool boolean() const { return boolean_; }
  const std::string& text() const;    // of a text
  const std::string& lexeme() const;  // of a number, as the document writes it
  const std::vector<Node>& elements() const { return elements_; }
  const std::vector<Member>& members() const { return members_; }
  const Node* find(std::string_view name) const;
  const Member* find_member(std::string_view name) const;

  // Of a number that has such a value; 1e3 and 5.0 are whole numbers. The status has no place.
  Result<std::int64_t> as_int() const;
  Result<Decimal> as_decimal() const;
  Result<double> as_double() const;

 private:
  friend class NodeBuilder;

  Kind kind_ = Kind::kNull;
  bool boolean_ = false;
  Position position_;
  std::string text_;  // or lexeme
  std::vector<Node> elements_;
  std::vector<Member> members_;
};

struct Member {
  std::string name;
  Position position;  // of the name
  Node value;
};

Result<Node> parse(std::string_view text, const ParseOptions& options = {});

enum class Style : std::uint8_t {
  kCompact,  // no white space
  kPretty,   // two spaces of indent, one member or element a line
};

// Writes one JSON text. The caller keeps the order of calls right (key, then value; ends that match
// their begins); the same calls give the same bytes.
class Writer {
 public:
  explicit Writer(Style style = Style::kCompact) : style_(style) {}

  Writer& begin_object() { return begin('{'); }
  Writer& end_object() { return end('}'); }
  Writer& begin_array() { return begin('['); }
  Writer& end_array() { return end(']'); }
  Writer& key(std::string_view name);

  Writer& null() { return scalar("null"); }
  Writer& boolean(bool value) { return scalar(value ? "true" : "false"); }
  Writer& number(std::int64_t value);
  Writer& number(std::uint64_t value);
  Writer& number(int value) { return number(std::int64_t{value}); }
  // The shortest digits that read back as the same double, with a point or exponent: "1.0". NaN
  // and the infinities, which JSON does not have, become "NaN", "Infinity", "-Infinity".
  Writer& number(double value);
  Writer& number(const Decimal& value);  // all digits of its scale
  // Bytes that are no UTF-8 become U+FFFD.
  Writer& text(std::string_view value);
  Writer& node(const Node& value);  // a parsed document or a part of it, numbers unchanged

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  Writer& begin(char bracket);
  Writer& end(char bracket);
  Writer& scalar(std::string_view lexeme);
  void separate();
  void new_line();
  void append_text(std::string_view value);

  Style style_;
  std::size_t depth_ = 0;
  bool first_ = true;       // nothing in the innermost array or object yet
  bool after_key_ = false;  // the next value belongs to a key
  std::string out_;
};

}  // namespace kith::json
