// expr/english_impl.hpp: the walk that puts a tree into words; private to english*.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/checker.hpp"
#include "expr/program.hpp"

namespace kith::expr {

// "10,000" of "10000.0"; the text as it is when it is no plain number.
std::string number_in_words(std::string_view lexeme);
std::string date_in_words(Date date);          // "1 March 2017"
std::string duration_in_words(Duration span);  // "36 hours", "30 days"
std::string value_in_words(const Value& value);
// "close date" of "Close date" and of "close_date"; "SLA" stays.
std::string label_in_words(std::string_view label);
std::string with_article(const std::string& noun);  // "a deal", "an account"
// "A, B or C".
std::string listed(const std::vector<std::string>& items, std::string_view conjunction);

class English {
 public:
  explicit English(const Program& program)
      : program_(program), checked_(program.checked()), environment_(program.environment()) {}

  std::string run();

 private:
  const Note& note(const Node& node) const { return checked_.note(node); }
  const Type& type(const Node& node) const { return note(node).type.unwrapped(); }
  std::string source(const Node& node) const;  // what has no words

  // english.cpp: what is true or false.
  std::string clause(const Node& node, bool negated, int depth);
  std::string joined(const Node& node, bool negated, int depth);
  std::string comparison(const Node& node, std::string_view op, bool negated);
  std::string equality(const Node& subject, const Node& object, bool negated);
  std::string membership(const Node& node, bool negated);
  std::string question(const Node& node, bool negated);
  std::string quantifier(const Node& node, bool negated);
  std::string call_clause(const Node& node, bool negated);
  std::string presence(const Node& node, bool present);
  std::string boolean_noun(const Node& node, bool negated);
  std::optional<std::string> range(const Node& first, const Node& second);

  // english_nouns.cpp: what has a value.
  std::string noun(const Node& node);
  std::string field_noun(const Node& node);
  std::string possessive(const Node& target);
  std::string call_noun(const Node& node);
  std::string operation_noun(const Node& node, std::string_view op);
  std::string loop_noun(const Node& node);
  std::string day_noun(const Node& node);
  std::string literal(const Node& node, const Node* beside);
  std::string operand(const Node& node);  // with brackets when it is an operation
  const schema::Field* choice_field(const Node& node) const;
  bool is_today(const Node& node) const;
  // today().addDays(n), now - duration('...'): how many days from now.
  std::optional<std::int64_t> days_from_now(const Node& node) const;

  // The parts of a loop over `range`, with `body` put into words inside.
  std::string such(const Node& loop, const Node& body);

  const Program& program_;
  const Checked& checked_;
  const Environment& environment_;
  std::vector<const Node*> loops_;  // that are open, the innermost last
};

}  // namespace kith::expr
