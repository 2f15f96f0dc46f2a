#include "query/measure_kinds.hpp"

#include <absl/container/flat_hash_set.h>

#include <limits>

#include "base/try.hpp"
#include "query/grouping.hpp"

namespace kith::query {
namespace {

using expr::Type;
using expr::TypeKind;
using schema::FieldType;

constexpr int kAverageScale = 6;

class Count : public MeasureColumn {
 public:
  Count(std::string name, const schema::EntityType& type, BatchExpression* expression)
      : MeasureColumn(std::move(name), type) {
    type_ = Type::of(TypeKind::kInt);
    if (expression != nullptr) expression_.emplace(std::move(*expression));
  }

  Result<Value> result(std::size_t group) const override {
    return Value(group < counts_.size() ? static_cast<std::int64_t>(counts_[group]) : 0);
  }

 protected:
  void resize(std::size_t groups) override { counts_.resize(groups); }

  Status accumulate(const Batch& batch, const RowSelection& selection,
                    const std::vector<std::uint32_t>& groups, expr::Activation& activation,
                    std::uint64_t* errors) override {
    if (!expression_) {
      for (const std::uint32_t row : selection) ++counts_[groups[row]];
      return {};
    }
    if (expression_->mode() == BatchExpression::Mode::kField) {
      const Vector& column = batch.columns[expression_->column()];
      for (const std::uint32_t row : selection) counts_[groups[row]] += column.present[row];
      return {};
    }
    for (const std::uint32_t row : selection) {
      const Value* value = nullptr;
      KITH_TRY(expression_->evaluate(batch, row, activation, &value, errors));
      if (!value->is_null()) ++counts_[groups[row]];
    }
    return {};
  }

 private:
  std::optional<BatchExpression> expression_;
  std::vector<std::uint64_t> counts_;
};

class CountDistinct : public MeasureColumn {
 public:
  CountDistinct(std::string name, const schema::EntityType& type, BatchExpression expression)
      : MeasureColumn(std::move(name), type),
        values_(std::move(expression), Bucket::kNone, base::TimeZone(), type) {
    type_ = Type::of(TypeKind::kInt);
  }

  Result<Value> result(std::size_t group) const override {
    return Value(group < counts_.size() ? static_cast<std::int64_t>(counts_[group]) : 0);
  }

 protected:
  void resize(std::size_t groups) override { counts_.resize(groups); }

  Status accumulate(const Batch& batch, const RowSelection& selection,
                    const std::vector<std::uint32_t>& groups, expr::Activation& activation,
                    std::uint64_t* errors) override {
    KITH_TRY(values_.encode(batch, selection, activation, &codes_, errors));
    for (std::size_t i = 0; i < selection.size(); ++i) {
      const std::uint64_t group = groups[selection[i]];
      if (codes_[i] != 0 && seen_.insert(group << 32 | codes_[i]).second) ++counts_[group];
    }
    return {};
  }

 private:
  GroupColumn values_;
  std::vector<std::uint32_t> codes_;
  absl::flat_hash_set<std::uint64_t> seen_;
  std::vector<std::uint64_t> counts_;
};

// Sum and average. What is added is an integer in the unit of `kind_`: the int itself, a
// coefficient at `scale_`, or nanoseconds; doubles have their own sums.
class Sum : public MeasureColumn {
 public:
  Sum(std::string name, const schema::EntityType& type, BatchExpression expression,
      CurrencyGuard guard, bool average)
      : MeasureColumn(std::move(name), type),
        expression_(std::move(expression)),
        guard_(std::move(guard)),
        kind_(expression_.program().type().unwrapped().kind()),
        average_(average) {
    type_ = expression_.program().type().unwrapped();
    if (average && (kind_ == TypeKind::kInt || kind_ == TypeKind::kUint)) {
      type_ = Type::of(TypeKind::kDecimal);
    }
    if (expression_.mode() != BatchExpression::Mode::kField) return;
    const schema::Field& field = *expression_.field();
    if (field.type == FieldType::kMoney) scale_ = record::kMoneyScale;
    if (field.type == FieldType::kDecimal) scale_ = field.scale;
    unit_ = field.type == FieldType::kDuration ? 1000 : 1;  // stored in microseconds
  }

  Result<Value> result(std::size_t group) const override {
    const std::uint64_t count = group < counts_.size() ? counts_[group] : 0;
    if (average_ && count == 0) return Value();
    if (kind_ == TypeKind::kDouble) {
      const double sum = count == 0 ? 0 : doubles_[group];
      return Value(average_ ? sum / static_cast<double>(count) : sum);
    }
    const int128 sum = count == 0 ? int128{0} : sums_[group] * unit_;
    if (kind_ == TypeKind::kDuration) return duration(sum, count);
    if (average_) {
      KITH_ASSIGN(const Decimal average, Decimal(sum, scale_)
                                             .divide(Decimal(static_cast<std::int64_t>(count)),
                                                     kAverageScale, Rounding::kHalfEven));
      return Value(average);
    }
    if (kind_ == TypeKind::kDecimal) {
      // Rescaling to the same scale refuses what has more digits than a decimal may have.
      KITH_ASSIGN(const Decimal exact, Decimal(sum, scale_).rescale_exact(scale_));
      return Value(exact);
    }
    if (kind_ == TypeKind::kUint) {
      if (sum > std::numeric_limits<std::uint64_t>::max()) return overflow();
      return Value(static_cast<std::uint64_t>(sum));
    }
    if (!fits(sum)) return overflow();
    return Value(static_cast<std::int64_t>(sum));
  }

 protected:
  void resize(std::size_t groups) override {
    counts_.resize(groups);
    sums_.resize(groups);
    if (kind_ == TypeKind::kDouble) doubles_.resize(groups);
    guard_.resize(groups);
  }

  Status accumulate(const Batch& batch, const RowSelection& selection,
                    const std::vector<std::uint32_t>& groups, expr::Activation& activation,
                    std::uint64_t* errors) override {
    if (expression_.mode() == BatchExpression::Mode::kField) {
      add_vector(batch.columns[expression_.column()], selection, groups);
      return check_currencies(batch, selection, groups, activation);
    }
    for (const std::uint32_t row : selection) {
      const Value* value = nullptr;
      KITH_TRY(expression_.evaluate(batch, row, activation, &value, errors));
      if (value->is_null()) continue;
      const std::uint32_t group = groups[row];
      KITH_TRY(add_value(*value, group));
      ++counts_[group];
      if (!guard_.empty()) KITH_TRY(guard_.check(batch, row, group, activation));
    }
    return {};
  }

 private:
  // Nothing here can overflow: 2^64 additions of 64-bit numbers fit 128 bits.
  void add_vector(const Vector& column, const RowSelection& selection,
                  const std::vector<std::uint32_t>& groups) {
    const std::uint8_t* present = column.present.data();
    if (kind_ == TypeKind::kDouble) {
      for (const std::uint32_t row : selection) {
        if (present[row] == 0) continue;
        doubles_[groups[row]] += column.floating(row);
        ++counts_[groups[row]];
      }
      return;
    }
    const std::int64_t* values = column.values.data();
    for (const std::uint32_t row : selection) {
      // A null's stored value is zero, but that is not relied upon.
      const std::int64_t value = present[row] != 0 ? values[row] : 0;
      sums_[groups[row]] += value;
      counts_[groups[row]] += present[row];
    }
  }

  Status check_currencies(const Batch& batch, const RowSelection& selection,
                          const std::vector<std::uint32_t>& groups, expr::Activation& activation) {
    if (guard_.empty()) return {};
    for (const std::uint32_t row : selection) {
      KITH_TRY(guard_.check(batch, row, groups[row], activation));
    }
    return {};
  }

  Status add_value(const Value& value, std::uint32_t group) {
    if (const double* number = value.floating()) {
      if (kind_ != TypeKind::kDouble) return wrong_kind(value);
      doubles_[group] += *number;
      return {};
    }
    int128 addend = 0;
    if (const auto* i = value.integer()) {
      addend = *i;
    } else if (const auto* u = value.unsigned_integer()) {
      addend = static_cast<int128>(*u);
    } else if (const auto* d = value.duration()) {
      addend = d->total_nanoseconds();
    } else if (const Decimal* decimal = value.decimal()) {
      if (decimal->scale() > scale_) KITH_TRY(raise_scale(decimal->scale()));
      KITH_ASSIGN(const Decimal at_scale, decimal->rescale_exact(scale_));
      addend = at_scale.coefficient();
    } else {
      return wrong_kind(value);
    }
    if (__builtin_add_overflow(sums_[group], addend, &sums_[group])) return overflow();
    return {};
  }

  // A value with more digits after the point than any before it.
  Status raise_scale(int scale) {
    for (int128& sum : sums_) {
      KITH_ASSIGN(const Decimal raised, Decimal(sum, scale_).rescale_exact(scale));
      sum = raised.coefficient();
    }
    scale_ = scale;
    return {};
  }

  Result<Value> duration(int128 sum, std::uint64_t count) const {
    if (average_) sum /= static_cast<int128>(count);
    if (!fits(sum)) return overflow();
    return Value(Duration::nanoseconds(static_cast<std::int64_t>(sum)));
  }

  static bool fits(int128 sum) {
    return sum >= std::numeric_limits<std::int64_t>::min() &&
           sum <= std::numeric_limits<std::int64_t>::max();
  }

  Status overflow() const {
    return Status(Code::kExpressionFailed, "measure \"" + name_ + "\": the sum is too large for " +
                                               type_.to_string() +
                                               "; group by more or sum a decimal");
  }
  Status wrong_kind(const Value& value) const {
    return Status(Code::kExpressionFailed, "measure \"" + name_ + "\": cannot add a " +
                                               std::string(kind_name(value.kind())));
  }

  BatchExpression expression_;
  CurrencyGuard guard_;
  TypeKind kind_;
  bool average_;
  int scale_ = 0;
  std::int64_t unit_ = 1;
  std::vector<std::uint64_t> counts_;
  std::vector<int128> sums_;
  std::vector<double> doubles_;
};

class Extreme : public MeasureColumn {
 public:
  Extreme(std::string name, const schema::EntityType& type, BatchExpression expression,
          CurrencyGuard guard, bool greatest)
      : MeasureColumn(std::move(name), type),
        expression_(std::move(expression)),
        guard_(std::move(guard)),
        greatest_(greatest) {
    type_ = expression_.program().type().unwrapped();
    if (expression_.mode() != BatchExpression::Mode::kField) return;
    const FieldType field = expression_.field()->type;
    // Of these the stored integers have the order of the values.
    integers_ = field == FieldType::kInt || field == FieldType::kDecimal ||
                field == FieldType::kMoney || field == FieldType::kDate ||
                field == FieldType::kTimestamp || field == FieldType::kDuration;
  }

  Result<Value> result(std::size_t group) const override {
    return group < values_.size() ? values_[group] : Value();
  }

 protected:
  void resize(std::size_t groups) override {
    values_.resize(groups);
    best_.resize(groups);
    guard_.resize(groups);
  }

  Status accumulate(const Batch& batch, const RowSelection& selection,
                    const std::vector<std::uint32_t>& groups, expr::Activation& activation,
                    std::uint64_t* errors) override {
    for (const std::uint32_t row : selection) {
      const std::uint32_t group = groups[row];
      if (integers_) {
        const Vector& column = batch.columns[expression_.column()];
        if (column.present[row] == 0) continue;
        if (!guard_.empty()) KITH_TRY(guard_.check(batch, row, group, activation));
        const std::int64_t candidate = column.values[row];
        const bool first = values_[group].is_null();
        if (!first && (greatest_ ? candidate <= best_[group] : candidate >= best_[group])) continue;
        best_[group] = candidate;
      }
      KITH_TRY(consider(batch, row, group, activation, errors));
    }
    return {};
  }

 private:
  Status consider(const Batch& batch, std::size_t row, std::uint32_t group,
                  expr::Activation& activation, std::uint64_t* errors) {
    const Value* value = nullptr;
    KITH_TRY(expression_.evaluate(batch, row, activation, &value, errors));
    if (value->is_null()) return {};
    if (!integers_ && !guard_.empty()) KITH_TRY(guard_.check(batch, row, group, activation));
    Value& best = values_[group];
    const int order = best.is_null() ? 0 : compare_values(*value, best);
    if (best.is_null() || (greatest_ ? order > 0 : order < 0)) best = *value;
    return {};
  }

  BatchExpression expression_;
  CurrencyGuard guard_;
  bool greatest_;
  bool integers_ = false;
  std::vector<std::int64_t> best_;
  std::vector<Value> values_;
};

}  // namespace

std::unique_ptr<MeasureColumn> make_count(std::string name, const schema::EntityType& type,
                                          BatchExpression* expression) {
  return std::make_unique<Count>(std::move(name), type, expression);
}

std::unique_ptr<MeasureColumn> make_count_distinct(std::string name, const schema::EntityType& type,
                                                   BatchExpression expression) {
  return std::make_unique<CountDistinct>(std::move(name), type, std::move(expression));
}

std::unique_ptr<MeasureColumn> make_sum(std::string name, const schema::EntityType& type,
                                        BatchExpression expression, CurrencyGuard guard,
                                        bool average) {
  return std::make_unique<Sum>(std::move(name), type, std::move(expression), std::move(guard),
                               average);
}

std::unique_ptr<MeasureColumn> make_extreme(std::string name, const schema::EntityType& type,
                                            BatchExpression expression, CurrencyGuard guard,
                                            bool greatest) {
  return std::make_unique<Extreme>(std::move(name), type, std::move(expression), std::move(guard),
                                   greatest);
}

}  // namespace kith::query
