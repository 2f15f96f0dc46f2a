// kith/score.hpp: why a record has the score that it has (docs/model.md, "Scores").
//
//   auto fit = snapshot.score(lead, "fit");
//   for (const kith::ScoreRow& row : fit->rows) print(row.name, row.points, row.message);
//   print(fit->total);
//
// A score is a sum of rows of points, as the model declares them; score('fit') in an expression is
// its total. Points and total have four digits after the point, rounded half to even. A row whose
// condition holds has matched. One that could not be computed gives 0 points and says why: MISSING
// when something it needs is null, which is no mistake; DATA, LIMIT and BUG are.
#pragma once

#include <string>
#include <vector>

#include "kith/decimal.hpp"
#include "kith/expression_forms.hpp"

namespace kith {

struct ScoreRow {
  std::string name{};
  Decimal points{};      // after cap and decay
  bool matched = false;  // its condition holds, or it has none
  EvaluationError error = EvaluationError::kNone;
  std::string message{};  // of the error: "points: division by zero"
};

struct Score {
  std::string name{};
  std::string label{};
  Decimal total{};               // the sum, kept within the bounds of the score
  std::vector<ScoreRow> rows{};  // in model order
};

}  // namespace kith
