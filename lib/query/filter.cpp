#include "query/filter.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "query/index_key.hpp"

namespace kith::query {
namespace {

using expr::TermKind;
using schema::FieldType;

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

bool is_true_literal(const expr::Node& node) {
  return node.kind == expr::NodeKind::kLiteral && node.value.boolean() != nullptr &&
         *node.value.boolean();
}

// Keeps the rows for which `pass` holds, without a branch.
template <typename Pass>
void keep(RowSelection* selection, Pass pass) {
  std::size_t kept = 0;
  for (const std::uint32_t row : *selection) {
    (*selection)[kept] = row;
    kept += pass(row) ? 1U : 0U;
  }
  selection->resize(kept);
}

// Comparison of present values; null never compares, except that it is unequal to everything.
template <typename Get, typename T>
void keep_compared(TermKind kind, const Vector& column, RowSelection* selection, Get get,
                   const T& constant) {
  const auto compare = [&](auto operation) {
    keep(selection, [&](std::uint32_t row) {
      return column.present[row] != 0 && operation(get(row), constant);
    });
  };
  switch (kind) {
    case TermKind::kEqual: return compare(std::equal_to<>());
    case TermKind::kLess: return compare(std::less<>());
    case TermKind::kLessEqual: return compare(std::less_equal<>());
    case TermKind::kGreater: return compare(std::greater<>());
    case TermKind::kGreaterEqual: return compare(std::greater_equal<>());
    case TermKind::kNotEqual:
      return keep(selection, [&](std::uint32_t row) {
        return column.present[row] == 0 || !(get(row) == constant);
      });
    default: return;
  }
}

bool is_order(TermKind kind) {
  return kind == TermKind::kLess || kind == TermKind::kLessEqual || kind == TermKind::kGreater ||
         kind == TermKind::kGreaterEqual;
}

// The values of an order by name are not the order of their option ids.
bool orders_as_stored(FieldType type) {
  return type != FieldType::kChoice && type != FieldType::kReference;
}

}  // namespace

void select_all(std::size_t n, RowSelection* selection) {
  selection->resize(n);
  std::iota(selection->begin(), selection->end(), 0U);
}

namespace {

std::vector<Term> terms_of(std::vector<expr::Conjunct> conjuncts, const expr::Program& condition,
                           const schema::EntityType& type, bool* complete);

// One of the groups holds. A group of which no term is over a stored field tells nothing.
std::optional<Term> any_of(std::vector<std::vector<expr::Conjunct>> branches,
                           const expr::Program& condition, const schema::EntityType& type) {
  Term term;
  term.kind = TermKind::kAnyOf;
  term.exact = false;
  for (std::vector<expr::Conjunct>& branch : branches) {
    bool complete = false;
    term.branches.push_back(terms_of(std::move(branch), condition, type, &complete));
    if (term.branches.back().empty()) return std::nullopt;
  }
  return term;
}

std::vector<Term> terms_of(std::vector<expr::Conjunct> conjuncts, const expr::Program& condition,
                           const schema::EntityType& type, bool* complete) {
  std::vector<Term> terms;
  *complete = true;
  for (expr::Conjunct& conjunct : conjuncts) {
    Term term;
    term.kind = conjunct.kind;
    term.exact = conjunct.exact;
    if (!term.exact) *complete = false;
    if (conjunct.kind == TermKind::kNever) {
      terms.push_back(std::move(term));
      continue;
    }
    if (conjunct.kind == TermKind::kAnyOf) {
      auto either = any_of(std::move(conjunct.branches), condition, type);
      if (either) terms.push_back(*std::move(either));
      continue;
    }
    if (is_true_literal(condition.ast().node(conjunct.node))) continue;
    const std::optional<std::uint32_t> id = direct_field(conjunct.path);
    const schema::Field* field = id ? field_of(type, *id) : nullptr;
    if (conjunct.kind == TermKind::kResidual || field == nullptr || !is_vector_type(field->type)) {
      *complete = false;
      continue;
    }
    term.field = field;
    term.id = *id;
    term.values = std::move(conjunct.values);
    terms.push_back(std::move(term));
  }
  return terms;
}

}  // namespace

std::vector<Term> terms_of(const expr::Program& condition, const expr::Activation& activation,
                           const schema::EntityType& type, bool* complete) {
  return terms_of(expr::conjuncts(condition, activation), condition, type, complete);
}

bool Filter::compile_integers(const Term& term, Loop* loop) {
  const auto bound = [&term](const Value& value) { return stored_bound(*term.field, value); };
  loop->over = Loop::Over::kIntegers;
  if (term.kind == TermKind::kIn) {
    for (const Value& value : term.values) {
      if (value.is_null()) {
        loop->has_null = true;
        continue;
      }
      const auto stored = bound(value);
      if (!stored) return false;
      if (stored->exact) loop->set.push_back(stored->value);
    }
    std::sort(loop->set.begin(), loop->set.end());
    return true;
  }
  if (term.values.size() != 1) return false;
  const auto stored = bound(term.values.front());
  if (!stored) return false;
  if (is_order(term.kind) && !orders_as_stored(term.field->type)) return false;
  const auto [value, exact] = *stored;
  loop->low = kLowest;
  loop->high = kHighest;
  switch (term.kind) {
    case TermKind::kEqual:
    case TermKind::kNotEqual:
      loop->low = value;
      loop->high = value;
      if (!exact) loop->low = kHighest, loop->high = kLowest;
      return true;
    case TermKind::kLess:
      if (exact && value == kLowest) return loop->low = kHighest, loop->high = kLowest, true;
      loop->high = exact ? value - 1 : value;
      break;
    case TermKind::kLessEqual: loop->high = value; break;
    case TermKind::kGreater:
      if (value == kHighest) return loop->low = kHighest, loop->high = kLowest, true;
      loop->low = value + 1;
      break;
    case TermKind::kGreaterEqual:
      if (!exact && value == kHighest) return loop->low = kHighest, loop->high = kLowest, true;
      loop->low = exact ? value : value + 1;
      break;
    default: return false;
  }
  loop->kind = TermKind::kEqual;  // a range is an equality with room
  return true;
}

bool Filter::compile(const Term& term, Loop* loop) {
  loop->kind = term.kind;
  switch (term.kind) {
    case TermKind::kIsNull:
    case TermKind::kIsPresent: return true;
    case TermKind::kTruthy:
    case TermKind::kFalsy:
      loop->kind = TermKind::kEqual;
      loop->low = loop->high = term.kind == TermKind::kTruthy ? 1 : 0;
      return term.field->type == FieldType::kBool;
    case TermKind::kResidual:
    case TermKind::kAnyOf:
    case TermKind::kNever: return false;
    default: break;
  }
  if (term.field->type == FieldType::kText) {
    loop->over = Loop::Over::kTexts;
    for (const Value& value : term.values) {
      if (value.text() == nullptr) return false;
      loop->texts.push_back(*value.text());
    }
    return term.kind == TermKind::kIn || loop->texts.size() == 1;
  }
  if (term.kind == TermKind::kStartsWith || term.field->type == FieldType::kBytes) return false;
  if (term.field->type == FieldType::kFloat) {
    loop->over = Loop::Over::kDoubles;
    if (term.kind == TermKind::kIn || term.values.size() != 1) return false;
    if (term.values.front().floating() == nullptr) return false;
    loop->number = *term.values.front().floating();
    return true;
  }
  return compile_integers(term, loop);
}

void Filter::add(expr::Program condition, const expr::Activation& activation, FieldSet* fields) {
  bool complete = false;
  for (Term& term : terms_of(condition, activation, *type_, &complete)) {
    if (term.kind == TermKind::kNever) {
      never_ = true;
      continue;
    }
    Loop loop;
    // A formula has no vector; an index may know it.
    const bool computed = term.field != nullptr && term.field->is_formula();
    if (!computed && compile(term, &loop)) {
      loop.column = fields->add(term.id);
      loops_.push_back(std::move(loop));
    } else {
      complete = false;
    }
    terms_.push_back(std::move(term));
  }
  if (!complete) conditions_.emplace_back(std::move(condition), *type_, fields);
}

void Filter::run(const Loop& loop, const Vector& column, RowSelection* selection) {
  const std::uint8_t* present = column.present.data();
  if (loop.kind == TermKind::kIsNull) {
    return keep(selection, [=](std::uint32_t row) { return present[row] == 0; });
  }
  if (loop.kind == TermKind::kIsPresent) {
    return keep(selection, [=](std::uint32_t row) { return present[row] != 0; });
  }
  if (loop.over == Loop::Over::kDoubles) {
    return keep_compared(
        loop.kind, column, selection, [&](std::uint32_t row) { return column.floating(row); },
        loop.number);
  }
  if (loop.over == Loop::Over::kTexts) {
    const std::vector<std::string_view>& texts = column.texts;
    if (loop.kind == TermKind::kIn) {
      return keep(selection, [&](std::uint32_t row) {
        return present[row] != 0 &&
               std::find(loop.texts.begin(), loop.texts.end(), texts[row]) != loop.texts.end();
      });
    }
    if (loop.kind == TermKind::kStartsWith) {
      return keep(selection, [&](std::uint32_t row) {
        return present[row] != 0 && texts[row].starts_with(loop.texts.front());
      });
    }
    return keep_compared(
        loop.kind, column, selection, [&](std::uint32_t row) { return texts[row]; },
        std::string_view(loop.texts.front()));
  }
  const std::int64_t* values = column.values.data();
  const std::int64_t low = loop.low;
  const std::int64_t high = loop.high;
  if (loop.kind == TermKind::kIn) {
    return keep(selection, [&](std::uint32_t row) {
      if (present[row] == 0) return loop.has_null;
      return std::binary_search(loop.set.begin(), loop.set.end(), values[row]);
    });
  }
  if (loop.kind == TermKind::kNotEqual) {
    return keep(selection, [=](std::uint32_t row) {
      return present[row] == 0 || values[row] < low || values[row] > high;
    });
  }
  keep(selection, [=](std::uint32_t row) {
    return (present[row] != 0) & (values[row] >= low) & (values[row] <= high);
  });
}

Status Filter::apply(const Batch& batch, expr::Activation& activation, RowSelection* selection,
                     std::uint64_t* errors) {
  if (never_) selection->clear();
  for (const Loop& loop : loops_) run(loop, batch.columns[loop.column], selection);
  for (BatchExpression& condition : conditions_) {
    std::size_t kept = 0;
    for (const std::uint32_t row : *selection) {
      bool matches = false;
      KITH_TRY(condition.is_true(batch, row, activation, &matches, errors));
      (*selection)[kept] = row;
      kept += matches ? 1U : 0U;
    }
    selection->resize(kept);
  }
  return {};
}

}  // namespace kith::query
