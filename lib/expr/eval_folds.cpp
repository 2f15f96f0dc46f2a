// Loops that give one value: count(), sum(), min(), max(), avg(). Elements without a value are left
// out, as SQL leaves nulls out of its aggregates; every other failure is the failure of the whole.
#include "expr/code.hpp"

namespace kith::expr::eval {
namespace {

double as_double(const Datum& value) {
  switch (value.tag) {
    case Tag::kInt: return static_cast<double>(value.int_value);
    case Tag::kUint: return static_cast<double>(value.uint_value);
    default: return value.double_value;
  }
}

class Fold {
 public:
  Fold(const Code& code, Frame& frame) : code_(code), frame_(frame), total_(code.value) {}

  Datum run() {
    const Datum source = code_.args[0]->eval(*code_.args[0], frame_);
    if (source.is_error()) return source;
    const Datum* items = nullptr;
    std::size_t size = 0;
    if (source.is(Tag::kList)) {
      items = source.list_value->items;
      size = source.list_value->size;
    } else if (source.is(Tag::kMap)) {
      items = source.map_value->keys;
      size = source.map_value->size;
    } else {
      return placed(frame_.no_overload(code_.name, &source, 1), code_);
    }
    if (!fetch_records(code_, frame_, items, size)) return stop();
    for (std::size_t i = 0; i < size; ++i) {
      if (!frame_.charge(code_.body_cost)) return stop();
      frame_.locals()[code_.index] = items[i];
      const Datum value = code_.args[1]->eval(*code_.args[1], frame_);
      if (frame_.stopped()) return stop();
      if (is_missing(value)) continue;
      if (value.is_error()) return value;
      const Datum mixed = check_currency();
      if (mixed.is_error()) return placed(mixed, code_);
      const Datum error = take(value);
      if (error.is_error()) return placed(error, code_);
    }
    return result();
  }

 private:
  static bool is_missing(const Datum& value) {
    return value.is(Tag::kNull) ||
           (value.is_error() && value.error_class() == ErrorClass::kMissing);
  }
  Datum stop() { return placed(frame_.exhausted(), code_); }

  // Amounts of two currencies are not added or compared; null, or what is wrong.
  Datum check_currency() {
    if (code_.currency == nullptr) return Datum();
    const Datum found = code_.currency->eval(*code_.currency, frame_);
    if (!found.is(Tag::kString)) return found.is_error() ? found : Datum();
    if (currency_.is(Tag::kNull)) currency_ = found;
    if (currency_.text() == found.text()) return Datum();
    return frame_.data_error(std::string(code_.name) + "() goes over amounts in " +
                             std::string(currency_.text()) + " and in " +
                             std::string(found.text()) + "; filter by the currency");
  }

  // One more value; null, or what is wrong with it.
  Datum take(const Datum& value) {
    switch (code_.macro) {
      case Macro::kCount:
        if (!value.is(Tag::kBool)) return frame_.no_overload("condition", &value, 1);
        taken_ += value.is_true() ? 1 : 0;
        return Datum();
      case Macro::kMin:
      case Macro::kMax: return compare_with(value);
      default: return add(value);
    }
  }

  Datum compare_with(const Datum& value) {
    Order order = Order::kEqual;
    if (taken_++ > 0 && !compare(value, total_, &order)) {
      const Datum both[2] = {value, total_};
      return frame_.no_overload(code_.name, both, 2);
    }
    const Order better = code_.macro == Macro::kMin ? Order::kLess : Order::kGreater;
    if (taken_ == 1 || order == better) total_ = value;
    return Datum();
  }

  Datum add(const Datum& value) {
    // The zero of a sum whose type is not known is that of its first value.
    const bool first = taken_++ == 0;
    const Datum both[2] = {first && total_.is(Tag::kNull) ? zero_of(value.tag) : total_, value};
    const Datum sum = dispatch(code_, frame_, both, 2);
    if (!sum.is_error()) total_ = sum;
    return sum.is_error() ? sum : Datum();
  }

  Datum result() {
    switch (code_.macro) {
      case Macro::kCount: return Datum::integer(taken_);
      case Macro::kSum: return total_.is(Tag::kNull) ? Datum::integer(0) : total_;
      case Macro::kAvg: break;
      default: return taken_ == 0 ? Datum::null() : total_;
    }
    if (taken_ == 0) return Datum::null();
    if (!total_.is(Tag::kDecimal)) {
      return Datum::floating(as_double(total_) / static_cast<double>(taken_));
    }
    const auto mean = total_.decimal().divide(Decimal(taken_), kScale, Rounding::kHalfEven);
    if (!mean.ok()) return placed(frame_.data_error(mean.status().message()), code_);
    return Datum::decimal(mean->normalized());
  }

  static constexpr int kScale = 6;  // as of decimal / decimal

  const Code& code_;
  Frame& frame_;
  Datum total_;
  Datum currency_;  // of the amounts so far
  std::int64_t taken_ = 0;
};

}  // namespace

Datum zero_of(Tag tag) {
  switch (tag) {
    case Tag::kUint: return Datum::unsigned_integer(0);
    case Tag::kDouble: return Datum::floating(0);
    case Tag::kDecimal: return Datum::decimal(Decimal());
    case Tag::kDuration: return Datum::duration(0);
    default: return Datum::integer(0);
  }
}

Datum fold_loop(const Code& code, Frame& frame) { return Fold(code, frame).run(); }

}  // namespace kith::expr::eval
