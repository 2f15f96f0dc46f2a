#include "expr/parser.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "expr/parser_impl.hpp"
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

}  // namespace

Status Parser::run() {
  advance();
  Node* root = status_.ok() ? expression() : nullptr;
  if (root != nullptr && token_.kind != TokenKind::kEnd) {
    unexpected("an operator or the end of the expression");
  }
  if (!status_.ok()) return status_;
  ast_.set_root(root);
  return check_loops(*root, 0);
}

Node* Parser::fail(std::uint32_t offset, std::string_view message) {
  if (status_.ok()) status_ = ast_.source().error(Code::kExpressionSyntax, offset, message);
  return nullptr;
}

Node* Parser::unexpected(std::string_view wanted) {
  std::string message = "expected ";
  message.append(wanted).append(", found ").append(describe(token_));
  return fail(token_.offset, message);
}

void Parser::too_deep() {
  if (!status_.ok()) return;
  status_ = ast_.source().error(
      Code::kLimit, token_.offset,
      "the expression is nested deeper than " + std::to_string(limits_.max_depth) +
          " levels (limit max_expression_depth); split it or bind parts with cel.bind()");
}

Node* Parser::finish(Node* node) {
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

Node* Parser::call(std::string function, std::uint32_t offset, std::vector<Node*> args) {
  Node* node = ast_.add(NodeKind::kCall, offset);
  node->text = std::move(function);
  node->args = std::move(args);
  return finish(node);
}

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

Status Parser::check_loops(const Node& node, std::uint32_t nesting) const {
  const bool loop = node.kind == NodeKind::kComprehension && node.macro != Macro::kOptMap &&
                    node.macro != Macro::kOptFlatMap;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    const std::uint32_t inner = nesting + (loop && i > 0 ? 1 : 0);
    if (inner > limits_.max_comprehension_nesting) {
      return ast_.source().error(Code::kLimit, node.offset,
                                 "loops are nested deeper than " +
                                     std::to_string(limits_.max_comprehension_nesting) +
                                     " levels (limit max_expression_loop_nesting)");
    }
    KITH_TRY(check_loops(*node.args[i], inner));
  }
  return Status();
}

Result<Ast> parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_source_bytes) {
    return Status(Code::kLimit, "the expression has " + std::to_string(text.size()) +
                                    " bytes, more than " + std::to_string(limits.max_source_bytes) +
                                    " (limit max_expression_bytes)");
  }
  if (!utf8::valid(text)) {
    return Status(Code::kExpressionSyntax, "the expression is not valid UTF-8 text");
  }
  Ast ast{std::string(text)};
  KITH_TRY(Parser(&ast, limits).run());
  return ast;
}

}  // namespace kith::expr
