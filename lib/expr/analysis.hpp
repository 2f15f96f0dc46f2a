// expr/analysis.hpp: what the planner can know about a condition before it looks at a record.
//
//   std::vector<Conjunct> terms = conjuncts(program, activation);
//   // stage == 'Won' && amount > params.min && note.contains('x')
//   // -> {stage, ==, "Won"} {amount, >, 1000} {residual}
//   // owner == user || days_since(close_date) > 30
//   // -> {any of {owner, ==, user:1} | {close_date, <, 2026-02-01}}
//
// Negations are brought down to the terms. The terms are joined by AND. Each recognised term is
// implied by the condition: a record for which it is not true cannot match. Terms only narrow what
// is looked at; the condition itself decides. `now`, `params`, `org` and `user` of the activation
// count as constants.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "expr/program.hpp"
#include "kith/value.hpp"

namespace kith::expr {

enum class TermKind : std::uint8_t {
  kResidual,  // not recognised
  kNever,     // false or an error whatever the record is
  kEqual,     // field == values[0]
  kNotEqual,  // field != values[0]; true for a null field
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,  // never true for a null field
  kIn,            // field in values
  kStartsWith,    // field.startsWith(values[0])
  kIsNull,        // field == null, !has(field)
  kIsPresent,     // field != null, has(field)
  kTruthy,        // the bool field itself
  kFalsy,         // its negation
  kAnyOf,         // one of the branches holds
};

struct Conjunct {
  TermKind kind = TermKind::kResidual;
  FieldPath path;             // one field, or through references
  std::vector<Value> values;  // of the kind the field holds; a reference as RecordId
  std::uint32_t node = 0;     // id in the syntax tree
  // False: the part of the condition implies the term, but may be false or fail where it holds.
  bool exact = true;
  std::vector<std::vector<Conjunct>> branches;  // kAnyOf: groups of terms joined by AND
};

std::vector<Conjunct> conjuncts(const Program& program, const Activation& activation);
// The same for a table that is made once and used in every activation: only what the expression
// itself says counts as constant.
std::vector<Conjunct> constant_conjuncts(const Program& program);

// Fields of which one must have changed, or the record be new, for the condition to be true: what
// changed() and changed_to() in it say. System fields by their id in the schema, ascending. Nothing
// when it can be true without such a change.
std::optional<std::vector<std::uint32_t>> changes_needed(const Program& program);

// The expression is one field of the root record and nothing else: `amount`, `r.stage`,
// `account.industry`. For group by and order by.
bool is_field(const Program& program, FieldPath* path);

}  // namespace kith::expr
