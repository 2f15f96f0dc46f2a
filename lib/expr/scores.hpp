// expr/scores.hpp: the scores of a model, compiled: sums of rows of points.
//
//   Formulas formulas(catalog, layouts);
//   formulas.set_scores(&declared);                    // schema/scores.hpp
//   KITH_TRY(formulas.compile());
//   const Score* fit = formulas.find_score(lead_id, "fit");
//   ScoreResult result = fit->evaluate(activation);    // result.total is a decimal
//
// A row gives its points when its condition holds: at most its cap, whatever their sign, of which
// half is left after each half-life since the time that the row names; none of them is lost while
// that time is to come. A row's points and the sum are decimals of four digits after the point,
// rounded half to even; the sum is then kept within the bounds of the score.
//
// A row without a value counts 0 and never stops the others: it is told in `error`. MISSING, a null
// operand, is the plain case and no mistake; DATA, BUG and LIMIT are. Each row may cost an equal
// share of the limit of a whole evaluation, so that what a score comes to does not depend on who
// asks. Scores are immutable; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "expr/program.hpp"
#include "kith/decimal.hpp"
#include "kith/expression_forms.hpp"
#include "schema/scores.hpp"

namespace kith::expr {

class Frame;
struct Datum;

// What one row came to.
struct ScoreRowResult {
  Decimal points{0, schema::kScoreScale};
  bool matched = false;  // its condition held, or it has none
  ErrorClass error = ErrorClass::kNone;
  std::string message;  // of the error, with the part of the row that it is in
};

struct ScoreResult {
  Decimal total{0, schema::kScoreScale};
  std::vector<ScoreRowResult> rows;  // as declared
  Status status;                     // what the host said when it failed; then there is no total
};

struct Score {
  struct Row {
    std::optional<Program> when;
    std::optional<Program> points;
    std::optional<Program> since;
    std::uint64_t weight = 0;  // what one evaluation costs beside its functions and loops
    std::uint64_t least = 0;   // the fewest units after which it can have a value
  };

  const schema::Score* definition = nullptr;
  std::uint16_t entity = 0;
  std::vector<Row> rows;
  // Of all rows together.
  std::set<FieldPath> paths;
  bool reads_now = false;
  bool reads_anything = false;
  int depth = 1;      // of scores and formulas that read each other, this one included
  CostEstimate cost;  // of an evaluation

  // The share of one row in what an evaluation may cost.
  std::uint64_t share(std::uint64_t max_cost) const { return max_cost / (rows.size() + 1); }

  ScoreResult evaluate(const Activation& activation) const;
};

// What is wrong with a row.
struct ScoreMistake {
  enum class Part : std::uint8_t { kWhole, kWhen, kPoints, kSince };
  std::size_t row = 0;
  Part part = Part::kWhole;
  Status status;
};

// The rows compiled; complains of all that is wrong with them. `environment` is the entity's.
std::vector<ScoreMistake> build_score(const schema::Score& definition,
                                      const Environment& environment, const ParseLimits& limits,
                                      Score* out);

// The score of a record within the evaluation that asks: a decimal. An error when the host failed
// or the evaluation itself is at its end. `rows` may be null. Counts the rows with mistakes among
// the activation's formula errors.
Datum run_score(const Score& score, Frame& frame, RecordId id, const record::View* view,
                std::vector<ScoreRowResult>* rows);

}  // namespace kith::expr
