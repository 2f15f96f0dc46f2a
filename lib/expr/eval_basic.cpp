// Constants, variables, calls and logic.
#include "expr/code.hpp"
#include "expr/datum_value.hpp"

namespace kith::expr::eval {
namespace {

constexpr std::size_t kArgsOnStack = 4;

bool fits(const Overload& overload, const Datum* args, std::size_t count) {
  const std::size_t declared = overload.parameters.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (!accepts(overload.parameters[i < declared ? i : declared - 1], args[i].tag)) return false;
  }
  return true;
}

}  // namespace

Datum dispatch(const Code& code, Frame& frame, const Datum* args, std::uint32_t count) {
  for (std::uint32_t i = 0; i < code.overload_count; ++i) {
    const Overload& overload = *code.overloads[i];
    if (!fits(overload, args, count)) continue;
    if (overload.cost > 1 && !frame.charge(overload.cost)) return frame.exhausted();
    const Datum out = overload.implementation({frame, count, overload.context}, args);
    if (frame.stopped()) return placed(frame.exhausted(), code);
    return out.is_error() ? placed(out, code) : out;
  }
  return placed(frame.no_overload(code.name, args, count), code);
}

Datum constant(const Code& code, Frame&) { return code.value; }
Datum local(const Code& code, Frame& frame) { return frame.locals()[code.index]; }

Datum variable(const Code& code, Frame& frame) {
  const Value* value = frame.activation().variable(code.name);
  if (value != nullptr) return to_datum(frame, *value);
  return placed(frame.missing("the variable '" + std::string(code.name) + "' has no value"), code);
}

Datum now(const Code& code, Frame& frame) {
  const auto& value = frame.activation().now();
  return value ? Datum::timestamp(*value)
               : placed(Datum::error(ErrorClass::kMissing, "now has no value here"), code);
}

Datum params(const Code& code, Frame& frame) {
  const Value* value = frame.activation().params();
  return value != nullptr
             ? to_datum(frame, *value)
             : placed(Datum::error(ErrorClass::kMissing, "there are no params here"), code);
}

Datum org(const Code& code, Frame& frame) {
  const Value* value = frame.activation().org();
  return value != nullptr
             ? to_datum(frame, *value)
             : placed(Datum::error(ErrorClass::kMissing, "org has no value here"), code);
}

Datum unresolved(const Code& code, Frame& frame) {
  return placed(frame.bug("nothing is known as '" + std::string(code.name) + "'"), code);
}

Datum traced(const Code& code, Frame& frame) {
  const Datum value = code.args[0]->eval(*code.args[0], frame);
  frame.record(code.index, value);
  return value;
}

Truth test_traced(const Code& code, Frame& frame) {
  const Truth truth = code.args[0]->test(*code.args[0], frame);
  frame.record(code.index,
               truth == Truth::kError ? frame.last_error : Datum::boolean(truth == Truth::kTrue));
  return truth;
}

Datum cast(const Code& code, Frame& frame) {
  const Datum inner = code.args[0]->eval(*code.args[0], frame);
  if (!inner.is(Tag::kInt)) return inner;
  if (code.cast == Cast::kToDouble) return Datum::floating(static_cast<double>(inner.int_value));
  return Datum::decimal(Decimal(inner.int_value));
}

Datum call(const Code& code, Frame& frame) {
  Datum on_stack[kArgsOnStack];
  Datum* args = on_stack;
  if (code.count > kArgsOnStack) {
    args = frame.arena().make<Datum>(code.count);
    if (args == nullptr) return frame.out_of_memory();
  }
  for (std::uint32_t i = 0; i < code.count; ++i) {
    args[i] = code.args[i]->eval(*code.args[i], frame);
    if (args[i].is_error()) return args[i];
  }
  return dispatch(code, frame, args, code.count);
}

Datum matches(const Code& code, Frame& frame) {
  const Datum text = code.args[0]->eval(*code.args[0], frame);
  if (text.is_error()) return text;
  if (!text.is(Tag::kString)) return placed(frame.no_overload("matches()", &text, 1), code);
  if (!frame.charge(code.regex->search_cost(text.text().size()))) {
    return placed(frame.exhausted(), code);
  }
  return Datum::boolean(code.regex->search(text.text()));
}

Datum otherwise(const Code& code, Frame& frame) {
  Datum args[2];
  args[0] = code.args[0]->eval(*code.args[0], frame);
  if (args[0].is_error()) return args[0];
  if (args[0].is(Tag::kOptional) && args[0].inner != nullptr) {
    return code.overloads[0]->name == "or" ? args[0] : *args[0].inner;
  }
  args[1] = code.args[1]->eval(*code.args[1], frame);
  return args[1].is_error() ? args[1] : dispatch(code, frame, args, code.count);
}

Datum conditional(const Code& code, Frame& frame) {
  const Code& condition = *code.args[0];
  switch (condition.test(condition, frame)) {
    case Truth::kTrue: return code.args[1]->eval(*code.args[1], frame);
    case Truth::kFalse: return code.args[2]->eval(*code.args[2], frame);
    case Truth::kError: break;
  }
  return frame.last_error;
}

Datum bind(const Code& code, Frame& frame) {
  frame.locals()[code.index] = code.args[0]->eval(*code.args[0], frame);
  return code.args[1]->eval(*code.args[1], frame);
}

// The first error is kept; a deciding operand after it still decides, unless a limit was passed.
Truth test_and(const Code& code, Frame& frame) {
  Datum error;
  for (std::uint32_t i = 0; i < code.count; ++i) {
    const Truth truth = code.args[i]->test(*code.args[i], frame);
    if (truth == Truth::kFalse) return truth;
    if (truth != Truth::kError) continue;
    if (frame.stopped()) return truth;
    if (!error.is_error()) error = frame.last_error;
  }
  if (!error.is_error()) return Truth::kTrue;
  frame.last_error = error;
  return Truth::kError;
}

Truth test_or(const Code& code, Frame& frame) {
  Datum error;
  for (std::uint32_t i = 0; i < code.count; ++i) {
    const Truth truth = code.args[i]->test(*code.args[i], frame);
    if (truth == Truth::kTrue) return truth;
    if (truth != Truth::kError) continue;
    if (frame.stopped()) return truth;
    if (!error.is_error()) error = frame.last_error;
  }
  if (!error.is_error()) return Truth::kFalse;
  frame.last_error = error;
  return Truth::kError;
}

Truth test_not(const Code& code, Frame& frame) {
  const Truth truth = code.args[0]->test(*code.args[0], frame);
  if (truth == Truth::kError) return truth;
  return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

Truth test_by_eval(const Code& code, Frame& frame) {
  const Datum value = code.eval(code, frame);
  if (value.is(Tag::kBool)) return value.is_true() ? Truth::kTrue : Truth::kFalse;
  frame.last_error =
      value.is_error() ? value : placed(frame.no_overload("condition", &value, 1), code);
  return Truth::kError;
}

Datum eval_by_test(const Code& code, Frame& frame) {
  const Truth truth = code.test(code, frame);
  return truth == Truth::kError ? frame.last_error : Datum::boolean(truth == Truth::kTrue);
}

}  // namespace kith::expr::eval
