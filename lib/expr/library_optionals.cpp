// Optional values.
#include "expr/library.hpp"

namespace kith::expr::library {
namespace {

Datum none(const Call&, const Datum*) { return Frame::none(); }
Datum some(const Call& call, const Datum* args) { return call.frame.some(args[0]); }

bool is_zero(const Datum& value) {
  switch (value.tag) {
    case Tag::kNull: return true;
    case Tag::kBool:
    case Tag::kInt:
    case Tag::kUint:
    case Tag::kDuration: return value.uint_value == 0;
    case Tag::kDouble: return value.double_value == 0;
    case Tag::kDecimal: return value.decimal().is_zero();
    case Tag::kString:
    case Tag::kBytes: return value.text().empty();
    case Tag::kTimestamp: return value.int_value == 0 && value.extra == 0;
    case Tag::kList: return value.list_value->size == 0;
    case Tag::kMap: return value.map_value->size == 0;
    case Tag::kOptional: return value.inner == nullptr;
    default: return false;
  }
}

Datum of_non_zero(const Call& call, const Datum* args) {
  return is_zero(args[0]) ? Frame::none() : call.frame.some(args[0]);
}

Datum has_value(const Call&, const Datum* args) { return Datum::boolean(args[0].inner != nullptr); }

Datum value(const Call& call, const Datum* args) {
  if (args[0].inner == nullptr) return call.frame.missing("optional.none() has no value");
  return *args[0].inner;
}

Datum either(const Call&, const Datum* args) {
  return args[0].inner != nullptr ? args[0] : args[1];
}

Datum or_value(const Call&, const Datum* args) {
  return args[0].inner != nullptr ? *args[0].inner : args[1];
}

Datum unwrap(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  if (!call.frame.charge(1 + list.size / 4)) return call.frame.exhausted();
  Datum* items = call.frame.arena().make<Datum>(list.size);
  if (items == nullptr) return call.frame.out_of_memory();
  std::size_t size = 0;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (!list.items[i].is(Tag::kOptional)) return call.frame.no_overload("unwrap", args, 1);
    if (list.items[i].inner != nullptr) items[size++] = *list.items[i].inner;
  }
  return call.frame.list(items, size);
}

}  // namespace

void add_optionals(FunctionRegistry* registry) {
  const Type optional = Type::optional(param("A"));
  define(registry, "optional.none", "optional_none", {}, optional, &none);
  define(registry, "optional.of", "optional_of", {param("A")}, optional, &some);
  define(registry, "optional.ofNonZeroValue", "optional_of_non_zero", {param("A")}, optional,
         &of_non_zero);
  define_method(registry, "hasValue", "optional_has_value", {optional}, boolean(), &has_value);
  define_method(registry, "value", "optional_value", {optional}, param("A"), &value);
  define_method(registry, "or", "optional_or", {optional, optional}, optional, &either);
  define_method(registry, "orValue", "optional_or_value", {optional, param("A")}, param("A"),
                &or_value);
  define(registry, "optional.unwrap", "optional_unwrap", {Type::list(optional)},
         Type::list(param("A")), &unwrap);
  define_method(registry, "unwrapOpt", "optional_unwrap_method", {Type::list(optional)},
                Type::list(param("A")), &unwrap);
}

}  // namespace kith::expr::library
