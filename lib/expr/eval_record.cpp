// Questions about the record and its change: is_new(), changed(), was(), in_segment() ...
#include <limits>

#include "expr/code.hpp"
#include "expr/time_math.hpp"
#include "record/view.hpp"

namespace kith::expr::eval {
namespace {

using schema::FieldType;

bool has_old(const Frame& frame) {
  const Activation::RootRecord& old = frame.root(Root::kOld);
  return old.view != nullptr || !old.id.is_null();
}

bool same_number(double a, double b) { return a == b || (a != a && b != b); }

// Whether two images hold the same in a slot, bit for bit where that is what the value is.
bool same_slot(const record::Slot& slot, const record::View& a, const record::View& b) {
  if (a.has(slot) != b.has(slot)) return false;
  if (!a.has(slot)) return true;
  switch (slot.type) {
    case FieldType::kBool: return a.boolean(slot) == b.boolean(slot);
    case FieldType::kChoice: return a.choice(slot) == b.choice(slot);
    case FieldType::kFloat: return same_number(a.floating(slot), b.floating(slot));
    case FieldType::kReference: return a.reference(slot) == b.reference(slot);
    case FieldType::kMoney:
      return a.integer(slot) == b.integer(slot) && a.currency(slot) == b.currency(slot);
    case FieldType::kInt:
    case FieldType::kDecimal:
    case FieldType::kDate:
    case FieldType::kTimestamp:
    case FieldType::kDuration: return a.integer(slot) == b.integer(slot);
    case FieldType::kMultiChoice: return a.choices(slot).raw() == b.choices(slot).raw();
    case FieldType::kReferenceList: return a.references(slot).raw() == b.references(slot).raw();
    case FieldType::kText:
      return a.stored_text(slot) == b.stored_text(slot) || a.text(slot) == b.text(slot);
    case FieldType::kBytes:
    case FieldType::kJson:
      return a.stored_bytes(slot) == b.stored_bytes(slot) || a.bytes(slot) == b.bytes(slot);
  }
  return false;
}

Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

// Whether a field's value is another than it was; `now` and `then` have been evaluated.
bool differs(Frame& frame, const Datum& now, const Datum& then) {
  if (now.is(Tag::kDouble) && then.is(Tag::kDouble)) {
    return !same_number(now.double_value, then.double_value);
  }
  return !equal(frame, now, then);
}

Truth fail(Frame& frame, const Datum& error) {
  frame.last_error = error;
  return Truth::kError;
}

// The condition of the segment that `key` names; nullptr with *error set when there is none.
const Program* segment_of(const Code& code, Frame& frame, const Datum& key, Datum* error) {
  Host* host = frame.activation().host();
  if (host == nullptr) {
    *error = placed(frame.bug("segments are not known here"), code);
    return nullptr;
  }
  const bool by_id = key.is(Tag::kRecord);
  if (!by_id && !key.is(Tag::kString)) {
    *error = placed(frame.no_overload("in_segment()", &key, 1), code);
    return nullptr;
  }
  const Result<const Program*> found = host->segment(
      by_id ? std::string_view() : key.text(), by_id ? key.record_id() : RecordId(), code.entity);
  if (found.ok()) return *found;
  const bool none = found.status().code() == kith::Code::kInvalidArgument;
  *error = placed(
      none ? frame.data_error(found.status().message()) : frame.host_failed(found.status()), code);
  return nullptr;
}

// What a segment's condition that could not be computed means to who asks.
Truth in_failed_segment(const Code& code, Frame& frame, const Datum& key, const Datum& error) {
  if (frame.stopped()) return fail(frame, placed(frame.exhausted(), code));
  if (error.error_class() == ErrorClass::kMissing) return Truth::kFalse;
  const std::string name = key.is(Tag::kString) ? " '" + std::string(key.text()) + "'" : "";
  return fail(frame, placed(frame.data_error("the condition of the segment" + name +
                                             " has no value: " + std::string(error.text())),
                            code));
}

}  // namespace

Truth is_new(const Code&, Frame& frame) { return truth_of(!has_old(frame)); }

Datum was(const Code& code, Frame& frame) { return has_old(frame) ? field(code, frame) : Datum(); }

Truth changed(const Code& code, Frame& frame) {
  if (!has_old(frame)) return Truth::kFalse;
  const Code& now = *code.args[0];
  const Code& then = *code.args[1];
  const bool stored =
      then.eval == &was && then.part == FieldPart::kValue && then.formula == nullptr;
  const record::View* new_view = frame.root(Root::kRecord).view;
  const record::View* old_view = frame.root(Root::kOld).view;
  if (stored && new_view != nullptr && old_view != nullptr) {
    const bool same = same_slot(then.slot, *new_view, *old_view);
    if (!new_view->damaged() && !old_view->damaged()) return truth_of(!same);
  }
  // Computed from the record, or not at hand: as values.
  const Datum value = now.eval(now, frame);
  if (value.is_error()) return fail(frame, value);
  const Datum before = then.eval(then, frame);
  if (before.is_error()) return fail(frame, before);
  return truth_of(differs(frame, value, before));
}

Truth changed_to(const Code& code, Frame& frame) {
  const Code& now = *code.args[0];
  const Code& then = *code.args[1];
  const Code& wanted = *code.args[2];
  const Datum value = wanted.eval(wanted, frame);
  if (value.is_error()) return fail(frame, value);
  const Datum current = now.eval(now, frame);
  if (current.is_error()) return fail(frame, current);
  if (!equal(frame, current, value)) return Truth::kFalse;
  const Datum before = then.eval(then, frame);
  if (before.is_error()) return fail(frame, before);
  return truth_of(!equal(frame, before, value));
}

Truth in_segment(const Code& code, Frame& frame) {
  const Datum key = code.args[0]->eval(*code.args[0], frame);
  if (key.is_error()) return fail(frame, key);
  if (key.is(Tag::kNull)) {
    return fail(frame, placed(frame.missing("in_segment() is asked of a null segment"), code));
  }
  const Activation::RootRecord& root = frame.root(Root::kRecord);
  if (root.view == nullptr && root.id.is_null()) {
    return fail(frame,
                placed(frame.missing("there is no record that could be in a segment"), code));
  }
  if (!frame.charge(20)) return fail(frame, placed(frame.exhausted(), code));
  Datum error;
  const Program* condition = segment_of(code, frame, key, &error);
  if (condition == nullptr) return fail(frame, error);
  if (!frame.enter_segment()) {
    return fail(frame, placed(frame.over_limit("segments ask for segments more than " +
                                               std::to_string(Frame::kMaxSegments) +
                                               " deep: is there a circle?"),
                              code));
  }
  // The condition is about the same record, so it is a part of this evaluation and of its cost.
  Datum* const locals = frame.locals();
  const Datum out = run(condition->compiled(), *condition->compiled().root, frame);
  frame.set_locals(locals);
  frame.leave_segment();
  if (out.is(Tag::kBool)) return truth_of(out.is_true());
  if (out.is(Tag::kNull)) return Truth::kFalse;
  return in_failed_segment(code, frame, key, out);
}

Datum stage_age(const Code& code, Frame& frame) {
  const auto& now = frame.activation().now();
  if (!now) return placed(frame.missing("now has no value here"), code);
  const Datum entered = field(code, frame);
  if (!entered.is(Tag::kTimestamp)) return entered;
  const Datum age = subtract_times(frame, *now, entered.timestamp());
  return age.is_error() ? placed(age, code) : age;
}

}  // namespace kith::expr::eval
