// Exact numbers: crm.v1's decimal type, and division that says how it rounds.
#include <charconv>
#include <string>
#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
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

// Half down is half up but where the digits after the last one are exactly a half: there twice the
// number is exact, and odd.
struct RoundingMode {
  Rounding rounding = Rounding::kHalfEven;
  bool half_down = false;
};

bool rounding_mode(const Call& call, const Datum* args, std::size_t at, RoundingMode* mode,
                   Datum* error) {
  if (call.count <= at) return true;
  const std::string_view name = args[at].text();
  constexpr std::pair<std::string_view, Rounding> kModes[] = {
      {"half_even", Rounding::kHalfEven}, {"half_up", Rounding::kHalfUp},
      {"half_down", Rounding::kHalfUp},   {"up", Rounding::kUp},
      {"down", Rounding::kDown},          {"ceiling", Rounding::kCeiling},
      {"floor", Rounding::kFloor}};
  for (const auto& [known, rounding] : kModes) {
    if (known != name) continue;
    *mode = {rounding, name == "half_down"};
    return true;
  }
  std::string known;
  for (const std::string_view word : rounding_names()) {
    known.append(known.empty() ? "" : ", ").append(word);
  }
  *error =
      call.frame.data_error("there is no rounding " + base::quoted(name) + "; known are " + known);
  return false;
}

Result<Decimal> quotient(const Decimal& a, const Decimal& b, int places, RoundingMode mode) {
  if (mode.half_down) {
    KITH_ASSIGN(const Decimal twice, a.multiply(Decimal(2)));
    KITH_ASSIGN(const Decimal low, twice.divide(b, places, Rounding::kDown));
    KITH_ASSIGN(const Decimal high, twice.divide(b, places, Rounding::kUp));
    if (low == high && low.coefficient() % 2 != 0) mode.rounding = Rounding::kDown;
  }
  return a.divide(b, places, mode.rounding);
}

Datum divide(const Call& call, const Datum* args) {
  if (!good_scale(args[2].int_value)) return bad_scale(call);
  if (args[1].decimal().is_zero()) return call.frame.data_error("division by zero");
  RoundingMode mode;
  Datum error;
  if (!rounding_mode(call, args, 3, &mode, &error)) return error;
  return result_of(call, quotient(args[0].decimal(), args[1].decimal(),
                                  static_cast<int>(args[2].int_value), mode));
}

Result<Decimal> rounded(const Decimal& value, int places, RoundingMode mode) {
  if (places >= value.scale()) return value.rescale(places);
  return mode.half_down ? quotient(value, Decimal(1), places, mode)
                        : value.rescale(places, mode.rounding);
}

Datum round_to(const Call& call, const Datum* args) {
  if (!good_scale(args[1].int_value)) return bad_scale(call);
  RoundingMode mode;
  Datum error;
  if (!rounding_mode(call, args, 2, &mode, &error)) return error;
  return result_of(call, rounded(args[0].decimal(), static_cast<int>(args[1].int_value), mode));
}

// By the shortest digits that mean this double: 2.675 is a half, though its bits are a little less.
Datum round_double(const Call& call, const Datum* args) {
  if (!good_scale(args[1].int_value)) return bad_scale(call);
  RoundingMode mode;
  Datum error;
  if (!rounding_mode(call, args, 2, &mode, &error)) return error;
  // Of so large a double, and of NaN and the infinities, there are no places to round.
  constexpr double kWhole = 9007199254740992.0;
  const double value = args[0].double_value;
  if (!(value > -kWhole && value < kWhole)) return args[0];
  Result<Decimal> exact = Decimal::from_double(value);
  if (!exact.ok()) {  // digits behind the last place of a decimal
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                                   Decimal::kMaxScale);
    exact = Decimal::parse({text, static_cast<std::size_t>(end.ptr - text)});
  }
  if (!exact.ok()) return call.frame.data_error(exact.status().message());
  const Result<Decimal> result = rounded(*exact, static_cast<int>(args[1].int_value), mode);
  if (!result.ok()) return call.frame.data_error(result.status().message());
  return Datum::floating(result->to_double());
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

// Half to even, and as the word at the end says.
void define_rounding(FunctionRegistry* registry, const char* name, const std::string& id,
                     std::vector<Type> parameters, const Type& result, Function implementation) {
  define(registry, name, id, parameters, result, implementation);
  parameters.push_back(string());
  Overload overload = make_overload(id + "_mode", std::move(parameters), result, implementation);
  overload.words = Words::kRoundings;
  overload.words_at = static_cast<std::uint8_t>(overload.parameters.size() - 1);
  registry->add(name, std::move(overload));
}

}  // namespace

std::span<const std::string_view> rounding_names() {
  static constexpr std::string_view kNames[] = {"half_even", "half_up", "half_down", "up",
                                                "down",      "ceiling", "floor"};
  return kNames;
}

void add_decimals(FunctionRegistry* registry) {
  for (const Type& from : {decimal(), integer(), unsigned_integer(), floating(), string()}) {
    define(registry, "decimal", from.to_string() + "_to_decimal", {from}, decimal(), &decimal_of);
  }
  define_rounding(registry, "div", "div", {decimal(), decimal(), integer()}, decimal(), &divide);
  define_rounding(registry, "round", "round_decimal", {decimal(), integer()}, decimal(), &round_to);
  define_rounding(registry, "round", "round_double", {floating(), integer()}, floating(),
                  &round_double);
  const std::vector<Type> numbers = {integer(), unsigned_integer(), floating(), decimal()};
  for (const Type& part : numbers) {
    for (const Type& whole : numbers) {
      define(registry, "ratio", "ratio_" + part.to_string() + "_" + whole.to_string(),
             {part, whole}, floating(), &ratio);
    }
  }
}

}  // namespace kith::expr::library
