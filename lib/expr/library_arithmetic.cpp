// + - * / % over numbers, text, lists and time. Overflow is an error, never a wrap.
#include <limits>

#include "expr/library.hpp"
#include "expr/time_math.hpp"

namespace kith::expr::library {
namespace {

constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();
constexpr int kQuotientScale = 6;  // of decimal / decimal, rounded half to even

Datum overflow(const Call& call, const char* what) {
  return call.frame.data_error(std::string(what) + " overflow");
}

Datum division_by_zero(const Call& call) { return call.frame.data_error("division by zero"); }

Datum from_decimal(const Call& call, const Result<Decimal>& result) {
  if (!result.ok()) return call.frame.data_error(result.status().message());
  return Datum::decimal(*result);
}

Datum add_int(const Call& call, const Datum* a) {
  std::int64_t out = 0;
  if (__builtin_add_overflow(a[0].int_value, a[1].int_value, &out)) return overflow(call, "int");
  return Datum::integer(out);
}
Datum subtract_int(const Call& call, const Datum* a) {
  std::int64_t out = 0;
  if (__builtin_sub_overflow(a[0].int_value, a[1].int_value, &out)) return overflow(call, "int");
  return Datum::integer(out);
}
Datum multiply_int(const Call& call, const Datum* a) {
  std::int64_t out = 0;
  if (__builtin_mul_overflow(a[0].int_value, a[1].int_value, &out)) return overflow(call, "int");
  return Datum::integer(out);
}
Datum divide_int(const Call& call, const Datum* a) {
  if (a[1].int_value == 0) return division_by_zero(call);
  if (a[0].int_value == kSmallest && a[1].int_value == -1) return overflow(call, "int");
  return Datum::integer(a[0].int_value / a[1].int_value);
}
Datum modulo_int(const Call& call, const Datum* a) {
  if (a[1].int_value == 0) return call.frame.data_error("modulus by zero");
  if (a[0].int_value == kSmallest && a[1].int_value == -1) return overflow(call, "int");
  return Datum::integer(a[0].int_value % a[1].int_value);
}

Datum add_uint(const Call& call, const Datum* a) {
  std::uint64_t out = 0;
  if (__builtin_add_overflow(a[0].uint_value, a[1].uint_value, &out)) {
    return overflow(call, "uint");
  }
  return Datum::unsigned_integer(out);
}
Datum subtract_uint(const Call& call, const Datum* a) {
  if (a[1].uint_value > a[0].uint_value) return overflow(call, "uint");
  return Datum::unsigned_integer(a[0].uint_value - a[1].uint_value);
}
Datum multiply_uint(const Call& call, const Datum* a) {
  std::uint64_t out = 0;
  if (__builtin_mul_overflow(a[0].uint_value, a[1].uint_value, &out)) {
    return overflow(call, "uint");
  }
  return Datum::unsigned_integer(out);
}
Datum divide_uint(const Call& call, const Datum* a) {
  if (a[1].uint_value == 0) return division_by_zero(call);
  return Datum::unsigned_integer(a[0].uint_value / a[1].uint_value);
}
Datum modulo_uint(const Call& call, const Datum* a) {
  if (a[1].uint_value == 0) return call.frame.data_error("modulus by zero");
  return Datum::unsigned_integer(a[0].uint_value % a[1].uint_value);
}

Datum add_double(const Call&, const Datum* a) {
  return Datum::floating(a[0].double_value + a[1].double_value);
}
Datum subtract_double(const Call&, const Datum* a) {
  return Datum::floating(a[0].double_value - a[1].double_value);
}
Datum multiply_double(const Call&, const Datum* a) {
  return Datum::floating(a[0].double_value * a[1].double_value);
}
// Division by zero gives infinity or NaN, as IEEE 754 and the language have it; UBSan's objection
// to it is not shared.
__attribute__((no_sanitize("float-divide-by-zero"))) Datum divide_double(const Call&,
                                                                         const Datum* a) {
  return Datum::floating(a[0].double_value / a[1].double_value);
}

Datum add_decimal(const Call& call, const Datum* a) {
  return from_decimal(call, a[0].decimal().add(a[1].decimal()));
}
Datum subtract_decimal(const Call& call, const Datum* a) {
  return from_decimal(call, a[0].decimal().subtract(a[1].decimal()));
}
Datum multiply_decimal(const Call& call, const Datum* a) {
  return from_decimal(call, a[0].decimal().multiply(a[1].decimal()));
}
Datum divide_decimal(const Call& call, const Datum* a) {
  const Decimal divisor = a[1].decimal();
  if (divisor.is_zero()) return division_by_zero(call);
  const Result<Decimal> out = a[0].decimal().divide(divisor, kQuotientScale, Rounding::kHalfEven);
  if (!out.ok()) return call.frame.data_error(out.status().message());
  return Datum::decimal(out->normalized());
}

Datum concatenate(const Call& call, const Datum* a) {
  const std::string_view left = a[0].text();
  const std::string_view right = a[1].text();
  Frame& frame = call.frame;
  if (!frame.charge_text(left.size() + right.size())) return frame.exhausted();
  char* out = frame.arena().make<char>(left.size() + right.size() + 1);
  if (out == nullptr) return frame.out_of_memory();
  if (!left.empty()) std::memcpy(out, left.data(), left.size());
  if (!right.empty()) std::memcpy(out + left.size(), right.data(), right.size());
  Datum result = Datum::string({out, left.size() + right.size()});
  result.tag = a[0].tag;
  return result;
}

Datum concatenate_lists(const Call& call, const Datum* a) {
  const ListData& left = *a[0].list_value;
  const ListData& right = *a[1].list_value;
  Frame& frame = call.frame;
  if (!frame.charge(1 + (left.size + right.size) / 4)) return frame.exhausted();
  Datum* items = frame.arena().make<Datum>(left.size + right.size);
  if (items == nullptr) return frame.out_of_memory();
  std::copy(left.items, left.items + left.size, items);
  std::copy(right.items, right.items + right.size, items + left.size);
  return frame.list(items, left.size + right.size);
}

Datum time_plus_duration(const Call& call, const Datum* a) {
  return add_duration(call.frame, a[0].timestamp(), a[1].int_value);
}
Datum duration_plus_time(const Call& call, const Datum* a) {
  return add_duration(call.frame, a[1].timestamp(), a[0].int_value);
}
Datum time_minus_duration(const Call& call, const Datum* a) {
  if (a[1].int_value == kSmallest) return call.frame.data_error("duration out of range");
  return add_duration(call.frame, a[0].timestamp(), -a[1].int_value);
}
Datum time_minus_time(const Call& call, const Datum* a) {
  return subtract_times(call.frame, a[0].timestamp(), a[1].timestamp());
}
Datum add_durations(const Call& call, const Datum* a) {
  std::int64_t out = 0;
  const bool wraps = __builtin_add_overflow(a[0].int_value, a[1].int_value, &out);
  return wraps ? call.frame.data_error("duration out of range") : Datum::duration(out);
}
Datum subtract_durations(const Call& call, const Datum* a) {
  std::int64_t out = 0;
  const bool wraps = __builtin_sub_overflow(a[0].int_value, a[1].int_value, &out);
  return wraps ? call.frame.data_error("duration out of range") : Datum::duration(out);
}

void add_numeric(FunctionRegistry* registry, std::string_view op, const char* word,
                 const std::vector<std::pair<Type, Function>>& implementations) {
  for (const auto& [type, implementation] : implementations) {
    define(registry, op, std::string(word) + "_" + type.to_string(), {type, type}, type,
           implementation);
  }
}

}  // namespace

void add_arithmetic(FunctionRegistry* registry) {
  const Type list = Type::list(param("A"));
  add_numeric(registry, "_+_", "add",
              {{integer(), &add_int},
               {unsigned_integer(), &add_uint},
               {floating(), &add_double},
               {decimal(), &add_decimal},
               {string(), &concatenate},
               {bytes(), &concatenate},
               {duration(), &add_durations},
               {list, &concatenate_lists}});
  add_numeric(registry, "_-_", "subtract",
              {{integer(), &subtract_int},
               {unsigned_integer(), &subtract_uint},
               {floating(), &subtract_double},
               {decimal(), &subtract_decimal},
               {duration(), &subtract_durations}});
  add_numeric(registry, "_*_", "multiply",
              {{integer(), &multiply_int},
               {unsigned_integer(), &multiply_uint},
               {floating(), &multiply_double},
               {decimal(), &multiply_decimal}});
  add_numeric(registry, "_/_", "divide",
              {{integer(), &divide_int},
               {unsigned_integer(), &divide_uint},
               {floating(), &divide_double},
               {decimal(), &divide_decimal}});
  add_numeric(registry, "_%_", "modulo",
              {{integer(), &modulo_int}, {unsigned_integer(), &modulo_uint}});
  define(registry, "_+_", "add_timestamp_duration", {timestamp(), duration()}, timestamp(),
         &time_plus_duration);
  define(registry, "_+_", "add_duration_timestamp", {duration(), timestamp()}, timestamp(),
         &duration_plus_time);
  define(registry, "_-_", "subtract_timestamp_timestamp", {timestamp(), timestamp()}, duration(),
         &time_minus_time);
  define(registry, "_-_", "subtract_timestamp_duration", {timestamp(), duration()}, timestamp(),
         &time_minus_duration);
}

}  // namespace kith::expr::library
