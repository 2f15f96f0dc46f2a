// expr/source.hpp: the text of an expression and how a mistake in it is shown.
//
//   Source source("amount > 'x'");
//   source.error(Code::kExpressionType, 7, "no '>' for decimal and string");
//   // 1:8: no '>' for decimal and string
//   //  | amount > 'x'
//   //  |        ^
//
// Offsets are bytes; lines and columns count from 1, columns in code points. Immutable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/status.hpp"

namespace kith::expr {

struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class Source {
 public:
  explicit Source(std::string text) : text_(std::move(text)) {}

  std::string_view text() const { return text_; }
  Position position(std::uint32_t offset) const;
  // "line:column: message" with the line and a caret below.
  std::string render(std::uint32_t offset, std::string_view message) const;
  // A Status with the rendered message and one violation that carries the place.
  Status error(Code code, std::uint32_t offset, std::string_view message) const;

 private:
  std::string text_;
};

}  // namespace kith::expr
