#include "expr/text_template.hpp"

#include <optional>

#include "base/try.hpp"
#include "expr/source.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

// Past the string literal that begins with the quote at `at`; npos when it does not end.
std::size_t skip_string(std::string_view text, std::size_t at, bool raw) {
  const char quote = text[at];
  const std::string_view triple(text.substr(at, 3));
  const bool long_form = triple.size() == 3 && triple[1] == quote && triple[2] == quote;
  const std::size_t width = long_form ? 3 : 1;
  for (std::size_t i = at + width; i < text.size(); ++i) {
    if (text[i] == '\\' && !raw) {
      ++i;
    } else if (text.substr(i, width) == text.substr(at, width)) {
      return i + width;
    } else if (!long_form && text[i] == '\n') {
      return std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether the quote at `at` has a prefix (r, br, Rb) that makes it a raw literal.
bool is_raw(std::string_view text, std::size_t begin, std::size_t at) {
  std::size_t first = at;
  while (first > begin && is_word(text[first - 1])) --first;
  const std::string_view prefix = text.substr(first, at - first);
  return prefix.size() <= 2 && prefix.find_first_of("rR") != std::string_view::npos &&
         prefix.find_first_not_of("rRbB") == std::string_view::npos;
}

// Where the `}` is that ends the expression from `begin`; npos when there is none.
std::size_t end_of_expression(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < text.size();) {
    const char c = text[i];
    if (c == '\'' || c == '"') {
      i = skip_string(text, i, is_raw(text, begin, i));
      if (i == std::string_view::npos) return i;
      continue;
    }
    if (c == '`') {
      i = text.find('`', i + 1);
      if (i == std::string_view::npos) return i;
    } else if (c == '/' && text.substr(i, 2) == "//") {
      i = text.find('\n', i);
      if (i == std::string_view::npos) return i;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}' && depth-- == 0) {
      return i;
    }
    ++i;
  }
  return std::string_view::npos;
}

// Byte offset of a place, 1-based line and column, in `text`.
std::size_t offset_of(std::string_view text, std::uint32_t line, std::uint32_t column) {
  std::size_t at = 0;
  for (; line > 1; --line) {
    const std::size_t newline = text.find('\n', at);
    if (newline == std::string_view::npos) break;
    at = newline + 1;
  }
  for (; column > 1 && at < text.size(); --column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

// The complaint about the expression that begins at `begin`, with its place in the whole text.
Status relocate(const Status& status, std::string_view text, std::size_t begin,
                std::string_view expression) {
  if (status.violations().empty()) return status;
  const Violation& violation = status.violations().front();
  const std::size_t offset = begin + offset_of(expression, violation.line, violation.column);
  return Source(std::string(text))
      .error(status.code(), static_cast<std::uint32_t>(offset), violation.message);
}

void append(const Value& value, const schema::Catalog* catalog, std::string* out) {
  if (value.is_null()) return;
  if (const List* list = value.list()) {
    bool first = true;
    for (const Value& item : *list) {
      if (!first) out->append(", ");
      first = false;
      append(item, catalog, out);
    }
  } else if (const RecordId* id = value.reference(); id != nullptr && catalog != nullptr) {
    if (!id->is_null()) out->append(schema::format_id(*catalog, *id));
  } else {
    out->append(value.to_string());
  }
}

}  // namespace

Result<TextTemplate> TextTemplate::compile(std::string_view text, const Environment& environment,
                                           const CompileOptions& options) {
  TextTemplate made;
  made.catalog_ = environment.catalog();
  std::string literal;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i, 3) == "$${") {
      literal += "${";
      i += 3;
      continue;
    }
    if (text.substr(i, 2) != "${") {
      literal += text[i++];
      continue;
    }
    const std::size_t begin = i + 2;
    const std::size_t end = end_of_expression(text, begin);
    if (end == std::string_view::npos) {
      return Source(std::string(text))
          .error(Code::kExpressionSyntax, static_cast<std::uint32_t>(i),
                 "this \"${\" has no \"}\" that ends it; a \"${\" that is text is written \"$${\"");
    }
    const std::string_view expression = text.substr(begin, end - begin);
    Result<Program> program = expr::compile(expression, environment, options);
    if (!program.ok()) return relocate(program.status(), text, begin, expression);
    made.expressions_.push_back(*std::move(program));
    made.literals_.push_back(std::move(literal));
    literal.clear();
    i = end + 1;
  }
  made.literals_.push_back(std::move(literal));
  return made;
}

Result<std::string> TextTemplate::render(const Activation& activation) const {
  std::string out = literals_.front();
  for (std::size_t i = 0; i < expressions_.size(); ++i) {
    Value value;
    Failure failure;
    if (expressions_[i].evaluate(activation, &value, &failure)) {
      append(value, catalog_, &out);
    } else if (failure.error == ErrorClass::kHost) {
      return failure.status;
    } else if (failure.error != ErrorClass::kMissing) {
      return Status(failure.error == ErrorClass::kLimit ? Code::kLimit : Code::kExpressionFailed,
                    "${" + expressions_[i].source() + "}: " + failure.message);
    }
    out += literals_[i + 1];
  }
  return out;
}

}  // namespace kith::expr
