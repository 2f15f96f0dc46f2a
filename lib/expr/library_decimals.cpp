// Exact numbers: crm.v1's decimal type, and division that says how it rounds.
#include "expr/library.hpp"
#include "expr/number_text.hpp"

namespace kith::expr::library {
namespace {

Datum result_of(const Call& call, const Result<Decimal>& result) {
  if (!result.ok()) return call.frame.data_error(result.status().message());
  return Datum::decimal(*result);
}

Datum decimal_of(const Call& call, const Datum* args) {
  switch (args[0].tag) {
    case Tag::kInt: return Datum::decimal(Decimal(args[0].int_value));
    case Tag::kUint: return Datum::decimal(Decimal(int128{args[0].uint_value}, 0));
    case Tag::kDouble: return result_of(call, Decimal::from_double(args[0].double_value));
    case Tag::kString:
      if (!call.frame.charge_long(args[0].text().size())) return call.frame.exhausted();
      return result_of(call, Decimal::parse(args[0].text()));
    default: return args[0];
  }
}

bool good_scale(std::int64_t scale) { return scale >= 0 && scale <= Decimal::kMaxScale; }

Datum bad_scale(const Call& call) {
  return call.frame.data_error("the number of decimal places is 0 to 18");
}

Datum divide(const Call& call, const Datum* args) {
  if (!good_scale(args[2].int_value)) return bad_scale(call);
  if (args[1].decimal().is_zero()) return call.frame.data_error("division by zero");
  return result_of(call,
                   args[0].decimal().divide(args[1].decimal(), static_cast<int>(args[2].int_value),
                                            Rounding::kHalfEven));
}

Datum round_to(const Call& call, const Datum* args) {
  if (!good_scale(args[1].int_value)) return bad_scale(call);
  return result_of(
      call, args[0].decimal().rescale(static_cast<int>(args[1].int_value), Rounding::kHalfEven));
}

double as_double(const Datum& value) {
  switch (value.tag) {
    case Tag::kInt: return static_cast<double>(value.int_value);
    case Tag::kUint: return static_cast<double>(value.uint_value);
    case Tag::kDecimal: return value.decimal().to_double();
    default: return value.double_value;
  }
}

// Unlike `/` of two ints, which cuts the fraction off.
Datum ratio(const Call& call, const Datum* args) {
  const double whole = as_double(args[1]);
  if (whole == 0) return call.frame.data_error("division by zero in ratio()");
  return Datum::floating(as_double(args[0]) / whole);
}

}  // namespace

void add_decimals(FunctionRegistry* registry) {
  for (const Type& from : {decimal(), integer(), unsigned_integer(), floating(), string()}) {
    define(registry, "decimal", from.to_string() + "_to_decimal", {from}, decimal(), &decimal_of);
  }
  define(registry, "div", "div", {decimal(), decimal(), integer()}, decimal(), &divide);
  define(registry, "round", "round_decimal", {decimal(), integer()}, decimal(), &round_to);
  const std::vector<Type> numbers = {integer(), unsigned_integer(), floating(), decimal()};
  for (const Type& part : numbers) {
    for (const Type& whole : numbers) {
      define(registry, "ratio", "ratio_" + part.to_string() + "_" + whole.to_string(),
             {part, whole}, floating(), &ratio);
    }
  }
}

}  // namespace kith::expr::library
