#include "expr/totals.hpp"

namespace kith::expr::eval {
namespace {

constexpr int kMeanScale = 6;  // as of decimal / decimal

double as_double(const Datum& value) {
  switch (value.tag) {
    case Tag::kInt: return static_cast<double>(value.int_value);
    case Tag::kUint: return static_cast<double>(value.uint_value);
    default: return value.double_value;
  }
}

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

Datum Totals::take(const Datum& value, const Code* currency) {
  if (currency != nullptr) {
    if (const Datum mixed = check_currency(*currency); mixed.is_error()) return mixed;
  }
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

// Amounts of two currencies are not added or compared; null, or what is wrong.
Datum Totals::check_currency(const Code& currency) {
  const Datum found = currency.eval(currency, frame_);
  if (!found.is(Tag::kString)) return found.is_error() ? found : Datum();
  if (currency_.is(Tag::kNull)) currency_ = found;
  if (currency_.text() == found.text()) return Datum();
  return frame_.data_error(name_ + " goes over amounts in " + std::string(currency_.text()) +
                           " and in " + std::string(found.text()) + "; filter by the currency");
}

Datum Totals::compare_with(const Datum& value) {
  Order order = Order::kEqual;
  if (taken_++ > 0 && !compare(value, total_, &order)) {
    const Datum both[2] = {value, total_};
    return frame_.no_overload(name_, both, 2);
  }
  const Order better = code_.macro == Macro::kMin ? Order::kLess : Order::kGreater;
  if (taken_ == 1 || order == better) total_ = value;
  return Datum();
}

Datum Totals::add(const Datum& value) {
  // The zero of a sum whose type is not known is that of its first value.
  const bool first = taken_++ == 0;
  const Datum both[2] = {first && total_.is(Tag::kNull) ? zero_of(value.tag) : total_, value};
  const Datum sum = dispatch(code_, frame_, both, 2);
  if (!sum.is_error()) total_ = sum;
  return sum.is_error() ? sum : Datum();
}

Datum Totals::result() {
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
  const auto mean = total_.decimal().divide(Decimal(taken_), kMeanScale, Rounding::kHalfEven);
  if (!mean.ok()) return frame_.data_error(mean.status().message());
  return Datum::decimal(mean->normalized());
}

}  // namespace kith::expr::eval
