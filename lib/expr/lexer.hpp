// expr/lexer.hpp: the words of an expression.
//
//   Lexer lexer(source);
//   Token token;
//   while (lexer.next(&token).ok() && token.kind != TokenKind::kEnd) ...
//
// Literals arrive decoded: strings unescaped, numbers with their lexeme. Internal to the parser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "expr/source.hpp"
#include "kith/status.hpp"

namespace kith::expr {

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdent,
  kQuotedIdent,
  kReserved,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTrue,
  kFalse,
  kNull,
  kIn,
  kLeftParen,
  kRightParen,
  kLeftBracket,
  kRightBracket,
  kLeftBrace,
  kRightBrace,
  kDot,
  kComma,
  kColon,
  kQuestion,
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kPercent,
  kNot,
  kAnd,
  kOr,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::uint32_t offset = 0;
  std::uint32_t end = 0;
  std::string text;  // identifier, lexeme of a number, decoded string
};

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}

  Status next(Token* token);

 private:
  Status fail(std::size_t offset, std::string_view message) const;
  void skip_blank();
  Status number(Token* token);
  Status word(Token* token);
  Status quoted_ident(Token* token);
  // `prefix` is the number of letters before the quote.
  Status string(Token* token, std::size_t prefix);
  Status punctuation(Token* token);
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
};

// How a token is called in an error message: "')'", "a name", "end of expression".
std::string describe(const Token& token);
std::string_view describe(TokenKind kind);

// Decodes the body of a string or bytes literal. On failure `*error_at` is the byte in `body` that
// is wrong and the message is returned; empty means success.
std::string unescape(std::string_view body, bool bytes, std::string* out, std::size_t* error_at);

}  // namespace kith::expr
