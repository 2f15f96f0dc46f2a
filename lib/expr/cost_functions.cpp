// What each function takes by the sizes of its arguments: the same formulas that the
// implementations charge by. A function that is not listed here takes its fixed cost when all its
// parameters and its result are scalars, and has no bound otherwise.
#include <array>

#include "expr/cost_extent.hpp"
#include "expr/format.hpp"

namespace kith::expr {
namespace {

Bounds fixed_cost(const Overload& overload) {
  return overload.cost > 1 ? exactly(overload.cost) : exactly(0);
}

bool is_text(const Type& type) { return type.is(TypeKind::kString) || type.is(TypeKind::kBytes); }

bool is_scalar(const Type& type) {
  switch (type.unwrapped().kind()) {
    case TypeKind::kNull:
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
    case TypeKind::kDate:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kRecord: return true;
    default: return false;
  }
}

const Bounds& size(const CallShape& call, std::size_t i) { return call.args[i].size; }
const Type& type(const CallShape& call, std::size_t i) { return call.types[i]; }

// The result is a text of this size, made by copying it.
Costed copied(Bounds cost, Bounds bytes) { return {cost + text_cost(bytes), Extent::of(bytes)}; }
Costed scalar(Bounds cost) { return {cost, Extent::of(exactly(0))}; }
Costed unlimited(Bounds cost = exactly(0)) { return {{cost.min, std::nullopt}, {}}; }

using Formula = Costed (*)(const CallShape&);

Costed size_of(const CallShape& call) {
  return scalar(type(call, 0).is(TypeKind::kString) ? text_cost(size(call, 0)) : exactly(0));
}
Costed searched(const CallShape& call) { return scalar(search_cost(size(call, 0), size(call, 1))); }
Costed affix(const CallShape& call) { return scalar(long_cost(size(call, 1))); }
Costed equality(const CallShape& call) {
  return scalar(equality_cost(type(call, 0), call.args[0], type(call, 1), call.args[1]));
}
Costed order(const CallShape& call) {
  if (is_scalar(type(call, 0)) && is_scalar(type(call, 1))) return scalar(exactly(0));
  if (!is_text(type(call, 0)) || !is_text(type(call, 1))) return unlimited();
  return scalar(long_cost(smaller(size(call, 0), size(call, 1))));
}
Costed membership(const CallShape& call) {
  const Extent& container = call.args[1];
  if (type(call, 1).is(TypeKind::kMap)) {
    return scalar(at_most(lookup_cost(container, call.args[0])));
  }
  if (!type(call, 1).is(TypeKind::kList)) return unlimited();
  const Bounds each = equality_cost(type(call, 0), call.args[0],
                                    type(call, 1).element().unwrapped(), container.item());
  return scalar(container.size / 4 + at_most(container.size * each));
}
Costed sum(const CallShape& call) {
  const Bounds both = size(call, 0) + size(call, 1);
  if (is_text(type(call, 0)) && is_text(type(call, 1))) return {text_cost(both), Extent::of(both)};
  if (type(call, 0).is(TypeKind::kList) && type(call, 1).is(TypeKind::kList)) {
    Extent out = either(call.args[0], call.args[1]);
    out.size = both;
    return {exactly(1) + both / 4, std::move(out)};
  }
  const bool scalars = is_scalar(type(call, 0)) && is_scalar(type(call, 1));
  return scalars ? scalar(exactly(0)) : unlimited();
}

// A number, date or bytes as text.
Costed to_string(const CallShape& call) {
  constexpr std::uint64_t kLongestScalar = 64;
  if (type(call, 0).is(TypeKind::kString)) return {exactly(0), call.args[0]};
  if (type(call, 0).is(TypeKind::kBytes)) return {text_cost(size(call, 0)), call.args[0]};
  if (is_scalar(type(call, 0))) return copied(exactly(0), {1, kLongestScalar});
  return unlimited();
}
Costed reading(const CallShape& call) {
  if (is_text(type(call, 0))) return scalar(long_cost(size(call, 0)));
  return is_scalar(type(call, 0)) ? scalar(exactly(0)) : unlimited();
}
Costed unchanged(const CallShape& call) { return {exactly(0), call.args[0]}; }
Costed free_of_cost(const CallShape&) { return scalar(exactly(0)); }

Costed char_at(const CallShape& call) { return {text_cost(size(call, 0)), Extent::of(up_to(4))}; }
Costed part_of_text(const CallShape& call) {
  return {text_cost(size(call, 0)), Extent::of(at_most(size(call, 0)))};
}
Costed same_length(const CallShape& call) {
  if (type(call, 0).is(TypeKind::kList)) {
    return {exactly(1) + size(call, 0) / 4, call.args[0]};
  }
  return copied(exactly(0), size(call, 0));
}
Costed replace(const CallShape& call) {
  const Bounds search = search_cost(size(call, 0), size(call, 1));
  Bounds times = up_to(std::nullopt);
  if (size(call, 0).max) {
    times.max = size(call, 1).min > 0 ? std::optional(*size(call, 0).max / size(call, 1).min)
                                      : added(*size(call, 0).max, 1);
  }
  const Bounds length = at_most(size(call, 0) + times * size(call, 2));
  return copied(search + times * text_cost(size(call, 2)), length);
}
Costed split(const CallShape& call) {
  const Bounds search = search_cost(size(call, 0) + exactly(10), size(call, 1));
  const Bounds parts = at_most(size(call, 0) + exactly(1));
  return {search + parts, Extent::list(parts, Extent::of(at_most(size(call, 0))))};
}
Costed join(const CallShape& call) {
  const Bounds separator = call.args.size() > 1 ? size(call, 1) : exactly(0);
  const Bounds each = call.args[0].item().size + separator;
  Bounds length = size(call, 0) * each;
  // The last separator is not written.
  length.min -= std::min(length.min, separator.max.value_or(length.min));
  return copied(size(call, 0) * text_cost(each), length);
}
Costed format_clauses(const CallShape& call) {
  return unlimited(text_cost(size(call, 0)) + exactly(1));
}
Costed folded(const CallShape& call) {
  // A character becomes three at most, of four bytes each.
  return copied(text_cost(exactly(4) * size(call, 0)), at_most(exactly(12) * size(call, 0)));
}
Costed contains_folded(const CallShape& call) {
  return scalar(text_cost(exactly(4) * (size(call, 0) + size(call, 1))) +
                search_cost(size(call, 0), size(call, 1)));
}
Costed quoted(const CallShape& call) {
  Bounds length = size(call, 0) + exactly(2);
  length.max = (exactly(3) * size(call, 0) + exactly(2)).max;
  return copied(exactly(0), length);
}
Costed base64_encoded(const CallShape& call) {
  const Bounds length = (size(call, 0) + exactly(2)) / 3 * exactly(4);
  return copied(text_cost(size(call, 0)), length);
}
Costed base64_decoded(const CallShape& call) {
  return copied(text_cost(size(call, 0)), at_most(size(call, 0)));
}

// A part of the text, which is looked at first. No part is no copy.
Costed copied_part(const CallShape& call) {
  const Bounds copy = at_most(text_cost(size(call, 0)));
  return {text_cost(size(call, 0)) + copy, Extent::of(at_most(size(call, 0)))};
}
// As 2026-Q3 or 2026-09.
Costed period(const CallShape&) { return copied(exactly(0), exactly(7)); }
Costed working_time(const CallShape&) {
  constexpr std::uint64_t kWeeks = 522'000;  // of the years 1 to 9999
  return scalar(up_to(kWeeks));
}
Costed working_time_added(const CallShape&) {
  return scalar(unbounded());  // a week may have next to no hours
}
Costed converted(const CallShape&) {
  constexpr std::uint64_t kRates = 2 * 20;
  return scalar(up_to(kRates));
}

Bounds found_in(const CallShape& call, std::size_t item, std::size_t list) {
  const Extent& all = call.args[list];
  const Bounds each = equality_cost(
      type(call, item).is(TypeKind::kList) ? type(call, item).element().unwrapped() : Type(),
      call.args[item].item(),
      type(call, list).is(TypeKind::kList) ? type(call, list).element().unwrapped() : Type(),
      all.item());
  return exactly(1) + at_most(all.size / 4) + at_most(all.size * each);
}
Costed range(const CallShape&) { return {unbounded(), Extent::list(unbounded(), Extent::of({}))}; }
Costed distinct(const CallShape& call) {
  Extent out = call.args[0];
  out.size.min = std::min<std::uint64_t>(out.size.min, 1);
  return {size(call, 0) * found_in(call, 0, 0), std::move(out)};
}
Costed flatten(const CallShape& call) {
  const bool one_level = call.args.size() == 1 && type(call, 0).is(TypeKind::kList) &&
                         type(call, 0).element().unwrapped().is(TypeKind::kList);
  const Bounds outer = exactly(1) + size(call, 0) / 2;
  if (!one_level) return unlimited(outer);
  const Extent inner = call.args[0].item();
  Extent out = inner;
  out.size = size(call, 0) * inner.size;
  return {outer + size(call, 0) * (exactly(1) + inner.size / 2), std::move(out)};
}
Costed slice(const CallShape& call) {
  Extent out = call.args[0];
  out.size = at_most(out.size);
  return {exactly(0), std::move(out)};
}
Costed sorted(const CallShape& call) {
  return {sort_cost(size(call, 0), call.args[0].item()), call.args[0]};
}
Costed end_of_list(const CallShape& call) {
  return {exactly(0), {exactly(0), call.args[0].element, nullptr, nullptr}};
}
Costed subset(const CallShape& call) {
  return scalar(at_most(size(call, 1) * found_in(call, 1, 0)));
}
Costed equivalent(const CallShape& call) {
  return scalar(
      at_most(size(call, 1) * found_in(call, 1, 0) + size(call, 0) * found_in(call, 0, 1)));
}
Costed intersects(const CallShape& call) {
  return scalar(at_most(size(call, 0) * found_in(call, 0, 1)));
}
Costed extreme(const CallShape& call) {
  if (call.args.size() == 1 && type(call, 0).is(TypeKind::kList)) {
    return scalar(size(call, 0) / 2);
  }
  return call.args.size() == 1 && !is_scalar(type(call, 0)) ? unlimited() : scalar(exactly(0));
}

Costed wrapped(const CallShape& call) {
  return {exactly(0), {exactly(0), std::make_shared<const Extent>(call.args[0]), nullptr, nullptr}};
}
Costed unwrapped(const CallShape& call) { return {exactly(0), call.args[0].item()}; }
Costed first_or_second(const CallShape& call) {
  return {exactly(0), either(call.args[0], call.args[1])};
}
Costed value_or_second(const CallShape& call) {
  return {exactly(0), either(call.args[0].item(), call.args[1])};
}
Costed unwrapped_list(const CallShape& call) {
  Extent out = Extent::list(at_most(size(call, 0)), call.args[0].item().item());
  return {exactly(1) + size(call, 0) / 4, std::move(out)};
}

struct Entry {
  std::string_view name;
  Formula formula;
};
constexpr std::array<Entry, 77> kFormulas = {{
    {"size", &size_of},
    {"contains", &searched},
    {"indexOf", &searched},
    {"lastIndexOf", &searched},
    {"startsWith", &affix},
    {"endsWith", &affix},
    {"_==_", &equality},
    {"_!=_", &equality},
    {"_<_", &order},
    {"_<=_", &order},
    {"_>_", &order},
    {"_>=_", &order},
    {"@in", &membership},
    {"_+_", &sum},
    {"string", &to_string},
    {"bytes", &unchanged},
    {"dyn", &unchanged},
    {"type", &free_of_cost},
    {"bool", &free_of_cost},
    {"int", &reading},
    {"uint", &reading},
    {"double", &reading},
    {"decimal", &reading},
    {"date", &reading},
    {"timestamp", &reading},
    {"duration", &reading},
    {"charAt", &char_at},
    {"substring", &part_of_text},
    {"trim", &part_of_text},
    {"lowerAscii", &same_length},
    {"upperAscii", &same_length},
    {"reverse", &same_length},
    {"replace", &replace},
    {"split", &split},
    {"join", &join},
    {"format", &format_clauses},
    {"fold", &folded},
    {"contains_ci", &contains_folded},
    {"strings.quote", &quoted},
    {"base64.encode", &base64_encoded},
    {"base64.decode", &base64_decoded},
    {"lists.range", &range},
    {"distinct", &distinct},
    {"flatten", &flatten},
    {"slice", &slice},
    {"sort", &sorted},
    {"first", &end_of_list},
    {"last", &end_of_list},
    {"sets.contains", &subset},
    {"sets.equivalent", &equivalent},
    {"sets.intersects", &intersects},
    {"math.greatest", &extreme},
    {"math.least", &extreme},
    {"optional.of", &wrapped},
    {"optional.ofNonZeroValue", &wrapped},
    {"optional.unwrap", &unwrapped_list},
    {"unwrapOpt", &unwrapped_list},
    {"hasValue", &free_of_cost},
    {"value", &unwrapped},
    {"or", &first_or_second},
    {"orValue", &value_or_second},
    {"start_of", &free_of_cost},
    {"end_of", &free_of_cost},
    {"round", &free_of_cost},
    {"div", &free_of_cost},
    {"is_business_day", &free_of_cost},
    {"business_days_between", &free_of_cost},
    {"add_business_days", &free_of_cost},
    {"business_duration", &working_time},
    {"add_business_duration", &working_time_added},
    {"convert", &converted},
    {"like", &searched},
    {"quarter_label", &period},
    {"month_label", &period},
    {"email_domain", &copied_part},
    {"digits", &copied_part},
    {"optional.none", &free_of_cost},
}};

}  // namespace

Bounds equality_cost(const Type& a, const Extent& x, const Type& b, const Extent& y) {
  if (is_scalar(a) || is_scalar(b)) return exactly(0);
  if (is_text(a) && is_text(b)) return at_most(long_cost(smaller(x.size, y.size)));
  if (a.is(TypeKind::kType) || b.is(TypeKind::kType)) return up_to(4);
  if (a.is(TypeKind::kList) && b.is(TypeKind::kList)) {
    const Bounds items = smaller(x.size, y.size);
    const Bounds each =
        equality_cost(a.element().unwrapped(), x.item(), b.element().unwrapped(), y.item());
    const Bounds both =
        x.size + y.size;  // one of them is charged for before the sizes are compared
    return at_most(exactly(1) + both / 4 + items * each);
  }
  return unbounded();
}

Bounds lookup_cost(const Extent& map, const Extent& key) {
  const Bounds each = long_cost(smaller(map.keys().size, key.size));
  // The key itself is looked at, then those that it is compared with.
  return at_most(long_cost(key.size) + map.size * each);
}

Bounds map_cost(const Bounds& entries, const Extent& keys) {
  const Bounds each = long_cost(keys.size);
  return entries + at_most(entries * each) + at_most(entries * entries * each);
}

Bounds sort_cost(const Bounds& items, const Extent& keys) {
  constexpr std::uint64_t kMostRounds = 64;
  return exactly(1) + items * exactly(4) +
         at_most(items * long_cost(keys.size) * exactly(kMostRounds));
}

Costed cost_of_call(const CallShape& call) {
  const Overload& overload = *call.overload;
  for (const Entry& entry : kFormulas) {
    if (entry.name != overload.name) continue;
    Costed out = entry.formula(call);
    out.cost = out.cost + fixed_cost(overload);
    return out;
  }
  // Parts of a time in a zone that is named: the name is looked up, whatever its length.
  if (overload.name.starts_with("get")) return scalar(fixed_cost(overload));
  for (const Type& parameter : overload.parameters) {
    if (!is_scalar(parameter)) return unlimited(fixed_cost(overload));
  }
  // What it makes of them is charged by its size, which is not known.
  return is_scalar(overload.result) ? scalar(fixed_cost(overload))
                                    : unlimited(fixed_cost(overload));
}

}  // namespace kith::expr
