// Lists and sets.
#include <algorithm>

#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

Datum list_of(const Call& call, const std::vector<Datum>& values) {
  Datum* items = call.frame.arena().make<Datum>(values.size());
  if (items == nullptr) return call.frame.out_of_memory();
  std::copy(values.begin(), values.end(), items);
  return call.frame.list(items, values.size());
}

Datum range(const Call& call, const Datum* args) {
  const std::int64_t size = std::max<std::int64_t>(args[0].int_value, 0);
  if (!call.frame.charge(static_cast<std::uint64_t>(size))) return call.frame.exhausted();
  Datum* items = call.frame.arena().make<Datum>(static_cast<std::size_t>(size));
  if (items == nullptr) return call.frame.out_of_memory();
  for (std::int64_t i = 0; i < size; ++i) items[i] = Datum::integer(i);
  return call.frame.list(items, static_cast<std::size_t>(size));
}

bool contains(Frame& frame, const ListData& list, const Datum& value) {
  frame.charge(1 + list.size / 4);
  if (frame.stopped()) return false;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (equal(frame, list.items[i], value)) return true;
  }
  return false;
}

Datum distinct(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  std::vector<Datum> out;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (!contains(call.frame, {out.data(), out.size()}, list.items[i]))
      out.push_back(list.items[i]);
    if (call.frame.stopped()) return call.frame.exhausted();
  }
  return list_of(call, out);
}

bool flatten_into(Frame& frame, const ListData& list, std::int64_t depth, std::vector<Datum>* out) {
  if (!frame.charge(1 + list.size / 2)) return false;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (depth > 0 && list.items[i].is(Tag::kList)) {
      if (!flatten_into(frame, *list.items[i].list_value, depth - 1, out)) return false;
    } else {
      out->push_back(list.items[i]);
    }
  }
  // The result may refer to one list many times, so it can outgrow what the arena has given.
  if (out->size() <= frame.activation().limits().max_memory / sizeof(Datum)) return true;
  frame.out_of_memory();
  return false;
}

Datum flatten(const Call& call, const Datum* args) {
  constexpr std::int64_t kMaxDepth = 250;
  const std::int64_t depth = call.count == 2 ? args[1].int_value : 1;
  if (depth < 0) return call.frame.data_error("flatten(): the depth is not negative");
  std::vector<Datum> out;
  if (!flatten_into(call.frame, *args[0].list_value, std::min(depth, kMaxDepth), &out)) {
    return call.frame.exhausted();
  }
  return list_of(call, out);
}

Datum slice(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  const std::int64_t start = args[1].int_value;
  const std::int64_t end = args[2].int_value;
  if (start < 0 || end < start || static_cast<std::uint64_t>(end) > list.size) {
    return call.frame.data_error("slice(" + std::to_string(start) + ", " + std::to_string(end) +
                                 ") is outside the list of " + std::to_string(list.size));
  }
  return call.frame.list(list.items + start, static_cast<std::size_t>(end - start));
}

Datum sort(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  if (!call.frame.charge_sort(list.items, list.size)) return call.frame.exhausted();
  std::vector<Datum> out(list.items, list.items + list.size);
  for (const Datum& item : out) {
    Order order;
    if (!compare(out.front(), item, &order)) return call.frame.no_overload("sort()", &item, 1);
  }
  std::stable_sort(out.begin(), out.end(), [](const Datum& a, const Datum& b) {
    Order order = Order::kUnordered;
    return compare(a, b, &order) && order == Order::kLess;
  });
  return list_of(call, out);
}

Datum first(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  return list.size == 0 ? Frame::none() : call.frame.some(list.items[0]);
}

Datum last(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  return list.size == 0 ? Frame::none() : call.frame.some(list.items[list.size - 1]);
}

Datum reverse(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  if (!call.frame.charge(1 + list.size / 4)) return call.frame.exhausted();
  std::vector<Datum> out(list.items, list.items + list.size);
  std::reverse(out.begin(), out.end());
  return list_of(call, out);
}

bool contains_all(Frame& frame, const ListData& list, const ListData& wanted) {
  for (std::size_t i = 0; i < wanted.size; ++i) {
    if (!contains(frame, list, wanted.items[i])) return false;
  }
  return true;
}

Datum set_contains(const Call& call, const Datum* args) {
  return Datum::boolean(contains_all(call.frame, *args[0].list_value, *args[1].list_value));
}

Datum set_equivalent(const Call& call, const Datum* args) {
  return Datum::boolean(contains_all(call.frame, *args[0].list_value, *args[1].list_value) &&
                        contains_all(call.frame, *args[1].list_value, *args[0].list_value));
}

Datum set_intersects(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (contains(call.frame, *args[1].list_value, list.items[i])) return Datum::boolean(true);
  }
  return Datum::boolean(false);
}

}  // namespace

void add_lists(FunctionRegistry* registry) {
  const Type list = Type::list(param("A"));
  define(registry, "lists.range", "lists_range", {integer()}, Type::list(integer()), &range);
  define_method(registry, "distinct", "list_distinct", {list}, list, &distinct);
  define_method(registry, "flatten", "list_flatten", {Type::list(list)}, list, &flatten);
  define_method(registry, "flatten", "list_flatten_dyn", {Type::list(dyn())}, Type::list(dyn()),
                &flatten);
  define_method(registry, "flatten", "list_flatten_depth", {Type::list(dyn()), integer()},
                Type::list(dyn()), &flatten);
  define_method(registry, "slice", "list_slice", {list, integer(), integer()}, list, &slice);
  define_method(registry, "sort", "list_sort", {list}, list, &sort);
  define_method(registry, "first", "list_first", {list}, Type::optional(param("A")), &first);
  define_method(registry, "last", "list_last", {list}, Type::optional(param("A")), &last);
  define_method(registry, "reverse", "list_reverse", {list}, list, &reverse);
  define(registry, "sets.contains", "set_contains", {list, list}, boolean(), &set_contains);
  define(registry, "sets.equivalent", "set_equivalent", {list, list}, boolean(), &set_equivalent);
  define(registry, "sets.intersects", "set_intersects", {list, list}, boolean(), &set_intersects);
}

}  // namespace kith::expr::library
