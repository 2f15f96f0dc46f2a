// expr/totals.hpp: what count(), sum(), min(), max() and avg() make of the values they are given.
// Internal to the room.
//
//   Totals totals(code, frame, "sum()");
//   for (...) if (Datum error = totals.take(value, code.currency); error.is_error()) ...
//   Datum sum = totals.result();
//
// `code` says which it is (macro), what a sum starts from (value) and how it is added (overloads).
// One evaluation, one thread.
#pragma once

#include <string>

#include "expr/code.hpp"

namespace kith::expr::eval {

// Elements without a value are left out, as SQL leaves nulls out of its aggregates.
inline bool is_missing(const Datum& value) {
  return value.is(Tag::kNull) || (value.is_error() && value.error_class() == ErrorClass::kMissing);
}

class Totals {
 public:
  // `name` is what messages call it.
  Totals(const Code& code, Frame& frame, std::string name)
      : code_(code), frame_(frame), name_(std::move(name)), total_(code.value) {}

  // One more value, of a count whether it counts; `currency` gives that of an amount, or is
  // nullptr. Null, or what is wrong with it.
  Datum take(const Datum& value, const Code* currency);
  Datum result();

 private:
  Datum check_currency(const Code& currency);
  Datum compare_with(const Datum& value);
  Datum add(const Datum& value);

  const Code& code_;
  Frame& frame_;
  std::string name_;
  Datum total_;
  Datum currency_;  // of the amounts so far
  std::int64_t taken_ = 0;
};

}  // namespace kith::expr::eval
