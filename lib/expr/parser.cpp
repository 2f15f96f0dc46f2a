#include "expr/parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/try.hpp"
#include "expr/lexer.hpp"
#include "expr/macros.hpp"
#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

// A binary operator and how tightly it binds; && and || are handled apart because they are n-ary.
struct Operator {
  const char* function = nullptr;
  int precedence = 0;
};

constexpr int kRelation = 1;

Operator binary_operator(TokenKind kind) {
  switch (kind) {
    case TokenKind::kLess: return {"_<_", kRelation};
    case TokenKind::kLessEqual: return {"_<=_", kRelation};
    case TokenKind::kGreater: return {"_>_", kRelation};
    case TokenKind::kGreaterEqual: return {"_>=_", kRelation};
    case TokenKind::kEqual: return {"_==_", kRelation};
    case TokenKind::kNotEqual: return {"_!=_", kRelation};
    case TokenKind::kIn: return {"@in", kRelation};
    case TokenKind::kPlus: return {"_+_", 2};
    case TokenKind::kMinus: return {"_-_", 2};
    case TokenKind::kStar: return {"_*_", 3};
    case TokenKind::kSlash: return {"_/_", 3};
    case TokenKind::kPercent: return {"_%_", 3};
    default: return {};
  }
}

// Recursive descent. Every function returns nullptr after the first mistake, which is in status_.
class Parser {
 public:
  Parser(Ast* ast, const ParseLimits& limits)
      : ast_(*ast), limits_(limits), lexer_(ast->source()) {}

  Status run() {
    advance();
    Node* root = status_.ok() ? expression() : nullptr;
    if (root != nullptr && token_.kind != TokenKind::kEnd) {
      unexpected("an operator or the end of the expression");
    }
    if (!status_.ok()) return status_;
    ast_.set_root(root);
    return check_loops(*root, 0);
  }

 private:
  // Counts nesting of the recursive calls for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(Parser* parser) : parser_(*parser) {
      if (++parser_.nesting_ > parser_.limits_.max_depth) parser_.too_deep();
    }
    ~Nesting() { --parser_.nesting_; }

   private:
    Parser& parser_;
  };

  void advance() {
    if (!status_.ok()) return;
    status_ = lexer_.next(&token_);
  }
  bool accept(TokenKind kind) {
    if (!status_.ok() || token_.kind != kind) return false;
    advance();
    return status_.ok();
  }
  bool expect(TokenKind kind) {
    if (!status_.ok()) return false;
    if (token_.kind != kind) return unexpected(describe(kind)), false;
    advance();
    return status_.ok();
  }
  Node* fail(std::uint32_t offset, std::string_view message) {
    if (status_.ok()) status_ = ast_.source().error(Code::kExpressionSyntax, offset, message);
    return nullptr;
  }
  Node* unexpected(std::string_view wanted) {
    std::string message = "expected ";
    message.append(wanted).append(", found ").append(describe(token_));
    return fail(token_.offset, message);
  }
  void too_deep() {
    if (!status_.ok()) return;
    status_ = ast_.source().error(
        Code::kLimit, token_.offset,
        "the expression is nested deeper than " + std::to_string(limits_.max_depth) +
            " levels (limit expression_max_depth); split it or bind parts with cel.bind()");
  }

  // Sets the depth of a finished node; nullptr when a part is missing or it is too deep.
  Node* finish(Node* node) {
    std::uint32_t depth = 0;
    for (const Node* arg : node->args) {
      if (arg == nullptr) return nullptr;
      depth = std::max<std::uint32_t>(depth, arg->depth);
    }
    if (depth >= limits_.max_depth) too_deep();
    if (!status_.ok()) return nullptr;
    node->depth = static_cast<std::uint16_t>(depth + 1);
    return node;
  }
  Node* call(std::string function, std::uint32_t offset, std::vector<Node*> args) {
    Node* node = ast_.add(NodeKind::kCall, offset);
    node->text = std::move(function);
    node->args = std::move(args);
    return finish(node);
  }

  Node* expression();
  Node* logical(TokenKind op, NodeKind kind);
  Node* binary(int precedence);
  Node* unary();
  Node* negation();
  Node* member();
  Node* postfix(Node* base);
  Node* selection(Node* base);
  Node* index(Node* base);
  Node* primary();
  Node* name(bool leading_dot, std::uint32_t offset);
  Node* list();
  Node* map();
  Node* message(Node* type);
  Node* number(bool negative, std::uint32_t offset);
  Node* literal(Value value);
  bool arguments(TokenKind closing, std::vector<Node*>* args);
  Node* finish_call(Node* node);
  Status check_loops(const Node& node, std::uint32_t nesting) const;

  Ast& ast_;
  const ParseLimits& limits_;
  Lexer lexer_;
  Token token_;
  std::uint32_t nesting_ = 0;
  Status status_;
};

Node* Parser::expression() {
  const Nesting nesting(this);
  if (!status_.ok()) return nullptr;
  Node* condition = logical(TokenKind::kOr, NodeKind::kOr);
  if (condition == nullptr || token_.kind != TokenKind::kQuestion) return condition;
  Node* node = ast_.add(NodeKind::kConditional, token_.offset);
  advance();
  // Only the last part may itself be a conditional without parentheses.
  Node* then = logical(TokenKind::kOr, NodeKind::kOr);
  if (then == nullptr || !expect(TokenKind::kColon)) return nullptr;
  node->args = {condition, then, expression()};
  return finish(node);
}

Node* Parser::logical(TokenKind op, NodeKind kind) {
  const auto operand = [&] {
    return kind == NodeKind::kOr ? logical(TokenKind::kAnd, NodeKind::kAnd) : binary(kRelation);
  };
  Node* first = operand();
  if (first == nullptr || token_.kind != op) return first;
  Node* node = ast_.add(kind, token_.offset);
  node->args.push_back(first);
  while (accept(op)) {
    node->args.push_back(operand());
    if (node->args.back() == nullptr) return nullptr;
  }
  return status_.ok() ? finish(node) : nullptr;
}

Node* Parser::binary(int precedence) {
  Node* left = unary();
  while (left != nullptr && status_.ok()) {
    const Operator op = binary_operator(token_.kind);
    if (op.function == nullptr || op.precedence < precedence) break;
    const std::uint32_t offset = token_.offset;
    advance();
    Node* right = binary(op.precedence + 1);
    if (right == nullptr) return nullptr;
    left = call(op.function, offset, {left, right});
  }
  return status_.ok() ? left : nullptr;
}

Node* Parser::unary() {
  const Nesting nesting(this);
  if (!status_.ok()) return nullptr;
  const std::uint32_t offset = token_.offset;
  if (accept(TokenKind::kNot)) {
    Node* operand = unary();
    return operand == nullptr ? nullptr : call("!_", offset, {operand});
  }
  return token_.kind == TokenKind::kMinus ? negation() : member();
}

Node* Parser::negation() {
  const std::uint32_t offset = token_.offset;
  advance();
  if (!status_.ok()) return nullptr;
  // The sign belongs to the number, so that the smallest int can be written.
  if (token_.kind == TokenKind::kInt || token_.kind == TokenKind::kDouble) {
    return postfix(number(true, offset));
  }
  Node* operand = unary();
  return operand == nullptr ? nullptr : call("-_", offset, {operand});
}

Node* Parser::member() { return postfix(primary()); }

Node* Parser::postfix(Node* base) {
  while (base != nullptr && status_.ok()) {
    if (token_.kind == TokenKind::kDot) {
      base = selection(base);
    } else if (token_.kind == TokenKind::kLeftBracket) {
      base = index(base);
    } else if (token_.kind == TokenKind::kLeftBrace) {
      return message(base);
    } else {
      return base;
    }
  }
  return nullptr;
}

Node* Parser::selection(Node* base) {
  advance();
  const bool optional = accept(TokenKind::kQuestion);
  const std::uint32_t offset = token_.offset;
  const bool word = token_.kind == TokenKind::kIdent || token_.kind == TokenKind::kReserved;
  if (!status_.ok()) return nullptr;
  if (!word && token_.kind != TokenKind::kQuotedIdent) return unexpected("a field name");
  std::string text = token_.text;
  advance();
  if (word && !optional && token_.kind == TokenKind::kLeftParen) {
    Node* node = ast_.add(NodeKind::kCall, offset);
    node->text = std::move(text);
    node->method = true;
    node->args.push_back(base);
    advance();
    return arguments(TokenKind::kRightParen, &node->args) ? finish_call(node) : nullptr;
  }
  Node* node = ast_.add(NodeKind::kSelect, offset);
  node->text = std::move(text);
  node->quoted = !word;
  node->optional = optional;
  node->args.push_back(base);
  return finish(node);
}

Node* Parser::index(Node* base) {
  Node* node = ast_.add(NodeKind::kIndex, token_.offset);
  advance();
  node->optional = accept(TokenKind::kQuestion);
  node->args = {base, status_.ok() ? expression() : nullptr};
  if (node->args[1] == nullptr || !expect(TokenKind::kRightBracket)) return nullptr;
  return finish(node);
}

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

Status Parser::check_loops(const Node& node, std::uint32_t nesting) const {
  const bool loop = node.kind == NodeKind::kComprehension && node.macro != Macro::kOptMap &&
                    node.macro != Macro::kOptFlatMap;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    const std::uint32_t inner = nesting + (loop && i > 0 ? 1 : 0);
    if (inner > limits_.max_comprehension_nesting) {
      return ast_.source().error(Code::kLimit, node.offset,
                                 "loops are nested deeper than " +
                                     std::to_string(limits_.max_comprehension_nesting) +
                                     " levels (limit expression_max_comprehension_nesting)");
    }
    KITH_TRY(check_loops(*node.args[i], inner));
  }
  return Status();
}

}  // namespace

Result<Ast> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_source_bytes) {
    return Status(Code::kLimit, "the expression has " + std::to_string(text.size()) +
                                    " bytes, more than " + std::to_string(limits.max_source_bytes) +
                                    " (limit expression_max_source_bytes)");
  }
  if (!utf8::valid(text)) {
    return Status(Code::kExpressionSyntax, "the expression is not valid UTF-8 text");
  }
  Ast ast{std::string(text)};
  KITH_TRY(Parser(&ast, limits).run());
  return ast;
}

}  // namespace kith::expr
