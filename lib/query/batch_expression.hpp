// query/batch_expression.hpp: one expression over the records of a batch.
//
//   auto stage_class = BatchExpression(std::move(program), type, &fields);
//   KITH_TRY(stage_class.evaluate(batch, row, activation, &value, &errors));
//
// An expression that is just a stored field can be read from its vector. One that reads a single
// choice field and constants is evaluated once per option and remembered (`stage_class == 'won'`
// costs a table look-up a row). Everything else runs its program on the record. All three give
// the same values; the consumer of a plain field may use the vector directly.
//
// A value that cannot be computed is null. For another reason than a null operand it is counted
// in `errors`; limits and failures of the host are errors of the whole query. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "expr/program.hpp"
#include "kith/value.hpp"
#include "query/fields.hpp"
#include "query/vector_source.hpp"

namespace kith::query {

class BatchExpression {
 public:
  enum class Mode : std::uint8_t { kField, kByChoice, kProgram };

  BatchExpression(expr::Program program, const schema::EntityType& type, FieldSet* fields);

  Mode mode() const { return mode_; }
  std::size_t column() const { return column_; }         // kField, kByChoice
  const schema::Field* field() const { return field_; }  // kField, kByChoice
  const expr::Program& program() const { return program_; }

  // `*value` is borrowed until the next call.
  Status evaluate(const Batch& batch, std::size_t row, expr::Activation& activation,
                  const Value** value, std::uint64_t* errors);
  Status is_true(const Batch& batch, std::size_t row, expr::Activation& activation, bool* result,
                 std::uint64_t* errors);

 private:
  struct Remembered {
    Value value;
    bool error = false;
  };

  Status run(const Batch& batch, std::size_t row, expr::Activation& activation, Value* value,
             bool* error);
  Status remembered(const Batch& batch, std::size_t row, expr::Activation& activation,
                    const Remembered** result);

  expr::Program program_;
  Mode mode_ = Mode::kProgram;
  std::size_t column_ = 0;
  const schema::Field* field_ = nullptr;
  std::vector<std::optional<Remembered>> by_option_;  // 0 is null, else option id + 1
  Remembered last_;
};

}  // namespace kith::query
