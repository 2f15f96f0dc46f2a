// expr/parser_impl.hpp: the recursive-descent parser, private to parser*.cpp.
//
// parser.cpp has the operators, what follows an operand (fields, calls of methods, indexes) and the
// limits; parser_primary.cpp what an expression is made of: names, calls, literals, lists, maps.
// One parser reads one text, on one thread; the nodes belong to the Ast.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expr/lexer.hpp"
#include "expr/parser.hpp"

namespace kith::expr {

// Recursive descent. Every function returns nullptr after the first mistake, which is in status_.
class Parser {
 public:
  Parser(Ast* ast, const ParseLimits& limits)
      : ast_(*ast), limits_(limits), lexer_(ast->source()) {}

  Status run();

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
  Node* fail(std::uint32_t offset, std::string_view message);
  Node* unexpected(std::string_view wanted);
  void too_deep();
  // Sets the depth of a finished node; nullptr when a part is missing or it is too deep.
  Node* finish(Node* node);
  Node* call(std::string function, std::uint32_t offset, std::vector<Node*> args);

  // Operators, loosest first: parser.cpp.
  Node* expression();
  Node* logical(TokenKind op, NodeKind kind);
  Node* binary(int precedence);
  Node* unary();
  Node* negation();
  Node* member();
  Node* postfix(Node* base);
  Node* selection(Node* base);
  Node* index(Node* base);
  // What stands between operators: parser_primary.cpp.
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

}  // namespace kith::expr
