#include "query/batch_expression.hpp"

#include "base/try.hpp"

namespace kith::query {
namespace {

constexpr std::int64_t kMaxRememberedOption = 4096;

// The field when a choice of the record is all that the expression reads of any record.
std::optional<std::uint32_t> only_choice(const expr::Program& program,
                                         const schema::EntityType& type) {
  // The rows of a score without a value are counted, as the errors of formulas are.
  if (program.reads_anything() || program.reads_scores()) return std::nullopt;
  std::optional<std::uint32_t> choice;
  for (const expr::FieldPath& path : program.paths()) {
    if (path.root == expr::Root::kUser) continue;  // the same for every record
    const std::optional<std::uint32_t> id = direct_field(path);
    const schema::Field* field = id ? field_of(type, *id) : nullptr;
    if (field != nullptr && field->is_formula()) return std::nullopt;  // its errors are counted
    if (!id || (choice && *choice != *id)) return std::nullopt;
    choice = id;
  }
  if (!choice) return std::nullopt;
  const schema::Field* field = field_of(type, *choice);
  if (field == nullptr || field->type != schema::FieldType::kChoice) return std::nullopt;
  return choice;
}

// What the failure of one record means for the query.
Status failure_status(const expr::Program& program, const expr::Failure& failure) {
  if (failure.error == expr::ErrorClass::kHost) return failure.status;
  if (failure.error != expr::ErrorClass::kLimit) return {};
  return Status(Code::kLimit, "expression '" + program.source() + "': " + failure.message);
}

}  // namespace

BatchExpression::BatchExpression(expr::Program program, const schema::EntityType& type,
                                 FieldSet* fields)
    : program_(std::move(program)) {
  if (const auto plain = plain_field(program_, type)) {
    const schema::Field* field = field_of(type, *plain);
    if (is_vector_type(field->type) && !field->is_formula()) {
      mode_ = Mode::kField;
      field_ = field;
      column_ = fields->add(*plain);
      return;
    }
  }
  if (const auto choice = only_choice(program_, type)) {
    mode_ = Mode::kByChoice;
    field_ = field_of(type, *choice);
    column_ = fields->add(*choice);
  }
}

Status BatchExpression::run(const Batch& batch, std::size_t row, expr::Activation& activation,
                            Value* value, bool* error) {
  batch.trim();
  activation.set_record(batch.ids[row], &batch.views[row]);
  expr::Failure failure;
  *error = false;
  if (program_.evaluate(activation, value, &failure)) return {};
  *value = Value();
  *error = failure.error != expr::ErrorClass::kMissing;
  return failure_status(program_, failure);
}

Status BatchExpression::remembered(const Batch& batch, std::size_t row,
                                   expr::Activation& activation, const Remembered** result) {
  const Vector& column = batch.columns[column_];
  const std::int64_t option = column.present[row] ? column.values[row] + 1 : 0;
  if (option < 0 || option > kMaxRememberedOption) {
    KITH_TRY(run(batch, row, activation, &last_.value, &last_.error));
    *result = &last_;
    return {};
  }
  const auto slot = static_cast<std::size_t>(option);
  if (slot >= by_option_.size()) by_option_.resize(slot + 1);
  if (!by_option_[slot]) {
    Remembered computed;
    KITH_TRY(run(batch, row, activation, &computed.value, &computed.error));
    by_option_[slot] = std::move(computed);
  }
  *result = &*by_option_[slot];
  return {};
}

Status BatchExpression::evaluate(const Batch& batch, std::size_t row, expr::Activation& activation,
                                 const Value** value, std::uint64_t* errors) {
  const Remembered* result = &last_;
  if (mode_ == Mode::kByChoice) {
    KITH_TRY(remembered(batch, row, activation, &result));
  } else {
    KITH_TRY(run(batch, row, activation, &last_.value, &last_.error));
  }
  if (result->error) ++*errors;
  *value = &result->value;
  return {};
}

Status BatchExpression::is_true(const Batch& batch, std::size_t row, expr::Activation& activation,
                                bool* result, std::uint64_t* errors) {
  if (mode_ == Mode::kByChoice) {
    const Value* value = nullptr;
    KITH_TRY(evaluate(batch, row, activation, &value, errors));
    *result = value->boolean() != nullptr && *value->boolean();
    return {};
  }
  batch.trim();
  activation.set_record(batch.ids[row], &batch.views[row]);
  expr::Failure failure;
  const expr::Truth truth = program_.evaluate_bool(activation, &failure);
  *result = truth == expr::Truth::kTrue;
  if (truth != expr::Truth::kError) return {};
  if (failure.error != expr::ErrorClass::kMissing) ++*errors;
  return failure_status(program_, failure);
}

}  // namespace kith::query
