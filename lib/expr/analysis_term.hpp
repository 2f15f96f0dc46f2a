// expr/analysis_term.hpp: what one comparison says about one field. Internal to analysis*.cpp.
//
//   TermReader reader(program, activation, bound);
//   reader.read(node, negated, &terms);     // kResidual when it says nothing
//
// `negated` reads the node as if `!` stood before it. The node is neither && nor || nor `!` nor
// `? :`; those are the walk's.
#pragma once

#include <string_view>
#include <vector>

#include "expr/analysis.hpp"
#include "expr/code.hpp"

namespace kith::expr {

// A chain of fields from the root record through single references; loops' variables and
// optionals are something else.
bool is_plain_field(const Checked& checked, const Node& node);
// Whether what the node reads is in the record, not derived from it.
bool stores_itself(const Note& note);

class TermReader {
 public:
  // `bound`: the activation's time, user and parameters are those of the evaluation.
  TermReader(const Program& program, const Activation& activation, bool bound)
      : compiled_(program.compiled()),
        checked_(program.checked()),
        activation_(activation),
        bound_(bound) {}

  // Adds one term, or two that hold together.
  void read(const Node& node, bool negated, std::vector<Conjunct>* out) const;

 private:
  enum class Fixed { kNo, kValue, kMissing };

  const Note& note(const Node& node) const { return checked_.note(node); }
  bool is_fixed(const Node& node) const;
  // The value of a fixed node. Failures that a query must show stay with the evaluator.
  Fixed fixed_value(const Node& node, Value* value) const;
  static void set(TermKind kind, const Note& field, Conjunct* term) {
    term->kind = kind;
    term->path = field.path;
  }

  bool constant_truth(const Node& node, bool negated, Conjunct* term) const;
  bool presence(const Node& node, bool negated, Conjunct* term) const;
  void starts_with(const Node& field, const Node& prefix, Conjunct* term) const;
  void membership(const Node& field, const Node& list, Conjunct* term) const;
  void compare(const Node& left, std::string_view op, const Node& right,
               std::vector<Conjunct>* out) const;
  // A condition on an attribute of a choice's option is a set of options.
  void options_where(const Note& field, TermKind kind, const std::vector<Value>& wanted,
                     Conjunct* term) const;

  // What a comparison of a field with a value says; `fixed` is not kNo.
  void compare_value(const Note& field, std::string_view op, Fixed fixed, Value value,
                     Conjunct* term) const;
  // analysis_shift.cpp: a field within a function that keeps the order of its values, and one with
  // a default. Superset of what matches; false when nothing is known.
  bool shifted(const Node& node, std::string_view op, const Value& value,
               std::vector<Conjunct>* out) const;
  bool with_default(const Node& node, std::string_view op, const Value& value,
                    std::vector<Conjunct>* out) const;

  const Compiled& compiled_;
  const Checked& checked_;
  const Activation& activation_;
  bool bound_;
};

}  // namespace kith::expr
