// query/measure_kinds.hpp: the aggregates themselves; measure.hpp makes them from a query.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "query/batch_expression.hpp"
#include "query/compile.hpp"
#include "query/measure.hpp"
#include "query/ordering.hpp"

namespace kith::query {

// Watches that the money a decimal is computed from has one currency per group.
class CurrencyGuard {
 public:
  // Guards the money fields that `program` reads, on the record and through references, when its
  // value is a decimal; guards nothing otherwise.
  static Result<CurrencyGuard> of(const expr::Program& program, std::string measure,
                                  const Compiler& compiler, FieldSet* fields);

  bool empty() const { return columns_.empty() && related_.empty(); }
  void resize(std::size_t groups) { seen_.resize(groups, kUnseen); }
  // The record of this row adds to this group.
  Status check(const Batch& batch, std::size_t row, std::uint32_t group,
               expr::Activation& activation);
  const std::vector<expr::Program>& programs() const { return related_; }

 private:
  static constexpr std::uint32_t kUnseen = 0xFFFFFFFF;
  Status see(std::uint32_t currency, std::uint32_t group);

  std::string measure_;
  std::vector<std::size_t> columns_;    // vectors of the record's own money fields
  std::vector<expr::Program> related_;  // currencies of money on related records
  std::vector<std::uint32_t> seen_;     // by group
};

// `expression` may be null: every record counts.
std::unique_ptr<MeasureColumn> make_count(std::string name, const schema::EntityType& type,
                                          BatchExpression* expression);
std::unique_ptr<MeasureColumn> make_count_distinct(std::string name, const schema::EntityType& type,
                                                   BatchExpression expression);
std::unique_ptr<MeasureColumn> make_sum(std::string name, const schema::EntityType& type,
                                        BatchExpression expression, CurrencyGuard guard,
                                        bool average);
std::unique_ptr<MeasureColumn> make_extreme(std::string name, const schema::EntityType& type,
                                            BatchExpression expression, CurrencyGuard guard,
                                            bool greatest);

}  // namespace kith::query
