#include "expr/scores.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "expr/code.hpp"
#include "expr/cost.hpp"
#include "expr/formulas.hpp"

namespace kith::expr {
namespace {

using Part = ScoreMistake::Part;

bool is_number(const Type& type) {
  return type.is(TypeKind::kInt) || type.is(TypeKind::kDouble) || type.is(TypeKind::kDecimal) ||
         type.is_dyn();
}

bool is_time(const Type& type) {
  return type.is(TypeKind::kTimestamp) || type.is(TypeKind::kDate) || type.is_dyn();
}

class Builder {
 public:
  Builder(const Environment& environment, const ParseLimits& limits, Score* out)
      : environment_(environment), out_(*out) {
    options_.limits = limits;
  }

  std::vector<ScoreMistake> run() {
    const auto& declared = out_.definition->rows;
    out_.rows.resize(declared.size());
    for (std::size_t i = 0; i < declared.size(); ++i) row(i, declared[i]);
    return std::move(mistakes_);
  }

 private:
  void row(std::size_t place, const schema::ScoreRow& declared) {
    Score::Row& row = out_.rows[place];
    CompileOptions condition = options_;
    condition.expected = Type::of(TypeKind::kBool);
    const auto attempt = [&](Part part, const std::string& source, const CompileOptions& options,
                             std::optional<Program>* program) {
      if (source.empty()) return;
      Status status = compiled(part, source, options, program);
      if (status.ok()) return;
      mistakes_.push_back({place, part, status.with_context(where(declared, part))});
    };
    attempt(Part::kWhen, declared.when, condition, &row.when);
    attempt(Part::kPoints, declared.points, options_, &row.points);
    attempt(Part::kSince, declared.since, options_, &row.since);
    if (declared.half_life_us > 0) out_.reads_now = true;
    account(&row);
  }

  std::string where(const schema::ScoreRow& row, Part part) const {
    const std::string_view word = part == Part::kWhen     ? "when"
                                  : part == Part::kPoints ? "points"
                                                          : "since";
    return "score " + out_.definition->name + " of " + out_.definition->entity + ", row " +
           row.name + ", " + std::string(word);
  }

  Status compiled(Part part, const std::string& source, const CompileOptions& options,
                  std::optional<Program>* out) {
    KITH_ASSIGN(Program program, compile(source, environment_, options));
    const Type& type = program.type().unwrapped();
    if (part == Part::kPoints && !is_number(type)) {
      return wrong_type(source, type, "a number is needed: int, decimal or double");
    }
    if (part == Part::kSince && !is_time(type)) {
      return wrong_type(source, type, "a timestamp or a date is needed");
    }
    KITH_TRY(judge_reading(program, "a score", &out_.depth));
    *out = std::move(program);
    return {};
  }

  static Status wrong_type(const std::string& source, const Type& type, std::string_view needed) {
    return {kith::Code::kExpressionType,
            "\"" + source + "\" is of type " + type.to_string() + "; " + std::string(needed)};
  }

  // What the row reads and costs. Its points and time are computed only when its condition holds.
  void account(Score::Row* row) {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    bool bounded = true;
    for (const std::optional<Program>* part : {&row->when, &row->points, &row->since}) {
      if (!*part) continue;
      const Program& program = **part;
      out_.paths.insert(program.paths().begin(), program.paths().end());
      out_.reads_now |= program.reads_now();
      out_.reads_anything |= program.reads_anything();
      row->weight += program.ast().size();
      const CostEstimate cost = estimate_cost(program);
      if (part == &row->when || (!row->when && part == &row->points)) least += cost.min;
      bounded &= cost.max.has_value();
      most += cost.max.value_or(0);
    }
    // A row that fails ends sooner and the score has a value all the same: only the weights are
    // sure to be paid.
    row->least = row->weight + least;
    out_.cost.min += row->weight;
    if (!bounded) out_.cost.max.reset();
    if (out_.cost.max) out_.cost.max = *out_.cost.max + most + row->weight;
  }

  const Environment& environment_;
  Score& out_;
  CompileOptions options_;
  std::vector<ScoreMistake> mistakes_;
};

}  // namespace

std::vector<ScoreMistake> build_score(const schema::Score& definition,
                                      const Environment& environment, const ParseLimits& limits,
                                      Score* out) {
  out->definition = &definition;
  out->cost = {0, 0};
  return Builder(environment, limits, out).run();
}

}  // namespace kith::expr
