#include "query/measure.hpp"

#include "base/try.hpp"
#include "query/grouping.hpp"
#include "query/measure_kinds.hpp"

namespace kith::query {
namespace {

constexpr int kQuotientScale = 6;

Status not_summable(const Measure& measure, const expr::Type& type, std::string_view what) {
  return Status(Code::kExpressionType, "measure \"" + measure.name + "\": " + std::string(what) +
                                           " of " + type.to_string() + " ('" + measure.of +
                                           "') has no meaning; it takes int, decimal, double or "
                                           "duration");
}

bool is_summable(const expr::Type& type) {
  switch (type.unwrapped().kind()) {
    case expr::TypeKind::kInt:
    case expr::TypeKind::kUint:
    case expr::TypeKind::kDouble:
    case expr::TypeKind::kDecimal:
    case expr::TypeKind::kDuration: return true;
    default: return false;
  }
}

}  // namespace

Result<std::unique_ptr<MeasureColumn>> MeasureColumn::make(const Measure& measure,
                                                           const Compiler& compiler,
                                                           const expr::Activation& activation,
                                                           FieldSet* fields) {
  using Function = Measure::Function;
  const std::string part = "measure \"" + measure.name + "\"";
  std::vector<expr::Program> programs;
  std::unique_ptr<MeasureColumn> column;
  if (measure.of.empty()) {
    if (measure.function != Function::kCount) {
      return Status(Code::kInvalidArgument, part + " needs \"of\": what to compute it from");
    }
    column = make_count(measure.name, compiler.type(), nullptr);
  } else {
    KITH_ASSIGN(expr::Program program, compiler.value(measure.of, part));
    programs.push_back(program);
    BatchExpression expression(program, compiler.type(), fields);
    switch (measure.function) {
      case Function::kCount: column = make_count(measure.name, compiler.type(), &expression); break;
      case Function::kCountDistinct:
        column = make_count_distinct(measure.name, compiler.type(), std::move(expression));
        break;
      case Function::kSum:
      case Function::kAvg: {
        const bool average = measure.function == Function::kAvg;
        if (!is_summable(program.type())) {
          return not_summable(measure, program.type(), average ? "avg" : "sum");
        }
        KITH_ASSIGN(CurrencyGuard guard,
                    CurrencyGuard::of(program, measure.name, compiler, fields));
        for (const expr::Program& p : guard.programs()) programs.push_back(p);
        column = make_sum(measure.name, compiler.type(), std::move(expression), std::move(guard),
                          average);
        break;
      }
      case Function::kMin:
      case Function::kMax: {
        if (!is_orderable(program.type())) return not_summable(measure, program.type(), "min");
        KITH_ASSIGN(CurrencyGuard guard,
                    CurrencyGuard::of(program, measure.name, compiler, fields));
        for (const expr::Program& p : guard.programs()) programs.push_back(p);
        column = make_extreme(measure.name, compiler.type(), std::move(expression),
                              std::move(guard), measure.function == Function::kMax);
        break;
      }
      case Function::kRatio:
        return Status(Code::kInvalidArgument,
                      part + " is a ratio: give \"numerator\" and \"denominator\", not \"of\"");
    }
  }
  if (!measure.where.empty()) {
    KITH_ASSIGN(expr::Program where, compiler.condition(measure.where, part + " where"));
    programs.push_back(where);
    column->filter_.add(std::move(where), activation, fields);
  }
  column->programs_ = std::move(programs);
  return column;
}

Status MeasureColumn::add(const Batch& batch, const RowSelection& selection,
                          const std::vector<std::uint32_t>& groups, std::size_t group_count,
                          expr::Activation& activation, std::uint64_t* errors) {
  resize(group_count);
  if (filter_.empty()) return accumulate(batch, selection, groups, activation, errors);
  kept_ = selection;
  KITH_TRY(filter_.apply(batch, activation, &kept_, errors));
  return accumulate(batch, kept_, groups, activation, errors);
}

Result<Value> ratio(const Value& numerator, const Value& denominator) {
  if (numerator.is_null() || denominator.is_null()) return Value();
  const auto exact = [](const Value& v) -> std::optional<Decimal> {
    if (const auto* i = v.integer()) return Decimal(*i);
    if (const auto* d = v.decimal()) return *d;
    if (const auto* s = v.duration()) return Decimal(s->total_nanoseconds());
    return std::nullopt;
  };
  const std::optional<Decimal> a = exact(numerator);
  const std::optional<Decimal> b = exact(denominator);
  if (a && b) {
    if (b->is_zero()) return Value();
    KITH_ASSIGN(const Decimal quotient, a->divide(*b, kQuotientScale, Rounding::kHalfEven));
    return Value(quotient);
  }
  const double x = a ? a->to_double() : (numerator.floating() ? *numerator.floating() : 0);
  const double y = b ? b->to_double() : (denominator.floating() ? *denominator.floating() : 0);
  if (y == 0) return Value();
  return Value(x / y);
}

}  // namespace kith::query
