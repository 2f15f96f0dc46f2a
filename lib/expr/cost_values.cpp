// How large values are: constants, results, and what fields hold.
#include <algorithm>

#include "expr/code.hpp"
#include "expr/cost_extent.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

constexpr std::uint64_t kBytesOfLetter = 4;  // at most, in UTF-8
constexpr std::uint64_t kRelationCost = 10;  // of asking who refers to a record

}  // namespace

Extent extent_of(const Datum& value) {
  switch (value.tag) {
    case Tag::kString:
    case Tag::kBytes: return Extent::of(exactly(value.second));
    case Tag::kOptional: {
      if (value.inner == nullptr) return Extent::of(exactly(0));
      return {exactly(0), std::make_shared<const Extent>(extent_of(*value.inner)), nullptr,
              nullptr};
    }
    case Tag::kList: {
      const ListData& list = *value.list_value;
      Extent item = Extent::of(exactly(0));
      for (std::size_t i = 0; i < list.size; ++i) {
        item = i == 0 ? extent_of(list.items[i]) : either(item, extent_of(list.items[i]));
      }
      return Extent::list(exactly(list.size), std::move(item));
    }
    case Tag::kMap: {
      const MapData& map = *value.map_value;
      Extent keys = Extent::of(exactly(0));
      Extent values = Extent::of(exactly(0));
      for (std::size_t i = 0; i < map.size; ++i) {
        keys = i == 0 ? extent_of(map.keys[i]) : either(keys, extent_of(map.keys[i]));
        values = i == 0 ? extent_of(map.values[i]) : either(values, extent_of(map.values[i]));
      }
      return Extent::map(exactly(map.size), std::move(keys), std::move(values));
    }
    default: return Extent::of(exactly(0));
  }
}

Bounds result_cost(const Type& type, const Extent& extent) {
  switch (type.unwrapped().kind()) {
    case TypeKind::kString:
    case TypeKind::kBytes: return long_cost(extent.size);
    case TypeKind::kOptional:
      return at_most(result_cost(type.unwrapped().element(), extent.item()));
    case TypeKind::kList:
      return at_most(exactly(1) + extent.size +
                     extent.size * result_cost(type.unwrapped().element(), extent.item()));
    case TypeKind::kMap: {
      const Bounds keys = result_cost(type.unwrapped().key(), extent.keys());
      const Bounds values = result_cost(type.unwrapped().value(), extent.values());
      return at_most(exactly(1) + extent.size * (exactly(2) + keys + values));
    }
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter:
    case TypeKind::kOpaque: return unbounded();
    default: return exactly(0);
  }
}

Costed field_cost(const Note& n) {
  using schema::FieldType;
  std::uint64_t longest = 0;
  if (n.part == FieldPart::kSystem) return {exactly(0), Extent::of(exactly(0))};
  if (n.part == FieldPart::kCurrency) return {up_to(1), Extent::of(up_to(3))};
  if (n.part == FieldPart::kDerived && n.derived != nullptr) {
    for (const auto& [id, value] : n.derived->values) {
      if (value.text() != nullptr) longest = std::max<std::uint64_t>(longest, value.text()->size());
    }
    return {exactly(0), Extent::of(up_to(longest))};
  }
  const bool stored = n.part == FieldPart::kValue && n.field != nullptr && !n.field->is_formula();
  if (!stored) return {unbounded(), {}};
  for (const schema::Option& option : n.field->options) {
    longest = std::max<std::uint64_t>(longest, option.name.size());
  }
  const Bounds options = up_to(n.field->options.size());
  switch (n.field->type) {
    case FieldType::kChoice: return {exactly(0), Extent::of(up_to(longest))};
    case FieldType::kMultiChoice:
      return {at_most(exactly(1) + options / 4), Extent::list(options, Extent::of(up_to(longest)))};
    case FieldType::kText:
      if (n.field->max_length == 0) return {exactly(0), {}};
      return {exactly(0), Extent::of(up_to(kBytesOfLetter * n.field->max_length))};
    case FieldType::kBytes:
      if (n.field->max_length == 0) return {exactly(0), {}};
      return {exactly(0), Extent::of(up_to(n.field->max_length))};
    case FieldType::kJson: return {unbounded(), {}};
    case FieldType::kReferenceList:
      return {unbounded(), Extent::list(unbounded(), Extent::of(exactly(0)))};
    default: return {exactly(0), Extent::of(exactly(0))};
  }
}

Costed variable_cost(const Note& n) {
  switch (n.type.unwrapped().kind()) {
    case TypeKind::kString:
    case TypeKind::kBytes: return {exactly(0), {}};
    case TypeKind::kDyn:
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kOptional:
    case TypeKind::kOpaque: return {unbounded(), {}};
    default: return {exactly(0), Extent::of(exactly(0))};
  }
}

Costed rollup_cost(const Note& n) {
  const bool text = n.type.unwrapped().is(TypeKind::kString);
  return {{kRelationCost, std::nullopt}, text ? Extent::unknown() : Extent::of(exactly(0))};
}

}  // namespace kith::expr
