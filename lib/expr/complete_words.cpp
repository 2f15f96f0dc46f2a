#include "expr/complete_words.hpp"

#include <algorithm>

#include "expr/utf8.hpp"

namespace kith::expr {
namespace {

constexpr std::size_t kMostWords = 4000;

bool is_opening(TokenKind kind) {
  return kind == TokenKind::kLeftParen || kind == TokenKind::kLeftBracket ||
         kind == TokenKind::kLeftBrace;
}
bool is_closing(TokenKind kind) {
  return kind == TokenKind::kRightParen || kind == TokenKind::kRightBracket ||
         kind == TokenKind::kRightBrace;
}
bool is_name(TokenKind kind) {
  return kind == TokenKind::kIdent || kind == TokenKind::kQuotedIdent ||
         kind == TokenKind::kReserved;
}
bool is_literal(TokenKind kind) {
  switch (kind) {
    case TokenKind::kInt:
    case TokenKind::kUint:
    case TokenKind::kDouble:
    case TokenKind::kString:
    case TokenKind::kBytes:
    case TokenKind::kTrue:
    case TokenKind::kFalse:
    case TokenKind::kNull: return true;
    default: return false;
  }
}
bool is_word(TokenKind kind) {
  return kind == TokenKind::kIdent || kind == TokenKind::kReserved || kind == TokenKind::kIn ||
         kind == TokenKind::kTrue || kind == TokenKind::kFalse || kind == TokenKind::kNull;
}

}  // namespace

UnfinishedWords::UnfinishedWords(std::string_view source, std::size_t offset)
    : text_owned_(source.substr(0, std::min(offset, source.size()))), text_(text_owned_) {
  from_ = text_.size();
  std::size_t base = 0;
  while (base < text_.size()) {
    const Source rest{std::string(text_.substr(base))};
    Lexer lexer(rest);
    Token token;
    bool failed = false;
    while (true) {
      failed = !lexer.next(&token).ok();
      if (failed || token.kind == TokenKind::kEnd) break;
      token.offset += static_cast<std::uint32_t>(base);
      token.end += static_cast<std::uint32_t>(base);
      tokens_.push_back(token);
      if (tokens_.size() > kMostWords)
        tokens_.erase(tokens_.begin(), tokens_.begin() + kMostWords / 2);
    }
    if (!failed) break;
    // A string that is still open is what is being written; anything else is stepped over.
    std::size_t at = base + token.offset;
    const std::size_t quote = text_.find_first_not_of("rRbB", at);
    if (quote != npos && (text_[quote] == '\'' || text_[quote] == '"') &&
        text_.find('\n', quote) == npos) {
      in_string_ = true;
      from_ = quote + 1;
      return;
    }
    base = at + 1;
    while (base < text_.size() && utf8::is_continuation(text_[base])) ++base;
  }
  const std::size_t line = text_.rfind('\n') + 1;  // npos + 1 is 0
  const std::size_t last = tokens_.empty() ? 0 : tokens_.back().end;
  const std::size_t comment = text_.find("//", std::max(line, last));
  if (comment != npos) {
    in_comment_ = true;
    return;
  }
  if (!tokens_.empty() && is_word(tokens_.back().kind) && tokens_.back().end == text_.size()) {
    from_ = tokens_.back().offset;
    tokens_.pop_back();
  }
}

bool UnfinishedWords::after_value() const {
  const TokenKind last = kind(1);
  return is_closing(last) || is_literal(last) || last == TokenKind::kIdent ||
         last == TokenKind::kQuotedIdent;
}

std::size_t UnfinishedWords::value_start(std::size_t last) const {
  std::size_t at = last;
  while (at < tokens_.size()) {
    if (is_closing(tokens_[at].kind)) {
      const std::size_t open = open_bracket(at);
      if (open == npos) return npos;
      at = open;
      // f(x), x[i]: what is before the bracket belongs to it.
      const bool brace = tokens_[open].kind == TokenKind::kLeftBrace;
      const bool part = at > 0 && !brace &&
                        (is_name(tokens_[at - 1].kind) || is_closing(tokens_[at - 1].kind) ||
                         tokens_[at - 1].kind == TokenKind::kString);
      if (part) {
        --at;
        continue;
      }
    } else if (!is_name(tokens_[at].kind) && !is_literal(tokens_[at].kind)) {
      return npos;
    }
    // a.b, a.?b: go on before the dot.
    std::size_t before = at;
    if (before > 1 && tokens_[before - 1].kind == TokenKind::kQuestion &&
        tokens_[before - 2].kind == TokenKind::kDot) {
      --before;
    }
    if (before < 2 || tokens_[before - 1].kind != TokenKind::kDot) return at;
    at = before - 2;
    if (!is_closing(tokens_[at].kind) && !is_name(tokens_[at].kind) &&
        !is_literal(tokens_[at].kind)) {
      return before - 1;  // a leading dot
    }
  }
  return npos;
}

std::string UnfinishedWords::text(std::size_t first, std::size_t last) const {
  if (first > last || last >= tokens_.size()) return {};
  const std::size_t start = tokens_[first].offset;
  return std::string(text_.substr(start, tokens_[last].end - start));
}

std::size_t UnfinishedWords::open_bracket(std::size_t at) const {
  int depth = 0;
  for (std::size_t i = std::min(at, tokens_.size()); i-- > 0;) {
    if (is_closing(tokens_[i].kind)) ++depth;
    if (is_opening(tokens_[i].kind) && depth-- == 0) return i;
  }
  return npos;
}

std::size_t UnfinishedWords::commas(std::size_t bracket, std::size_t at) const {
  std::size_t count = 0;
  int depth = 0;
  for (std::size_t i = bracket + 1; i < std::min(at, tokens_.size()); ++i) {
    if (is_opening(tokens_[i].kind)) ++depth;
    if (is_closing(tokens_[i].kind)) --depth;
    if (depth == 0 && tokens_[i].kind == TokenKind::kComma) ++count;
  }
  return count;
}

}  // namespace kith::expr
