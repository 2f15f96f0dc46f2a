// query/measure.hpp: one aggregate of a query, over all its groups.
//
//   KITH_ASSIGN(auto total, MeasureColumn::make(measure, compiler, activation, zone, &fields));
//   KITH_TRY(total->add(batch, selection, groups, table.size(), activation, &errors));
//   KITH_ASSIGN(Value v, total->result(group));
//
// Sums of int and decimal are exact in 128 bits and fail rather than overflow; sums of doubles run
// in the order of record ids. Nulls are left out. A decimal that reads money remembers its
// currency, and a second one in the same group is kExpressionFailed naming both. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "expr/types.hpp"
#include "kith/query.hpp"
#include "query/batch_expression.hpp"
#include "query/compile.hpp"
#include "query/filter.hpp"

namespace kith::query {

class MeasureColumn {
 public:
  // Of any function but kRatio.
  static Result<std::unique_ptr<MeasureColumn>> make(const Measure& measure,
                                                     const Compiler& compiler,
                                                     const expr::Activation& activation,
                                                     FieldSet* fields);
  virtual ~MeasureColumn() = default;

  // `groups` is indexed by row.
  Status add(const Batch& batch, const RowSelection& selection,
             const std::vector<std::uint32_t>& groups, std::size_t group_count,
             expr::Activation& activation, std::uint64_t* errors);

  virtual Result<Value> result(std::size_t group) const = 0;

  const expr::Type& type() const { return type_; }  // of the result, when it is not null
  // Everything it evaluates, for prefetching.
  const std::vector<expr::Program>& programs() const { return programs_; }

 protected:
  MeasureColumn(std::string name, const schema::EntityType& type)
      : name_(std::move(name)), filter_(type) {}

  virtual void resize(std::size_t groups) = 0;
  virtual Status accumulate(const Batch& batch, const RowSelection& selection,
                            const std::vector<std::uint32_t>& groups, expr::Activation& activation,
                            std::uint64_t* errors) = 0;

  std::string name_;
  expr::Type type_;

 private:
  Filter filter_;
  RowSelection kept_;
  std::vector<expr::Program> programs_;
};

// numerator / denominator: null when either is null or the denominator is 0, a double when one of
// them is, else a decimal of six digits after the point, rounded half-even.
Result<Value> ratio(const Value& numerator, const Value& denominator);

}  // namespace kith::query
