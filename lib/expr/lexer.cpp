#include "expr/lexer.hpp"

#include <algorithm>
#include <array>

#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

constexpr std::array<std::string_view, 17> kReservedWords = {
    "as",  "break", "const",   "continue",  "else",   "for", "function", "if",   "import",
    "let", "loop",  "package", "namespace", "return", "var", "void",     "while"};

struct Symbol {
  std::string_view text;
  TokenKind kind;
};
// Longer ones first.
constexpr std::array<Symbol, 26> kSymbols = {{
    {"&&", TokenKind::kAnd},       {"||", TokenKind::kOr},         {"==", TokenKind::kEqual},
    {"!=", TokenKind::kNotEqual},  {"<=", TokenKind::kLessEqual},  {">=", TokenKind::kGreaterEqual},
    {"<", TokenKind::kLess},       {">", TokenKind::kGreater},     {"(", TokenKind::kLeftParen},
    {")", TokenKind::kRightParen}, {"[", TokenKind::kLeftBracket}, {"]", TokenKind::kRightBracket},
    {"{", TokenKind::kLeftBrace},  {"}", TokenKind::kRightBrace},  {".", TokenKind::kDot},
    {",", TokenKind::kComma},      {":", TokenKind::kColon},       {"?", TokenKind::kQuestion},
    {"+", TokenKind::kPlus},       {"-", TokenKind::kMinus},       {"*", TokenKind::kStar},
    {"/", TokenKind::kSlash},      {"%", TokenKind::kPercent},     {"!", TokenKind::kNot},
    {"=", TokenKind::kEnd},        {"&", TokenKind::kEnd},
}};

}  // namespace

std::string_view describe(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEnd: return "the end of the expression";
    case TokenKind::kIdent:
    case TokenKind::kQuotedIdent: return "a name";
    case TokenKind::kReserved: return "a reserved word";
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble: return "a number";
    case TokenKind::kString: return "a string";
    case TokenKind::kBytes: return "bytes";
    case TokenKind::kTrue: return "'true'";
    case TokenKind::kFalse: return "'false'";
    case TokenKind::kNull: return "'null'";
    case TokenKind::kIn: return "'in'";
    default: break;
  }
  for (const Symbol& symbol : kSymbols) {
    if (symbol.kind != kind) continue;
    static const auto quoted = [] {
      std::array<std::string, kSymbols.size()> names;
      for (std::size_t i = 0; i < kSymbols.size(); ++i) {
        names[i] = "'" + std::string(kSymbols[i].text) + "'";
      }
      return names;
    }();
    return quoted[static_cast<std::size_t>(&symbol - kSymbols.data())];
  }
  return "a symbol";
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdent:
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble: return "'" + token.text + "'";
    case TokenKind::kReserved: return "the reserved word '" + token.text + "'";
    default: return std::string(describe(token.kind));
  }
}

Status Lexer::fail(std::size_t offset, std::string_view message) const {
  return source_.error(Code::kExpressionSyntax, static_cast<std::uint32_t>(offset), message);
}

void Lexer::skip_blank() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      break;
    }
  }
}

Status Lexer::next(Token* token) {
  skip_blank();
  token->offset = static_cast<std::uint32_t>(at_);
  token->text.clear();
  Status status;
  const char c = peek();
  if (at_ >= text_.size()) {
    token->kind = TokenKind::kEnd;
  } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    status = number(token);
  } else if (c == '"' || c == '\'') {
    status = string(token, 0);
  } else if (c == '`') {
    status = quoted_ident(token);
  } else if (is_letter(c)) {
    status = word(token);
  } else {
    status = punctuation(token);
  }
  token->end = static_cast<std::uint32_t>(at_);
  return status;
}

Status Lexer::number(Token* token) {
  const std::size_t start = at_;
  token->kind = TokenKind::kInt;
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
    at_ += 2;
    if (!is_hex(peek())) return fail(start, "a hexadecimal number needs digits after 0x");
    while (is_hex(peek())) ++at_;
  } else {
    while (is_digit(peek())) ++at_;
    if (peek() == '.' && is_digit(peek(1))) {
      token->kind = TokenKind::kDouble;
      ++at_;
      while (is_digit(peek())) ++at_;
    }
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
      token->kind = TokenKind::kDouble;
      at_ += 1 + sign;
      while (is_digit(peek())) ++at_;
    }
  }
  token->text = std::string(text_.substr(start, at_ - start));
  if (token->kind == TokenKind::kInt && (peek() == 'u' || peek() == 'U')) {
    token->kind = TokenKind::kUint;
    ++at_;
  }
  if (is_letter(peek()) || is_digit(peek())) {
    return fail(at_, "a number cannot be followed directly by a letter");
  }
  return Status();
}

Status Lexer::word(Token* token) {
  std::size_t letters = 0;
  while (letters < 3 && is_letter(peek(letters))) ++letters;
  const char quote = peek(letters);
  if (letters <= 2 && (quote == '"' || quote == '\'')) {
    std::string prefix(text_.substr(at_, letters));
    std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                   [](char c) { return static_cast<char>(c | 0x20); });
    if (prefix == "b" || prefix == "r" || prefix == "br" || prefix == "rb") {
      return string(token, letters);
    }
  }
  const std::size_t start = at_;
  while (is_letter(peek()) || is_digit(peek())) ++at_;
  token->text = std::string(text_.substr(start, at_ - start));
  token->kind = TokenKind::kIdent;
  if (token->text == "true") token->kind = TokenKind::kTrue;
  if (token->text == "false") token->kind = TokenKind::kFalse;
  if (token->text == "null") token->kind = TokenKind::kNull;
  if (token->text == "in") token->kind = TokenKind::kIn;
  if (std::find(kReservedWords.begin(), kReservedWords.end(), token->text) !=
      kReservedWords.end()) {
    token->kind = TokenKind::kReserved;
  }
  return Status();
}

Status Lexer::quoted_ident(Token* token) {
  const std::size_t start = at_++;
  while (is_letter(peek()) || is_digit(peek()) || peek() == '.' || peek() == '-' || peek() == '/' ||
         peek() == ' ') {
    ++at_;
  }
  token->kind = TokenKind::kQuotedIdent;
  token->text = std::string(text_.substr(start + 1, at_ - start - 1));
  if (peek() != '`') {
    return fail(at_ < text_.size() ? at_ : start,
                "a name in backticks holds letters, digits, '_', '.', '-', '/' and spaces, and "
                "ends with a backtick");
  }
  ++at_;
  if (token->text.empty()) return fail(start, "the name in backticks is empty");
  return Status();
}

Status Lexer::string(Token* token, std::size_t prefix) {
  const std::size_t start = at_;
  bool raw = false;
  bool bytes = false;
  for (std::size_t i = 0; i < prefix; ++i) {
    raw |= (peek(i) | 0x20) == 'r';
    bytes |= (peek(i) | 0x20) == 'b';
  }
  at_ += prefix;
  const char quote = peek();
  const bool triple = peek(1) == quote && peek(2) == quote;
  const std::string closing(triple ? 3 : 1, quote);
  at_ += closing.size();
  const std::size_t body = at_;
  while (at_ < text_.size() && text_.substr(at_, closing.size()) != closing) {
    if (!triple && (peek() == '\n' || peek() == '\r')) {
      return fail(at_, "the string is not closed before the end of the line");
    }
    at_ += !raw && peek() == '\\' && at_ + 1 < text_.size() ? 2 : 1;
  }
  if (at_ >= text_.size()) return fail(start, "the string is not closed");
  const std::string_view content = text_.substr(body, at_ - body);
  at_ += closing.size();
  token->kind = bytes ? TokenKind::kBytes : TokenKind::kString;
  if (raw) {
    token->text = std::string(content);
    return Status();
  }
  std::size_t error_at = 0;
  const std::string message = unescape(content, bytes, &token->text, &error_at);
  return message.empty() ? Status() : fail(body + error_at, message);
}

Status Lexer::punctuation(Token* token) {
  for (const Symbol& symbol : kSymbols) {
    if (text_.substr(at_, symbol.text.size()) != symbol.text) continue;
    if (symbol.kind == TokenKind::kEnd) {
      return fail(at_, symbol.text == "=" ? "'=' is not an operator; equality is '=='"
                                          : "'&' is not an operator; 'and' is '&&'");
    }
    token->kind = symbol.kind;
    at_ += symbol.text.size();
    return Status();
  }
  std::size_t size = 1;
  utf8::decode(text_, at_, &size);
  return fail(at_, "unexpected character '" + std::string(text_.substr(at_, size)) + "'");
}

}  // namespace kith::expr
