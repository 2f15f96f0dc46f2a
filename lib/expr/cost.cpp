#include "expr/cost.hpp"

#include "expr/code.hpp"
#include "expr/cost_extent.hpp"
#include "expr/scores.hpp"

namespace kith::expr {
namespace {

constexpr std::uint64_t kLoadCost = 10;  // of a record behind a reference
class Estimator {
 public:
  explicit Estimator(const Program& program)
      : compiled_(program.compiled()),
        costs_(program.ast().size()),
        locals_(compiled_.checked.locals) {}

  std::vector<CostEstimate> run() {
    const Node& root = compiled_.ast.root();
    const Costed out = visit(root);
    costs_[root.id] = out.cost + result_cost(compiled_.checked.type, out.extent);
    return std::move(costs_);
  }

 private:
  const Note& note(const Node& node) const { return compiled_.checked.note(node); }
  const Type& type(const Node& node) const { return note(node).type.unwrapped(); }

  Costed visit(const Node& node) {
    const Code* code = compiled_.by_node[node.id];
    Costed out;
    if (code != nullptr && code->constant) {
      out = {exactly(0), extent_of(code->value)};
      // Its parts were computed when it was compiled.
      for (const Node* arg : node.args) settle(*arg);
    } else {
      out = by_binding(node);
    }
    costs_[node.id] = out.cost;
    return out;
  }

  void settle(const Node& node) {
    costs_[node.id] = exactly(0);
    for (const Node* arg : node.args) settle(*arg);
  }

  Costed by_binding(const Node& node) {
    const Note& n = note(node);
    switch (n.binding) {
      case Binding::kConstant:
      case Binding::kTypeName:
      case Binding::kRoot:
      case Binding::kNow: return {exactly(0), Extent::of(exactly(0))};
      case Binding::kLocal:
        return {exactly(0), n.index < locals_.size() ? locals_[n.index] : Extent::unknown()};
      case Binding::kVariable: return variable_cost(n);
      case Binding::kParams:
      case Binding::kOrg: return {unbounded(), {}};
      case Binding::kField: return field(node, n);
      case Binding::kQuestion: return question(node);
      case Binding::kUnresolved: return {sum_of(node, 0), {}};
      case Binding::kCall: return call(node, n);
      case Binding::kNone: break;
    }
    return structure(node);
  }

  Costed field(const Node& node, const Note& n) {
    Costed out = field_cost(n);
    if (node.kind != NodeKind::kSelect) {
      if (n.root != Root::kRecord) out.cost = out.cost + up_to(kLoadCost);
      return node.test_only ? Costed{out.cost, Extent::of(exactly(0))} : out;
    }
    const Node& target = *node.args[0];
    const bool own = note(target).binding == Binding::kRoot && note(target).root == Root::kRecord;
    const Costed record = visit(target);
    out.cost = out.cost + record.cost;
    if (!own) out.cost = out.cost + up_to(kLoadCost);
    return finish_select(node, std::move(out));
  }

  static Costed finish_select(const Node& node, Costed out) {
    if (node.test_only) return {out.cost, Extent::of(exactly(0))};
    if (node.optional) {
      return {out.cost, {exactly(0), std::make_shared<const Extent>(out.extent), nullptr, nullptr}};
    }
    return out;
  }

  Costed question(const Node& node) {
    switch (node.macro) {
      case Macro::kIsNew:
      case Macro::kStageAge:
        return {at_most(sum_of(node, 0)) + up_to(2 * kLoadCost), Extent::of(exactly(0))};
      case Macro::kChanged:
      case Macro::kChangedTo: {
        // The field in both images, and what it is compared with.
        const Costed read = visit(*node.args[0]);
        Costed other = read;
        if (node.args.size() > 1) other = visit(*node.args[1]);
        const Bounds equal =
            equality_cost(type(*node.args[0]), read.extent, type(*node.args.back()), other.extent);
        const Bounds reads = read.cost + read.cost + other.cost + exactly(4 * kLoadCost);
        return {at_most(reads + equal + equal), Extent::of(exactly(0))};
      }
      case Macro::kWas: {
        const Costed read = visit(*node.args[0]);
        return {at_most(read.cost + exactly(kLoadCost)), read.extent};
      }
      case Macro::kScore: sum_of(node, 0); return {note(node).score->cost, Extent::of(exactly(0))};
      case Macro::kRollup: sum_of(node, 0); return rollup_cost(note(node));
      default: sum_of(node, 0); return {unbounded(), {}};
    }
  }

  Bounds sum_of(const Node& node, std::size_t first) {
    Bounds out = exactly(0);
    for (std::size_t i = first; i < node.args.size(); ++i) out = out + visit(*node.args[i]).cost;
    return out;
  }

  Costed call(const Node& node, const Note& n) {
    const std::size_t first = n.namespaced ? 1 : 0;
    CallShape shape;
    Bounds arguments = exactly(0);
    for (std::size_t i = first; i < node.args.size(); ++i) {
      Costed arg = visit(*node.args[i]);
      // or() and orValue() look at the second part only when they need it.
      const bool maybe = i == 1 && node.method && (node.text == "or" || node.text == "orValue");
      arguments = arguments + (maybe ? at_most(arg.cost) : arg.cost);
      shape.types.push_back(type(*node.args[i]));
      shape.args.push_back(std::move(arg.extent));
    }
    Costed out;
    if (const Code* code = uncast(node); code != nullptr && code->regex != nullptr) {
      const Bounds text = shape.args[0].size;
      out = {{code->regex->search_cost(text.min), std::nullopt}, Extent::of(exactly(0))};
      if (text.max) out.cost.max = code->regex->search_cost(*text.max);
    } else if (const auto known = constant_range(node, first); known) {
      out = {exactly(*known), Extent::list(exactly(*known), Extent::of(exactly(0)))};
    } else {
      bool found = false;
      for (const Overload* overload : n.overloads) {
        shape.overload = overload;
        Costed one = cost_of_call(shape);
        out = found ? Costed{either(out.cost, one.cost), either(out.extent, one.extent)} : one;
        found = true;
      }
    }
    // A comparison of a field with a constant looks into the slot and calls nothing.
    if (is_comparison(node)) out.cost = at_most(out.cost);
    out.cost = out.cost + arguments;
    // Where a currency comes from is a part of where its amount does; reading it takes one more.
    if (asks_currencies(node)) out.cost = out.cost + at_most(arguments + exactly(2));
    return out;
  }

  bool asks_currencies(const Node& node) const {
    const std::vector<const Overload*>& all = note(node).overloads;
    if (!all.empty() && all.front()->id.starts_with("convert_money")) return true;
    const Code* code = uncast(node);
    return code != nullptr && code->eval == &eval::same_currency;
  }

  // The size of lists.range() of a constant that is too large to have been computed beforehand.
  std::optional<std::uint64_t> constant_range(const Node& node, std::size_t first) const {
    const bool is_range = !note(node).overloads.empty() && node.args.size() == first + 1 &&
                          note(node).overloads.front()->name == "lists.range";
    const Code* size = is_range ? compiled_.by_node[node.args[first]->id] : nullptr;
    if (size == nullptr || !size->constant || !size->value.is(Tag::kInt)) return std::nullopt;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(size->value.int_value, 0));
  }

  bool is_comparison(const Node& node) const {
    const Code* code = compiled_.by_node[node.id];
    return code != nullptr && code->eval != nullptr && node.args.size() == 2 &&
           code->test != &eval::test_by_eval;
  }

  const Code* uncast(const Node& node) const {
    const Code* code = compiled_.by_node[node.id];
    while (code != nullptr && code->eval == &eval::cast && code->count == 1) code = code->args[0];
    return code;
  }

  Costed structure(const Node& node) {
    switch (node.kind) {
      case NodeKind::kSelect: return select(node);
      case NodeKind::kIndex: return index(node);
      case NodeKind::kAnd:
      case NodeKind::kOr: return logic(node);
      case NodeKind::kConditional: {
        const Bounds condition = visit(*node.args[0]).cost;
        const Costed then = visit(*node.args[1]);
        const Costed other = visit(*node.args[2]);
        return {condition + either(then.cost, other.cost), either(then.extent, other.extent)};
      }
      case NodeKind::kList: return list(node);
      case NodeKind::kMap: return map(node);
      case NodeKind::kComprehension: return loop(node);
      case NodeKind::kBind: {
        const Costed init = visit(*node.args[0]);
        keep(note(node).index, init.extent);
        Costed body = visit(*node.args[1]);
        // What is bound may fail unnoticed, when it is not used.
        body.cost = at_most(init.cost) + body.cost;
        return body;
      }
      default: return {sum_of(node, 0), {}};
    }
  }

  // One that fails gives way to one that decides, so only the least of the parts is sure.
  Costed logic(const Node& node) {
    Bounds out = exactly(0);
    std::optional<std::uint64_t> least;
    for (const Node* arg : node.args) {
      const Bounds cost = visit(*arg).cost;
      out = out + cost;
      least = std::min(least.value_or(cost.min), cost.min);
    }
    out.min = least.value_or(0);
    return {out, Extent::of(exactly(0))};
  }

  Costed select(const Node& node) {
    const Costed target = visit(*node.args[0]);
    const Extent key = Extent::of(exactly(node.text.size()));
    const bool optional = type(*node.args[0]).is(TypeKind::kOptional);
    const Extent container = optional ? target.extent.item() : target.extent;
    Costed out{target.cost + at_most(lookup_cost(container, key)), container.values()};
    if (optional && !node.test_only) {
      out.extent = {exactly(0), std::make_shared<const Extent>(out.extent), nullptr, nullptr};
      return out;
    }
    return finish_select(node, std::move(out));
  }

  Costed index(const Node& node) {
    const Costed target = visit(*node.args[0]);
    const Costed key = visit(*node.args[1]);
    const bool optional = type(*node.args[0]).is(TypeKind::kOptional);
    const Extent container = optional ? target.extent.item() : target.extent;
    const Type& base = optional ? type(*node.args[0]).element().unwrapped() : type(*node.args[0]);
    // An optional that is none does not look for the key.
    Bounds cost = target.cost + key.cost;
    if (!base.is(TypeKind::kList)) cost = cost + lookup_cost(container, key.extent);
    Extent found = base.is(TypeKind::kList)  ? container.item()
                   : base.is(TypeKind::kMap) ? container.values()
                                             : Extent::unknown();
    if (node.optional || optional) {
      found = {exactly(0), std::make_shared<const Extent>(std::move(found)), nullptr, nullptr};
    }
    return {cost, std::move(found)};
  }

  Costed list(const Node& node) {
    Bounds cost = exactly(0);
    Bounds size = exactly(0);
    Extent item = Extent::of(exactly(0));
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      const Costed entry = visit(*node.args[i]);
      cost = cost + entry.cost;
      const bool optional = !node.optional_entries.empty() && node.optional_entries[i];
      const Extent extent = optional ? entry.extent.item() : entry.extent;
      size = size + (optional ? up_to(1) : exactly(1));
      item = i == 0 ? extent : either(item, extent);
    }
    return {cost, Extent::list(size, std::move(item))};
  }

  Costed map(const Node& node) {
    Bounds cost = exactly(0);
    Bounds size = exactly(0);
    Extent keys = Extent::of(exactly(0));
    Extent values = Extent::of(exactly(0));
    for (std::size_t i = 0; i + 1 < node.args.size(); i += 2) {
      const Costed key = visit(*node.args[i]);
      const Costed value = visit(*node.args[i + 1]);
      cost = cost + key.cost + value.cost;
      const bool optional = !node.optional_entries.empty() && node.optional_entries[i / 2];
      const Extent extent = optional ? value.extent.item() : value.extent;
      size = size + (optional ? up_to(1) : exactly(1));
      keys = i == 0 ? key.extent : either(keys, key.extent);
      values = i == 0 ? extent : either(values, extent);
    }
    cost = cost + map_cost(size, keys);
    return {cost, Extent::map(size, std::move(keys), std::move(values))};
  }

  void keep(std::uint32_t slot, Extent extent) {
    if (slot < locals_.size()) locals_[slot] = std::move(extent);
  }

  Costed loop(const Node& node) {
    const Note& n = note(node);
    const Costed range = visit(*node.args[0]);
    if (node.macro == Macro::kOptMap || node.macro == Macro::kOptFlatMap) {
      keep(n.index, range.extent.item());
      Costed body = visit(*node.args[1]);
      if (node.macro == Macro::kOptMap) {
        body.extent = {exactly(0), std::make_shared<const Extent>(body.extent), nullptr, nullptr};
      }
      body.cost = range.cost + at_most(body.cost);
      return body;
    }
    const bool is_map = type(*node.args[0]).is(TypeKind::kMap);
    const bool is_list = type(*node.args[0]).is(TypeKind::kList);
    const Extent item = is_map    ? range.extent.values()
                        : is_list ? range.extent.item()
                                  : Extent::unknown();
    const Extent key = is_map ? range.extent.keys() : Extent::of(exactly(0));
    if (node.var2.empty()) {
      keep(n.index, is_map ? key : item);
    } else {
      keep(n.index, is_list || is_map ? key : Extent::unknown());
      keep(n.index2, item);
    }
    return rounds(node, range, is_map ? key : item, key);
  }

  Costed rounds(const Node& node, const Costed& range, const Extent& item, const Extent& key) {
    std::vector<Costed> parts;
    for (std::size_t i = 1; i < node.args.size(); ++i) parts.push_back(visit(*node.args[i]));
    const Code* code = uncast(node);
    const Bounds round = exactly(code == nullptr ? 1 : code->body_cost);
    const bool filtered = parts.size() == 2;
    Bounds body = round;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      body = body + (filtered && i == 1 ? at_most(parts[i].cost) : parts[i].cost);
    }
    // The currency of an amount comes from where the amount does.
    if (code != nullptr && code->currency != nullptr) {
      body = body + at_most(parts.back().cost + exactly(2));
    }
    const Bounds size = range.extent.size;
    const Bounds some = at_most(size);
    Costed out{range.cost + size * body, Extent::of(exactly(0))};
    switch (node.macro) {
      case Macro::kAll:
      case Macro::kExists:
        // One round may decide, whatever became of the others.
        out.cost.min = range.cost.min + (size.min > 0 ? round.min : 0);
        return out;
      case Macro::kExistsOne: return out;
      case Macro::kFilter: out.extent = Extent::list(some, item); return out;
      case Macro::kMap:
      case Macro::kTransformList:
        out.extent = Extent::list(filtered ? some : size, parts.back().extent);
        return out;
      case Macro::kTransformMap:
        out.cost = out.cost + map_cost(filtered ? some : size, key);
        out.extent = Extent::map(filtered ? some : size, key, parts.back().extent);
        return out;
      case Macro::kTransformMapEntry: {
        const Extent& entry = parts.back().extent;
        const Bounds entries = (filtered ? some : size) * entry.size;
        out.cost = out.cost + entries + map_cost(entries, entry.keys());
        out.extent = Extent::map(at_most(entries), entry.keys(), entry.values());
        return out;
      }
      case Macro::kSortBy:
        out.cost = out.cost + sort_cost(size, parts.back().extent);
        out.extent = Extent::list(size, item);
        return out;
      default:
        // count(), sum() and the like: a round each, and no more.
        out.cost = at_most(out.cost);
        out.extent = parts.empty() ? Extent::unknown() : parts.back().extent;
        return out;
    }
  }

  const Compiled& compiled_;
  std::vector<CostEstimate> costs_;
  std::vector<Extent> locals_;
};

}  // namespace

std::vector<CostEstimate> estimate_nodes(const Program& program) {
  return Estimator(program).run();
}

CostEstimate estimate_cost(const Program& program) {
  return estimate_nodes(program)[program.ast().root().id];
}

}  // namespace kith::expr
