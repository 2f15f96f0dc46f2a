// The hot path of filters: a field of the record beside a constant, compared as the slot stores it.
#include <cmath>
#include <limits>

#include "expr/code.hpp"
#include "record/view.hpp"

namespace kith::expr::eval {
namespace {

using schema::FieldType;

enum class Op { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };

template <Op op, typename T>
bool holds(const T& a, const T& b) {
  if constexpr (op == Op::kEqual) return a == b;
  if constexpr (op == Op::kNotEqual) return !(a == b);
  if constexpr (op == Op::kLess) return a < b;
  if constexpr (op == Op::kLessEqual) return a <= b;
  if constexpr (op == Op::kGreater) return a > b;
  return a >= b;
}

Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

// No view: the ordinary closure loads it or says what is missing.
Truth slow(const Code& code, Frame& frame) {
  const Datum value = code.eval(code, frame);
  if (value.is(Tag::kBool)) return truth_of(value.is_true());
  frame.last_error = value;
  return Truth::kError;
}

template <Op op>
Truth null_operand(const Code& code, Frame& frame) {
  if constexpr (op == Op::kEqual) return Truth::kFalse;
  if constexpr (op == Op::kNotEqual) return Truth::kTrue;
  frame.last_error = placed(Datum::error(ErrorClass::kMissing, "the field is null"), code);
  return Truth::kError;
}

template <Op op>
Truth integers(const Code& code, Frame& frame) {
  const record::View* view = frame.root(code.root).view;
  if (view == nullptr) return slow(code, frame);
  if (!view->has(code.slot)) return null_operand<op>(code, frame);
  return truth_of(holds<op>(view->integer(code.slot), code.number));
}

template <Op op>
Truth choices(const Code& code, Frame& frame) {
  const record::View* view = frame.root(code.root).view;
  if (view == nullptr) return slow(code, frame);
  if (!view->has(code.slot)) return null_operand<op>(code, frame);
  return truth_of(holds<op>(std::int64_t{view->choice(code.slot)}, code.number));
}

template <Op op>
Truth doubles(const Code& code, Frame& frame) {
  const record::View* view = frame.root(code.root).view;
  if (view == nullptr) return slow(code, frame);
  if (!view->has(code.slot)) return null_operand<op>(code, frame);
  return truth_of(holds<op>(view->floating(code.slot), code.value.double_value));
}

template <Op op>
Truth texts(const Code& code, Frame& frame) {
  const record::View* view = frame.root(code.root).view;
  if (view == nullptr) return slow(code, frame);
  if (!view->has(code.slot)) return null_operand<op>(code, frame);
  const std::string_view text = view->text(code.slot);
  if (text.data() == nullptr) return slow(code, frame);  // damaged: the slow path reports it
  return truth_of(holds<op>(text, code.value.text()));
}

template <Op op>
Truth nulls(const Code& code, Frame& frame) {
  const record::View* view = frame.root(code.root).view;
  if (view == nullptr) return slow(code, frame);
  return truth_of(view->has(code.slot) == (op == Op::kNotEqual));
}

enum class Family { kIntegers, kChoices, kDoubles, kTexts, kNulls };

template <Op op>
Code::Test closure(Family family) {
  switch (family) {
    case Family::kIntegers: return &integers<op>;
    case Family::kChoices: return &choices<op>;
    case Family::kDoubles: return &doubles<op>;
    case Family::kTexts: return &texts<op>;
    case Family::kNulls: return &nulls<op>;
  }
  return nullptr;
}

Code::Test closure(std::string_view op, Family family) {
  if (op == "_==_") return closure<Op::kEqual>(family);
  if (op == "_!=_") return closure<Op::kNotEqual>(family);
  if (family == Family::kChoices || family == Family::kNulls) return nullptr;
  if (op == "_<_") return closure<Op::kLess>(family);
  if (op == "_<=_") return closure<Op::kLessEqual>(family);
  if (op == "_>_") return closure<Op::kGreater>(family);
  if (op == "_>=_") return closure<Op::kGreaterEqual>(family);
  return nullptr;
}

// The constant as an integer slot of this field stores it; false when it cannot be written so.
bool stored_integer(const record::Slot& slot, const Datum& constant, std::int64_t* number) {
  switch (slot.type) {
    case FieldType::kInt: *number = constant.int_value; return constant.is(Tag::kInt);
    case FieldType::kDate: *number = constant.int_value; return constant.is(Tag::kDate);
    case FieldType::kTimestamp:
      *number = constant.is(Tag::kTimestamp) ? constant.timestamp().to_microseconds() : 0;
      return constant.is(Tag::kTimestamp) && constant.extra % 1000 == 0;
    case FieldType::kDuration:
      *number = constant.int_value / 1000;
      return constant.is(Tag::kDuration) && constant.int_value % 1000 == 0;
    case FieldType::kReference: *number = constant.int_value; return constant.is(Tag::kRecord);
    case FieldType::kDecimal:
    case FieldType::kMoney: {
      if (!constant.is(Tag::kDecimal) && !constant.is(Tag::kInt)) return false;
      const Decimal value =
          constant.is(Tag::kInt) ? Decimal(constant.int_value) : constant.decimal();
      const Result<Decimal> scaled = value.rescale_exact(slot.scale);
      if (!scaled.ok() || scaled->coefficient() > std::numeric_limits<std::int64_t>::max() ||
          scaled->coefficient() < std::numeric_limits<std::int64_t>::min()) {
        return false;
      }
      *number = static_cast<std::int64_t>(scaled->coefficient());
      return true;
    }
    default: return false;
  }
}

bool stored_choice(const Code& field, const Datum& constant, std::int64_t* number) {
  if (field.slot.type != FieldType::kChoice || !constant.is(Tag::kString)) return false;
  const schema::Option* option = field.field->find_option(constant.text());
  if (option == nullptr) return false;
  *number = option->id;
  return true;
}

}  // namespace

Code::Test compare_slot(std::string_view op, const Code& field, const Datum& constant, Code* out) {
  if (field.part != FieldPart::kValue || field.field == nullptr) return nullptr;
  Family family = Family::kIntegers;
  if (constant.is(Tag::kNull)) {
    family = Family::kNulls;
  } else if (stored_choice(field, constant, &out->number)) {
    family = Family::kChoices;
  } else if (field.slot.type == FieldType::kText && constant.is(Tag::kString)) {
    family = Family::kTexts;
  } else if (field.slot.type == FieldType::kFloat && constant.is(Tag::kDouble)) {
    family = Family::kDoubles;
  } else if (!stored_integer(field.slot, constant, &out->number)) {
    return nullptr;
  }
  // References have no order.
  const bool equality = op == "_==_" || op == "_!=_";
  if (field.slot.type == FieldType::kReference && !equality) return nullptr;
  out->slot = field.slot;
  out->root = field.root;
  out->value = constant;
  return closure(op, family);
}

}  // namespace kith::expr::eval
