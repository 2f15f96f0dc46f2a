// Conditions on random records: with relations both ways, formulas, a pipeline, nulls everywhere.
// Whatever compiles ends within its limits, the same way every time and in its house form too, at
// a cost within its estimate; and a query finds exactly the records on which it is true.
#include <algorithm>
#include <optional>

#include "fuzz/related_crm.hpp"

namespace {

using namespace kith;
using fuzz::check;
using fuzz::must;

constexpr std::uint64_t kMaxCost = 20'000;

bool same(const Evaluation& a, const Evaluation& b) {
  if (a.error != b.error) return false;
  return !a.ok() || a.value == b.value || a.value.to_string() == b.value.to_string();
}

ExpressionOptions options() {
  ExpressionOptions options;
  options.expected = "bool";
  options.max_cost = kMaxCost;
  options.max_memory = 256 << 10;
  return options;
}

void within_its_estimate(const Expression& expression, const Evaluation& got) {
  if (!got.ok()) return;
  const CostEstimate estimate = expression.cost();
  check(estimate.min <= got.cost && (!estimate.max || got.cost <= *estimate.max),
        "an evaluation costs what was foretold",
        expression.source() + "\nfrom " + std::to_string(estimate.min) + " to " +
            (estimate.max ? std::to_string(*estimate.max) : "?") + ", took " +
            std::to_string(got.cost));
}

// True where the query must find it. Nothing when a limit was passed: then the query may fail.
std::optional<bool> holds(const Expression& expression, const Expression& formatted,
                          const Transaction& t, RecordId deal) {
  const Evaluation got = expression.evaluate(t, deal);
  check(same(got, expression.evaluate(t, deal)), "evaluation is repeatable", expression.source());
  check(got.error != EvaluationError::kHost, "what compiled can be evaluated", got.message);
  check(got.ok() || !got.message.empty(), "a failure has a message", expression.source());
  within_its_estimate(expression, got);
  if (got.error == EvaluationError::kLimit) return std::nullopt;
  check(same(got, formatted.evaluate(t, deal)), "the house form means the same",
        formatted.source());
  return got.ok() && got.value.boolean() != nullptr && *got.value.boolean();
}

void query_agrees(const Transaction& t, const std::string& source,
                  const std::vector<RecordId>& expected) {
  const Result<Rows> rows = t.query({.entity = "deal", .where = source, .select = {"id"}});
  if (!rows.ok()) return fuzz::check_explained(rows.status());
  std::vector<RecordId> found;
  for (const std::vector<Value>& row : rows->rows) found.push_back(*row[0].reference());
  std::sort(found.begin(), found.end());
  check(found == expected, "a query finds what the condition is true on", source);
}

void on_records(const Expression& expression, fuzz::Input& values) {
  const Database& db = fuzz::related_crm().database();
  const Expression formatted =
      must(Expression::compile(db, "deal", expression.format(), options()), "the house form");
  check(!expression.english().empty() && !expression.explain().text.empty(), "it can be told");
  Transaction t = fuzz::related_crm().begin();
  std::vector<RecordId> expected;
  bool limited = false;
  for (const RecordId deal : fuzz::RelatedCrm::fill(t, values)) {
    const std::optional<bool> found = holds(expression, formatted, t, deal);
    limited = limited || !found;
    if (found.value_or(false)) expected.push_back(deal);
  }
  if (expression.type() == "bool") check(expression.plan(t).status(), "a condition has a plan");
  if (!limited) query_agrees(t, expression.source(), expected);
  t.abort();
}

}  // namespace

// The first byte chooses between a condition made of the input and one written in it, which ends
// at a line %%; what is behind it makes the records.
void kith::fuzz::run(std::string_view input) {
  Input in(input);
  const bool written = in.byte() == 'E';
  const std::string_view head = in.part();
  Input decisions(head);
  const std::string source = written ? std::string(head) : random_condition(decisions);
  const Result<Expression> expression =
      Expression::compile(related_crm().database(), "deal", source, options());
  if (!expression.ok()) return check_explained(expression.status());
  on_records(*expression, in);
}
