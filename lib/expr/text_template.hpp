// expr/text_template.hpp: a text with expressions in it: "Dear ${r.contact.first_name}, ...".
//
//   KITH_ASSIGN(auto letter, TextTemplate::compile(text, environment, {}));
//   KITH_ASSIGN(std::string rendered, letter.render(activation));
//
// `${` begins an expression that the matching `}` ends (braces and quotes inside an expression are
// understood); `$${` is the text "${". A value is written as people read it: null and absent as
// nothing, decimals with their digits, dates as 2026-03-01, references as deal:42, lists with
// commas. Immutable; any thread; the environment's catalog must outlive it.
// Errors: kExpressionSyntax or kExpressionType with line and column in the whole text;
// kExpressionFailed on rendering, naming the expression.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/program.hpp"

namespace kith::expr {

class TextTemplate {
 public:
  static Result<TextTemplate> compile(std::string_view text, const Environment& environment,
                                      const CompileOptions& options = {});

  Result<std::string> render(const Activation& activation) const;
  // In order of appearance.
  const std::vector<Program>& expressions() const { return expressions_; }

 private:
  TextTemplate() = default;
  std::vector<std::string> literals_;  // one more than expressions
  std::vector<Program> expressions_;
  const schema::Catalog* catalog_ = nullptr;  // how references are written
};

}  // namespace kith::expr
