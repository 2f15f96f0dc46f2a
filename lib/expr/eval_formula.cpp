// Formula fields: another program run on a record within the evaluation that reads it.
#include <cmath>
#include <limits>

#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "expr/formulas.hpp"

namespace kith::expr {
namespace {

using schema::FieldType;

constexpr std::int64_t kNanosecondsOfMicrosecond = 1000;

Datum as_decimal(const schema::Field& field, Frame& frame, const Datum& value) {
  const Decimal plain = value.is(Tag::kInt) ? Decimal(value.int_value) : value.decimal();
  const Result<Decimal> rounded = plain.rescale(field.scale, Rounding::kHalfEven);
  constexpr auto kMost = int128{std::numeric_limits<std::int64_t>::max()};
  constexpr auto kLeast = int128{std::numeric_limits<std::int64_t>::min()};
  if (!rounded.ok() || rounded->coefficient() > kMost || rounded->coefficient() < kLeast) {
    return frame.data_error("the value is out of the range of a decimal field of this scale");
  }
  return Datum::decimal(*rounded);
}

Datum as_float(Frame& frame, double value) {
  if (std::isfinite(value)) return Datum::floating(value);
  return frame.data_error("the value is not a finite number");
}

// Toward the past, as stored ones are cut.
Datum as_duration(Frame& frame, std::int64_t nanoseconds) {
  std::int64_t rest = nanoseconds % kNanosecondsOfMicrosecond;
  if (rest < 0) rest += kNanosecondsOfMicrosecond;
  std::int64_t whole = 0;
  if (__builtin_sub_overflow(nanoseconds, rest, &whole)) {
    return frame.data_error("the duration is out of range");
  }
  return Datum::duration(whole);
}

Datum as_timestamp(Frame& frame, const Timestamp& value) {
  if (!value.in_range()) return frame.data_error("the timestamp is out of range");
  const auto rest = static_cast<std::int32_t>(value.nanoseconds() % kNanosecondsOfMicrosecond);
  return Datum::timestamp(Timestamp(value.seconds(), value.nanoseconds() - rest));
}

// The value as a field of this type would hold it.
Datum as_declared(const schema::Field& field, Frame& frame, const Datum& value) {
  if (value.is(Tag::kNull)) return value;
  switch (field.type) {
    case FieldType::kBool:
      if (value.is(Tag::kBool)) return value;
      break;
    case FieldType::kInt:
      if (value.is(Tag::kInt)) return value;
      break;
    case FieldType::kFloat:
      if (value.is(Tag::kDouble)) return as_float(frame, value.double_value);
      if (value.is(Tag::kInt)) return as_float(frame, static_cast<double>(value.int_value));
      break;
    case FieldType::kDecimal:
      if (value.is(Tag::kDecimal) || value.is(Tag::kInt)) return as_decimal(field, frame, value);
      break;
    case FieldType::kDate:
      if (value.is(Tag::kDate)) return value;
      break;
    case FieldType::kTimestamp:
      if (value.is(Tag::kTimestamp)) return as_timestamp(frame, value.timestamp());
      break;
    case FieldType::kDuration:
      if (value.is(Tag::kDuration)) return as_duration(frame, value.int_value);
      break;
    case FieldType::kText:
      if (value.is(Tag::kString)) return value;
      break;
    default: break;
  }
  return frame.bug("the value is " + std::string(type_name(value)) + ", and the field is " +
                   std::string(field_type_name(field.type)));
}

}  // namespace

Datum run_formula(const Formula& formula, Frame& frame, RecordId id, const record::View* view) {
  if (!frame.charge(formula.weight)) return frame.exhausted();
  const Activation::RootRecord roots[kRootCount] = {{id, view}, {}, frame.root(Root::kUser)};
  const Activation::RootRecord* const outer = frame.set_roots(roots);
  Datum* const locals = frame.locals();
  const Compiled& compiled = formula.program.compiled();
  Datum value = run(compiled, *compiled.root, frame);
  if (!value.is_error()) value = as_declared(*formula.field, frame, value);
  frame.set_locals(locals);
  frame.set_roots(outer);
  if (frame.stopped() && !value.is_error()) return frame.exhausted();
  // Where in the formula it happened means nothing to the reader.
  if (value.is_error()) value.spare = 0;
  return value;
}

bool Formula::evaluate(const Activation& activation, Value* value, Failure* failure) const {
  Frame frame(activation);
  const Activation::RootRecord& root = activation.root(Root::kRecord);
  const Datum out = run_formula(*this, frame, root.id, root.view);
  if (!out.is_error()) {
    *value = to_value(out);
    return true;
  }
  *value = Value();
  if (failure != nullptr) {
    failure->error = out.error_class();
    failure->text = std::string(out.text());
    failure->message = failure->text;
    failure->status = frame.host_status();
  }
  return false;
}

namespace eval {

// A formula without a value is null to whoever reads it; formula_error() tells why.
Datum formula(const Code& code, Frame& frame, RecordId id, const record::View& view) {
  const Datum value = run_formula(*code.formula, frame, id, &view);
  if (!value.is_error()) return value;
  if (frame.stopped()) return placed(value, code);
  std::uint64_t* const errors = frame.activation().formula_errors();
  if (errors != nullptr && value.error_class() != ErrorClass::kMissing) ++*errors;
  return Datum::null();
}

Datum formula_error(const Code& code, Frame& frame, RecordId id, const record::View& view) {
  const Datum value = run_formula(*code.formula, frame, id, &view);
  if (frame.stopped()) return placed(frame.exhausted(), code);
  if (!value.is_error() || value.error_class() == ErrorClass::kMissing) return Datum::null();
  return frame.string(std::string(evaluation_error_name(value.error_class())) + ": " +
                      std::string(value.text()));
}

}  // namespace eval
}  // namespace kith::expr
