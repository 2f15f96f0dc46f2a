// expr/complete_words.hpp: the words of an unfinished expression, up to the place that is asked
// about. Internal to complete.
//
//   UnfinishedWords words(source, offset);
//   words.prefix();                 // what has been typed of the word at the place
//   words.operand_before(i);        // the text of the value that ends before word i
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expr/lexer.hpp"

namespace kith::expr {

class UnfinishedWords {
 public:
  UnfinishedWords(std::string_view source, std::size_t offset);

  // What is typed of a name or of the text of a string, and where that begins.
  std::string_view prefix() const { return text_.substr(from_); }
  std::uint32_t from() const { return static_cast<std::uint32_t>(from_); }
  bool in_string() const { return in_string_; }
  bool in_comment() const { return in_comment_; }

  // The finished words before it.
  const std::vector<Token>& tokens() const { return tokens_; }
  std::size_t size() const { return tokens_.size(); }
  // Of the word `back` before the end: 1 is the last; kEnd when there is none.
  TokenKind kind(std::size_t back) const {
    return back == 0 || back > tokens_.size() ? TokenKind::kEnd
                                              : tokens_[tokens_.size() - back].kind;
  }

  // Whether a value ends where the words end, so that an operator may follow.
  bool after_value() const;

  // First word of the value that ends with word `last`, by index; npos when none ends there.
  std::size_t value_start(std::size_t last) const;
  std::string text(std::size_t first, std::size_t last) const;  // both included
  // Index of the bracket that is open at word `at`, npos when none is.
  std::size_t open_bracket(std::size_t at) const;
  // Commas between that bracket and `at`.
  std::size_t commas(std::size_t bracket, std::size_t at) const;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

 private:
  std::string text_owned_;
  std::string_view text_;
  std::size_t from_ = 0;
  bool in_string_ = false;
  bool in_comment_ = false;
  std::vector<Token> tokens_;
};

}  // namespace kith::expr
