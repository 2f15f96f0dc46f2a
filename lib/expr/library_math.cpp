// math.*: extremes, rounding, signs, bits.
#include <cmath>

#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

template <Order Wanted>
Datum extreme(const Call& call, const Datum* values, std::size_t count) {
  if (count == 0) return call.frame.data_error("an empty list has no greatest or least");
  const Datum* best = &values[0];
  for (std::size_t i = 0; i < count; ++i) {
    Order order = Order::kUnordered;
    if (!values[i].is_number() || !compare(values[i], *best, &order)) {
      return call.frame.no_overload("math.greatest() or math.least()", &values[i], 1);
    }
    if (order == Wanted) best = &values[i];
  }
  return *best;
}

template <Order Wanted>
Datum extreme_of_args(const Call& call, const Datum* args) {
  if (call.count == 1 && args[0].is(Tag::kList)) {
    const ListData& list = *args[0].list_value;
    if (!call.frame.charge(list.size / 2)) return call.frame.exhausted();
    return extreme<Wanted>(call, list.items, list.size);
  }
  return extreme<Wanted>(call, args, call.count);
}

template <double (*F)(double)>
Datum map_double(const Call&, const Datum* args) {
  return Datum::floating(F(args[0].double_value));
}
double round_half_away(double x) { return std::round(x); }
double ceiling(double x) { return std::ceil(x); }
double floor_of(double x) { return std::floor(x); }
double truncate(double x) { return std::trunc(x); }
double square_root(double x) { return std::sqrt(x); }
double sign_of(double x) { return std::isnan(x) ? x : x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; }

template <bool (*F)(double)>
Datum test_double(const Call&, const Datum* args) {
  return Datum::boolean(F(args[0].double_value));
}
bool is_nan(double x) { return std::isnan(x); }
bool is_inf(double x) { return std::isinf(x); }
bool is_finite(double x) { return std::isfinite(x); }

Datum absolute(const Call& call, const Datum* args) {
  switch (args[0].tag) {
    case Tag::kDouble: return Datum::floating(std::abs(args[0].double_value));
    case Tag::kUint: return args[0];
    case Tag::kDecimal: {
      const Decimal value = args[0].decimal();
      if (!value.is_negative()) return args[0];
      const Result<Decimal> positive = value.negate();
      if (!positive.ok()) return call.frame.data_error(positive.status().message());
      return Datum::decimal(*positive);
    }
    default: break;
  }
  if (args[0].int_value == INT64_MIN) return call.frame.data_error("int overflow in math.abs()");
  return Datum::integer(std::abs(args[0].int_value));
}

Datum sign(const Call&, const Datum* args) {
  switch (args[0].tag) {
    case Tag::kDouble: return Datum::floating(sign_of(args[0].double_value));
    case Tag::kUint: return Datum::unsigned_integer(args[0].uint_value == 0 ? 0 : 1);
    case Tag::kDecimal: {
      const Decimal value = args[0].decimal();
      return Datum::decimal(Decimal(value.is_zero() ? 0 : value.is_negative() ? -1 : 1));
    }
    default:
      return Datum::integer((args[0].int_value > 0 ? 1 : 0) - (args[0].int_value < 0 ? 1 : 0));
  }
}

Datum square_root_of_int(const Call&, const Datum* args) {
  const double x = args[0].is(Tag::kInt) ? static_cast<double>(args[0].int_value)
                                         : static_cast<double>(args[0].uint_value);
  return Datum::floating(std::sqrt(x));
}

// The bits of both integer types are in the same place, so one function serves both.
Datum with_bits(const Datum& like, std::uint64_t bits) {
  Datum out = like;
  out.uint_value = bits;
  return out;
}
Datum bit_and(const Call&, const Datum* a) {
  return with_bits(a[0], a[0].uint_value & a[1].uint_value);
}
Datum bit_or(const Call&, const Datum* a) {
  return with_bits(a[0], a[0].uint_value | a[1].uint_value);
}
Datum bit_xor(const Call&, const Datum* a) {
  return with_bits(a[0], a[0].uint_value ^ a[1].uint_value);
}
Datum bit_not(const Call&, const Datum* a) { return with_bits(a[0], ~a[0].uint_value); }

Datum shift_left(const Call& call, const Datum* a) {
  if (a[1].int_value < 0) return call.frame.data_error("math.bitShiftLeft: negative offset");
  return with_bits(a[0], a[1].int_value > 63 ? 0 : a[0].uint_value << a[1].int_value);
}
// Zeros come in from the left, also for ints.
Datum shift_right(const Call& call, const Datum* a) {
  if (a[1].int_value < 0) return call.frame.data_error("math.bitShiftRight: negative offset");
  return with_bits(a[0], a[1].int_value > 63 ? 0 : a[0].uint_value >> a[1].int_value);
}

void add_extremes(FunctionRegistry* registry, const char* name, const std::string& id,
                  Function implementation) {
  const Type numbers[] = {integer(), unsigned_integer(), floating(), decimal()};
  for (const Type& type : numbers) {
    Overload overload;
    overload.id = id + "_" + type.to_string();
    overload.parameters = {type};
    overload.result = type;
    overload.implementation = implementation;
    overload.variadic = true;
    registry->add(name, std::move(overload));
    define(registry, name, id + "_list_" + type.to_string(), {Type::list(type)}, type,
           implementation);
  }
  // Mixed numbers: the result is known when it is computed.
  define(registry, name, id + "_mixed_list", {Type::list(dyn())}, dyn(), implementation);
  Overload mixed;
  mixed.id = id + "_mixed";
  mixed.parameters = {dyn()};
  mixed.result = dyn();
  mixed.implementation = implementation;
  mixed.variadic = true;
  registry->add(name, std::move(mixed));
}

}  // namespace

void add_math(FunctionRegistry* registry) {
  add_extremes(registry, "math.greatest", "greatest", &extreme_of_args<Order::kGreater>);
  add_extremes(registry, "math.least", "least", &extreme_of_args<Order::kLess>);
  define(registry, "math.ceil", "ceil", {floating()}, floating(), &map_double<ceiling>);
  define(registry, "math.floor", "floor", {floating()}, floating(), &map_double<floor_of>);
  define(registry, "math.round", "round", {floating()}, floating(), &map_double<round_half_away>);
  define(registry, "math.trunc", "trunc", {floating()}, floating(), &map_double<truncate>);
  define(registry, "math.sqrt", "sqrt_double", {floating()}, floating(), &map_double<square_root>);
  for (const Type& type : {integer(), unsigned_integer()}) {
    define(registry, "math.sqrt", "sqrt_" + type.to_string(), {type}, floating(),
           &square_root_of_int);
  }
  for (const Type& type : {integer(), unsigned_integer(), floating(), decimal()}) {
    define(registry, "math.abs", "abs_" + type.to_string(), {type}, type, &absolute);
    define(registry, "math.sign", "sign_" + type.to_string(), {type}, type, &sign);
  }
  define(registry, "math.isNaN", "is_nan", {floating()}, boolean(), &test_double<is_nan>);
  define(registry, "math.isInf", "is_inf", {floating()}, boolean(), &test_double<is_inf>);
  define(registry, "math.isFinite", "is_finite", {floating()}, boolean(), &test_double<is_finite>);
  for (const Type& type : {integer(), unsigned_integer()}) {
    const std::string suffix = "_" + type.to_string();
    define(registry, "math.bitAnd", "bit_and" + suffix, {type, type}, type, &bit_and);
    define(registry, "math.bitOr", "bit_or" + suffix, {type, type}, type, &bit_or);
    define(registry, "math.bitXor", "bit_xor" + suffix, {type, type}, type, &bit_xor);
    define(registry, "math.bitNot", "bit_not" + suffix, {type}, type, &bit_not);
    define(registry, "math.bitShiftLeft", "shift_left" + suffix, {type, integer()}, type,
           &shift_left);
    define(registry, "math.bitShiftRight", "shift_right" + suffix, {type, integer()}, type,
           &shift_right);
  }
}

}  // namespace kith::expr::library
