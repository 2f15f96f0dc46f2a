// query/filter.hpp: which records of a batch satisfy all conditions of a query.
//
//   Filter filter(type);
//   filter.add(std::move(where), activation, &fields);
//   KITH_TRY(filter.apply(batch, activation, &selection, &errors));
//
// Comparisons of stored fields with constants run first, as loops over vectors. A condition that
// consists of nothing else is decided by them (a property test holds the two evaluations against
// each other); any other condition is evaluated on the records that are left. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "expr/analysis.hpp"
#include "query/batch_expression.hpp"
#include "query/fields.hpp"
#include "query/vector_source.hpp"

namespace kith::query {

// Rows of a batch, ascending.
using RowSelection = std::vector<std::uint32_t>;

// The first n rows.
void select_all(std::size_t n, RowSelection* selection);

// A conjunct as a comparison of one stored field with constants in that field's own units.
struct Term {
  expr::TermKind kind = expr::TermKind::kResidual;
  const schema::Field* field = nullptr;
  std::uint32_t id = 0;                     // as in fields.hpp
  std::vector<Value> values;                // nulls allowed in kIn
  bool exact = true;                        // false: implied by the condition, no substitute for it
  std::vector<std::vector<Term>> branches;  // kAnyOf, without field: groups joined by AND
};

// The conjuncts of a condition that are terms over stored fields of the record; `complete` when
// they decide it.
std::vector<Term> terms_of(const expr::Program& condition, const expr::Activation& activation,
                           const schema::EntityType& type, bool* complete);

class Filter {
 public:
  explicit Filter(const schema::EntityType& type) : type_(&type) {}

  // One more condition that must hold.
  void add(expr::Program condition, const expr::Activation& activation, FieldSet* fields);

  // Keeps the rows of `selection` for which every condition is true.
  Status apply(const Batch& batch, expr::Activation& activation, RowSelection* selection,
               std::uint64_t* errors);

  // Everything the planner may narrow by.
  const std::vector<Term>& terms() const { return terms_; }
  bool never() const { return never_; }  // no record can match
  bool empty() const { return terms_.empty() && conditions_.empty() && !never_; }
  const std::vector<BatchExpression>& conditions() const { return conditions_; }

 private:
  // A term compiled for one type of vector.
  struct Loop {
    enum class Over : std::uint8_t { kIntegers, kDoubles, kTexts };
    expr::TermKind kind = expr::TermKind::kResidual;
    Over over = Over::kIntegers;
    std::size_t column = 0;
    bool has_null = false;  // kIn: null is among the values
    std::int64_t low = 0;   // kEqual (range), kNotEqual (low > high: equals nothing)
    std::int64_t high = 0;
    double number = 0;
    std::vector<std::int64_t> set;  // sorted
    std::vector<std::string> texts;
  };

  static bool compile(const Term& term, Loop* loop);
  static bool compile_integers(const Term& term, Loop* loop);
  static void run(const Loop& loop, const Vector& column, RowSelection* selection);

  const schema::EntityType* type_;
  std::vector<Term> terms_;
  std::vector<Loop> loops_;
  std::vector<BatchExpression> conditions_;
  bool never_ = false;
};

}  // namespace kith::query
