// == != < <= > >= in ! and unary minus.
#include <algorithm>
#include <limits>

#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

Datum equals(const Call& call, const Datum* args) {
  return Datum::boolean(equal(call.frame, args[0], args[1]));
}

Datum differs(const Call& call, const Datum* args) {
  return Datum::boolean(!equal(call.frame, args[0], args[1]));
}

template <bool (*Accept)(Order)>
Datum ordered(const Call& call, const Datum* args) {
  Order order = Order::kUnordered;
  const bool texts = args[0].is(Tag::kString) || args[0].is(Tag::kBytes);
  if (texts && !call.frame.charge_long(std::min(args[0].second, args[1].second))) {
    return call.frame.exhausted();
  }
  if (!compare(args[0], args[1], &order)) return call.frame.no_overload("order", args, 2);
  return Datum::boolean(Accept(order));
}

bool less(Order order) { return order == Order::kLess; }
bool less_equal(Order order) { return order == Order::kLess || order == Order::kEqual; }
bool greater(Order order) { return order == Order::kGreater; }
bool greater_equal(Order order) { return order == Order::kGreater || order == Order::kEqual; }

Datum in_list(const Call& call, const Datum* args) {
  const ListData& list = *args[1].list_value;
  if (!call.frame.charge(list.size / 4)) return call.frame.exhausted();
  for (std::size_t i = 0; i < list.size; ++i) {
    if (equal(call.frame, args[0], list.items[i])) return Datum::boolean(true);
  }
  return Datum::boolean(false);
}

Datum in_map(const Call& call, const Datum* args) {
  return Datum::boolean(find_key(call.frame, *args[1].map_value, args[0]) != nullptr);
}

Datum negate(const Call& call, const Datum* args) {
  switch (args[0].tag) {
    case Tag::kInt:
      if (args[0].int_value == std::numeric_limits<std::int64_t>::min()) {
        return call.frame.data_error("int overflow in unary minus");
      }
      return Datum::integer(-args[0].int_value);
    case Tag::kDouble: return Datum::floating(-args[0].double_value);
    case Tag::kDuration:
      if (args[0].int_value == std::numeric_limits<std::int64_t>::min()) {
        return call.frame.data_error("duration out of range in unary minus");
      }
      return Datum::duration(-args[0].int_value);
    default: break;
  }
  const Result<Decimal> negative = args[0].decimal().negate();
  if (!negative.ok()) return call.frame.data_error(negative.status().message());
  return Datum::decimal(*negative);
}

Datum logical_not(const Call&, const Datum* args) { return Datum::boolean(args[0].is_false()); }

void add_comparison(FunctionRegistry* registry, std::string_view name, Function implementation) {
  const std::vector<Type> same = {
      boolean(), integer(), unsigned_integer(), floating(), decimal(), string(),
      bytes(),   date(),    timestamp(),        duration()};
  for (const Type& type : same) {
    const std::string id = std::string(name) + type.to_string();
    define(registry, name, id, {type, type}, boolean(), implementation);
  }
  // Numbers of different types compare by value. A double does not meet a decimal: its digits are
  // not what was written.
  const std::vector<std::pair<Type, Type>> mixed = {{integer(), unsigned_integer()},
                                                    {integer(), floating()},
                                                    {unsigned_integer(), floating()},
                                                    {integer(), decimal()},
                                                    {unsigned_integer(), decimal()}};
  for (const auto& [a, b] : mixed) {
    const std::string id = std::string(name) + a.to_string() + "_" + b.to_string();
    define(registry, name, id, {a, b}, boolean(), implementation);
    define(registry, name, id + "_reversed", {b, a}, boolean(), implementation);
  }
}

}  // namespace

void add_operators(FunctionRegistry* registry) {
  define(registry, "_==_", "equals", {param("A"), param("A")}, boolean(), &equals);
  define(registry, "_!=_", "not_equals", {param("A"), param("A")}, boolean(), &differs);
  add_comparison(registry, "_<_", &ordered<less>);
  add_comparison(registry, "_<=_", &ordered<less_equal>);
  add_comparison(registry, "_>_", &ordered<greater>);
  add_comparison(registry, "_>=_", &ordered<greater_equal>);
  define(registry, "@in", "in_list", {param("A"), Type::list(param("A"))}, boolean(), &in_list);
  define(registry, "@in", "in_map", {param("A"), Type::map(param("A"), param("B"))}, boolean(),
         &in_map);
  define(registry, "!_", "logical_not", {boolean()}, boolean(), &logical_not);
  for (const Type& type : {integer(), floating(), decimal(), duration()}) {
    define(registry, "-_", "negate_" + type.to_string(), {type}, type, &negate);
  }
}

}  // namespace kith::expr::library
