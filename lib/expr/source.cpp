#include "expr/source.hpp"

#include <algorithm>

namespace kith::expr {
namespace {

constexpr std::size_t kContext = 100;  // bytes of a long line shown on each side of the caret

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::uint32_t count_code_points(std::string_view text) {
  return static_cast<std::uint32_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

}  // namespace

Position Source::position(std::uint32_t offset) const {
  const std::string_view before = text().substr(0, std::min<std::size_t>(offset, text_.size()));
  Position position;
  position.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t start = before.rfind('\n');
  position.column =
      1 + count_code_points(start == std::string_view::npos ? before : before.substr(start + 1));
  return position;
}

std::string Source::render(std::uint32_t offset, std::string_view message) const {
  std::size_t at = std::min<std::size_t>(offset, text_.size());
  std::size_t start = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  start = start == std::string::npos ? 0 : start + 1;
  std::size_t end = std::min(text_.find('\n', at), text_.size());
  if (at - start > kContext) start = at - kContext;
  if (end - at > kContext) end = at + kContext;
  while (start < at && is_continuation(text_[start])) ++start;
  while (end > at && end < text_.size() && is_continuation(text_[end])) --end;

  const Position place = position(offset);
  std::string out = std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
  out.append(message).append("\n | ");
  for (std::size_t i = start; i < end; ++i) {
    const bool control = static_cast<unsigned char>(text_[i]) < 0x20;
    out.push_back(control ? ' ' : text_[i]);
  }
  out.append("\n | ");
  out.append(count_code_points(text().substr(start, at - start)), ' ');
  out.push_back('^');
  return out;
}

Status Source::error(Code code, std::uint32_t offset, std::string_view message) const {
  const Position place = position(offset);
  Violation violation;
  violation.code = code == Code::kExpressionSyntax ? "syntax"
                   : code == Code::kLimit          ? "limit"
                                                   : "expression";
  violation.message = std::string(message);
  violation.line = place.line;
  violation.column = place.column;
  return Status(code, render(offset, message), std::vector<Violation>{std::move(violation)});
}

}  // namespace kith::expr
