// What a node is made of in writing.
#include "expr/format_parts.hpp"

#include "expr/format.hpp"
#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

void append_hex(unsigned char byte, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  out->append("\\x").push_back(kDigits[byte >> 4]);
  out->push_back(kDigits[byte & 15]);
}

void append_escaped(std::string_view text, char quote, bool all_bytes, std::string* out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (c == '\r') {
      out->append("\\r");
    } else if (c == '\t') {
      out->append("\\t");
    } else if (byte < 0x20 || byte == 0x7F || (all_bytes && byte >= 0x80)) {
      append_hex(byte, out);
    } else {
      out->push_back(c);
    }
  }
}

char quote_for(std::string_view text) {
  const bool single = text.find('\'') != text.npos;
  return single && text.find('"') == text.npos ? '"' : '\'';
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

std::string number_text(const Node& node) {
  return node.value.kind() == Value::Kind::kUint ? node.text + "u" : node.text;
}

std::string name_after_dot(const Node& node) {
  return node.quoted ? "`" + node.text + "`" : node.text;
}

// From kCount to kAvg the loop is written as a function with the list first.
bool written_as_function(Macro macro) { return macro >= Macro::kCount && macro <= Macro::kAvg; }

void add_parts(const Node& node, std::size_t first, Bracketed* out) {
  for (std::size_t i = first; i < node.args.size(); ++i) out->parts.push_back(node.args[i]);
  out->keys.assign(out->parts.size(), std::string());
}

void entries(const Node& node, bool pairs, Bracketed* out) {
  out->open = pairs ? "{" : "[";
  out->close = pairs ? '}' : ']';
  out->pairs = pairs;
  add_parts(node, 0, out);
  for (std::size_t i = 0; i < node.optional_entries.size(); ++i) {
    if (node.optional_entries[i]) out->keys[pairs ? 2 * i : i] = "?";
  }
}

void loop(const Node& node, Bracketed* out) {
  const bool function = written_as_function(node.macro);
  out->open = (function ? "" : ".") + node.text + "(";
  if (!function) {
    out->receiver = node.args[0];
    out->words.push_back(node.var);
    if (!node.var2.empty()) out->words.push_back(node.var2);
    add_parts(node, 1, out);
    return;
  }
  add_parts(node, 0, out);
  // The variable stands between the list and what is done with its elements.
  if (out->parts.size() > 1) out->keys[1] = node.var + ", ";
}

}  // namespace

std::string string_literal(std::string_view text) {
  const char quote = quote_for(text);
  std::string out;
  const bool raw =
      text.find('\\') != text.npos && text.find(quote) == text.npos && !has_control(text);
  if (raw) {
    out = "r";
    out.push_back(quote);
    out.append(text).push_back(quote);
    return out;
  }
  out.push_back(quote);
  append_escaped(text, quote, false, &out);
  out.push_back(quote);
  return out;
}

std::string bytes_literal(std::string_view data) {
  const char quote = quote_for(data);
  std::string out = "b";
  out.push_back(quote);
  append_escaped(data, quote, !utf8::valid(data), &out);
  out.push_back(quote);
  return out;
}

std::string_view question_about(const Node& node) {
  if (node.macro == Macro::kFormulaError) return "formula_error(";
  return node.test_only ? "has(" : "";
}

Precedence precedence_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::kConditional: return Precedence::kConditional;
    case NodeKind::kOr: return Precedence::kOr;
    case NodeKind::kAnd: return Precedence::kAnd;
    case NodeKind::kCall: {
      const OperatorForm* form = operator_form(node.text, node.args.size());
      return form == nullptr ? Precedence::kPostfix : form->precedence;
    }
    default: return Precedence::kPostfix;
  }
}

bool bracketed(const Node& node, Bracketed* out) {
  switch (node.kind) {
    case NodeKind::kCall:
      if (operator_form(node.text, node.args.size()) != nullptr) return false;
      if (node.method) out->receiver = node.args[0];
      out->open = (node.method || node.leading_dot ? "." : "") + node.text + "(";
      add_parts(node, node.method ? 1 : 0, out);
      return true;
    case NodeKind::kRecordCall:
      out->open = node.text + "(";
      add_parts(node, 0, out);
      return true;
    case NodeKind::kList: return entries(node, false, out), true;
    case NodeKind::kMap: return entries(node, true, out), true;
    case NodeKind::kComprehension: return loop(node, out), true;
    case NodeKind::kBind:
      out->open = "cel.bind(";
      out->words.push_back(node.var);
      add_parts(node, 0, out);
      return true;
    case NodeKind::kSelect:
      out->receiver = node.args[0];
      out->open = (node.optional ? ".?" : ".") + name_after_dot(node);
      out->close = '\0';
      return question_about(node).empty();
    case NodeKind::kIndex:
      out->receiver = node.args[0];
      out->open = "[";
      out->close = ']';
      add_parts(node, 1, out);
      if (node.optional) out->keys[0] = "?";
      return true;
    default: return false;
  }
}

std::string leaf_text(const Node& node) {
  if (node.kind == NodeKind::kIdent) {
    const std::string name = (node.leading_dot ? "." : "") + node.text;
    const std::string question(question_about(node));
    return question.empty() ? name : question + name + ")";
  }
  switch (node.value.kind()) {
    case Value::Kind::kNull: return "null";
    case Value::Kind::kBool: return *node.value.boolean() ? "true" : "false";
    case Value::Kind::kText: return string_literal(*node.value.text());
    case Value::Kind::kBytes: return bytes_literal(node.value.bytes()->data);
    default: return number_text(node);
  }
}

}  // namespace kith::expr
