#include <charconv>
#include <utility>

#include "expr/macros.hpp"
#include "expr/parser_impl.hpp"

namespace kith::expr {

Node* Parser::primary() {
  if (!status_.ok()) return nullptr;
  const std::uint32_t offset = token_.offset;
  switch (token_.kind) {
    case TokenKind::kIdent: return name(false, offset);
    case TokenKind::kDot: advance(); return status_.ok() ? name(true, offset) : nullptr;
    case TokenKind::kLeftParen: {
      advance();
      Node* inner = expression();
      return inner != nullptr && expect(TokenKind::kRightParen) ? inner : nullptr;
    }
    case TokenKind::kLeftBracket: return list();
    case TokenKind::kLeftBrace: return map();
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble: return number(false, offset);
    case TokenKind::kString: return literal(Value(token_.text));
    case TokenKind::kBytes: return literal(Value(Bytes{token_.text}));
    case TokenKind::kTrue: return literal(Value(true));
    case TokenKind::kFalse: return literal(Value(false));
    case TokenKind::kNull: return literal(Value());
    case TokenKind::kReserved:
      return fail(offset, "'" + token_.text +
                              "' is a reserved word; a field of that name is "
                              "reached as r." +
                              token_.text);
    default: return unexpected("a value");
  }
}

Node* Parser::name(bool leading_dot, std::uint32_t offset) {
  if (token_.kind != TokenKind::kIdent) return unexpected("a name");
  Node* node = ast_.add(NodeKind::kIdent, offset);
  node->text = token_.text;
  node->leading_dot = leading_dot;
  advance();
  if (!accept(TokenKind::kLeftParen)) return status_.ok() ? finish(node) : nullptr;
  node->kind = NodeKind::kCall;
  return arguments(TokenKind::kRightParen, &node->args) ? finish_call(node) : nullptr;
}

Node* Parser::finish_call(Node* node) {
  if (finish(node) == nullptr) return nullptr;
  std::uint32_t error_at = 0;
  const std::string message = expand_macro(node, &error_at);
  return message.empty() ? node : fail(error_at, message);
}

bool Parser::arguments(TokenKind closing, std::vector<Node*>* args) {
  if (accept(closing)) return true;
  while (status_.ok()) {
    args->push_back(expression());
    if (args->back() == nullptr) return false;
    if (!accept(TokenKind::kComma)) return expect(closing);
  }
  return false;
}

Node* Parser::list() {
  Node* node = ast_.add(NodeKind::kList, token_.offset);
  advance();
  bool any_optional = false;
  while (status_.ok() && token_.kind != TokenKind::kRightBracket) {
    const bool optional = accept(TokenKind::kQuestion);
    any_optional |= optional;
    node->optional_entries.push_back(optional);
    node->args.push_back(status_.ok() ? expression() : nullptr);
    if (node->args.back() == nullptr) return nullptr;
    if (!accept(TokenKind::kComma)) break;
  }
  if (!any_optional) node->optional_entries.clear();
  return expect(TokenKind::kRightBracket) ? finish(node) : nullptr;
}

Node* Parser::map() {
  Node* node = ast_.add(NodeKind::kMap, token_.offset);
  advance();
  bool any_optional = false;
  while (status_.ok() && token_.kind != TokenKind::kRightBrace) {
    const bool optional = accept(TokenKind::kQuestion);
    any_optional |= optional;
    node->optional_entries.push_back(optional);
    node->args.push_back(status_.ok() ? expression() : nullptr);
    if (node->args.back() == nullptr || !expect(TokenKind::kColon)) return nullptr;
    node->args.push_back(expression());
    if (node->args.back() == nullptr) return nullptr;
    if (!accept(TokenKind::kComma)) break;
  }
  if (!any_optional) node->optional_entries.clear();
  return expect(TokenKind::kRightBrace) ? finish(node) : nullptr;
}

// `type` is the name before the brace; anything else before a brace is a mistake.
Node* Parser::message(Node* type) {
  std::string text;
  const Node* part = type;
  for (; part->kind == NodeKind::kSelect && !part->optional; part = part->args[0]) {
    text = "." + part->text + text;
  }
  if (part->kind != NodeKind::kIdent) return unexpected("an operator");
  Node* node = ast_.add(NodeKind::kMessage, type->offset);
  node->text = (part->leading_dot ? "." : "") + part->text + text;
  advance();
  while (status_.ok() && token_.kind != TokenKind::kRightBrace) {
    accept(TokenKind::kQuestion);
    const bool field = token_.kind == TokenKind::kIdent || token_.kind == TokenKind::kReserved ||
                       token_.kind == TokenKind::kQuotedIdent;
    if (!field) return unexpected("a field name");
    advance();
    if (!expect(TokenKind::kColon)) return nullptr;
    node->args.push_back(expression());
    if (node->args.back() == nullptr) return nullptr;
    if (!accept(TokenKind::kComma)) break;
  }
  return expect(TokenKind::kRightBrace) ? postfix(finish(node)) : nullptr;
}

Node* Parser::literal(Value value) {
  Node* node = ast_.add(NodeKind::kLiteral, token_.offset);
  node->value = std::move(value);
  advance();
  return status_.ok() ? finish(node) : nullptr;
}

Node* Parser::number(bool negative, std::uint32_t offset) {
  const TokenKind kind = token_.kind;
  const std::string text = (negative ? "-" : "") + token_.text;
  const std::size_t sign = negative ? 1 : 0;
  const bool hex = text.size() > sign + 1 && (text[sign + 1] | 0x20) == 'x';
  const char* digits = text.data() + sign + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  Value value;
  bool in_range = true;
  if (kind == TokenKind::kDouble) {
    double number = 0;
    const auto result = std::from_chars(digits, end, number);
    in_range = result.ec == std::errc();
    // A number too small for a double is zero; one too large has no value.
    if (!in_range && text.find("e-") != std::string::npos) in_range = true, number = 0;
    value = Value(negative ? -number : number);
  } else {
    std::uint64_t magnitude = 0;
    in_range = std::from_chars(digits, end, magnitude, hex ? 16 : 10).ec == std::errc();
    if (kind == TokenKind::kUint) {
      value = Value(magnitude);
    } else {
      in_range = in_range && magnitude <= (std::uint64_t{1} << 63) - (negative ? 0 : 1);
      value = Value(static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude));
    }
  }
  if (!in_range) return fail(offset, "the number " + text + " is out of range");
  Node* node = literal(std::move(value));
  if (node == nullptr) return nullptr;
  node->offset = offset;
  node->text = text;
  return node;
}

}  // namespace kith::expr
