// query/grouping.hpp: records to groups: each value a small number, each tuple of them a group.
//
//   GroupColumn stage(std::move(expression), Bucket::kNone, zone);
//   KITH_TRY(stage.encode(batch, selection, activation, &codes, &errors));   // one per row
//   KITH_TRY(table.assign({&codes}, selection, &groups));
//
// A code stands for one value of one column: 0 is null, the others are given as values appear.
// Choices, and expressions over one choice, are looked up by option id; dates by day; integers and
// texts are hashed as they are; all else is evaluated and hashed by its bytes. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time_zone.hpp"
#include "kith/query.hpp"
#include "query/batch_expression.hpp"
#include "query/filter.hpp"

namespace kith::query {

class GroupColumn {
 public:
  GroupColumn(BatchExpression expression, Bucket bucket, const base::TimeZone& zone,
              const schema::EntityType& type);
  GroupColumn(GroupColumn&&) noexcept;
  GroupColumn& operator=(GroupColumn&&) noexcept;
  ~GroupColumn();

  // codes->at(i) is that of row selection[i].
  Status encode(const Batch& batch, const RowSelection& selection, expr::Activation& activation,
                std::vector<std::uint32_t>* codes, std::uint64_t* errors);

  const Value& value(std::uint32_t code) const;
  // The order of groups: by value; a choice field by the order of its options, or of the stages
  // when it is moved by a pipeline.
  int compare(std::uint32_t a, std::uint32_t b) const;
  const expr::Program& program() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Tuples of codes to dense group numbers.
class GroupTable {
 public:
  GroupTable(std::size_t columns, std::uint64_t max_groups);
  GroupTable(GroupTable&&) noexcept;
  ~GroupTable();

  // groups->at(row) for the rows of the selection; kLimit beyond max_groups.
  Status assign(const std::vector<std::vector<std::uint32_t>>& codes, const RowSelection& selection,
                std::size_t batch_size, std::vector<std::uint32_t>* groups);

  std::size_t size() const;
  std::uint32_t code(std::size_t group, std::size_t column) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kith::query
