#include "expr/checker.hpp"

#include <algorithm>

#include "expr/checker_impl.hpp"

namespace kith::expr {

Type Checker::mistake(const Node& node, std::string_view message) {
  if (options_.check && status_.ok()) {
    status_ = ast_.source().error(Code::kExpressionType, node.offset, message);
  }
  return Type();
}

Result<Checked> Checker::run() {
  visit(ast_.root());
  if (failed()) return status_;
  out_.type = finish_root(type(ast_.root()));
  if (failed()) return status_;
  for (Note& n : out_.notes) n.type = unifier_.resolve(n.type);
  return std::move(out_);
}

Type Checker::finish_root(Type found) {
  if (options_.expected) {
    if (!unifier_.assignable(Type::wrapper(*options_.expected), found)) {
      if (Cast cast; can_cast(ast_.root(), options_.expected->unwrapped(), &cast)) {
        apply_cast(ast_.root(), options_.expected->unwrapped());
        return unifier_.resolve(type(ast_.root()));
      }
      return mistake(ast_.root(), "the expression must give " + show(*options_.expected) +
                                      ", but gives " + show(found));
    }
  }
  return unifier_.resolve(found);
}

void Checker::visit(Node& node) {
  if (failed()) return;
  Type t;
  switch (node.kind) {
    case NodeKind::kLiteral:
      switch (node.value.kind()) {
        case Value::Kind::kNull: t = Type::of(TypeKind::kNull); break;
        case Value::Kind::kBool: t = Type::of(TypeKind::kBool); break;
        case Value::Kind::kInt: t = Type::of(TypeKind::kInt); break;
        case Value::Kind::kUint: t = Type::of(TypeKind::kUint); break;
        case Value::Kind::kDouble: t = Type::of(TypeKind::kDouble); break;
        case Value::Kind::kText: t = Type::of(TypeKind::kString); break;
        default: t = Type::of(TypeKind::kBytes); break;
      }
      break;
    case NodeKind::kIdent: t = visit_ident(node); break;
    case NodeKind::kSelect: t = visit_select(node); break;
    case NodeKind::kIndex: t = visit_index(node); break;
    case NodeKind::kCall: t = visit_call(node); break;
    case NodeKind::kAnd:
    case NodeKind::kOr:
      for (Node* arg : node.args) {
        visit(*arg);
        if (!failed()) require_bool(*arg, node.kind == NodeKind::kAnd ? "&&" : "||");
      }
      t = Type::of(TypeKind::kBool);
      break;
    case NodeKind::kConditional: t = visit_conditional(node); break;
    case NodeKind::kList: t = visit_list(node); break;
    case NodeKind::kMap: t = visit_map(node); break;
    case NodeKind::kMessage:
      t = mistake(node, "there are no message types; '" + node.text +
                            "{...}' cannot be built. A map is written {'key': value}");
      note(node).binding = Binding::kUnresolved;
      break;
    case NodeKind::kComprehension: t = visit_comprehension(node); break;
    case NodeKind::kBind: t = visit_bind(node); break;
    case NodeKind::kRecordCall: t = visit_record_call(node); break;
  }
  if (!failed()) note(node).type = std::move(t);
}

void Checker::require_bool(const Node& node, std::string_view what) {
  if (unifier_.assignable(Type::of(TypeKind::kBool), type(node))) return;
  mistake(node, std::string(what) + " needs bool, but this is " + show(type(node)));
}

Type Checker::visit_conditional(Node& node) {
  for (Node* arg : node.args) visit(*arg);
  if (failed()) return Type();
  require_bool(*node.args[0], "the condition of ?:");
  Node& then = *node.args[1];
  Node& other = *node.args[2];
  adapt_equal(then, other);
  const Type a = type(then);
  const Type b = type(other);
  if (a.is(TypeKind::kNull) || b.is(TypeKind::kNull)) return unifier_.join(a, b);
  if (!unifier_.assignable(a, b)) {
    return mistake(node,
                   "both results of ?: need one type, but they are " + show(a) + " and " + show(b));
  }
  return unifier_.join(a, b);
}

Type Checker::visit_list(Node& node) {
  Type element = unifier_.fresh();
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    visit(*node.args[i]);
    if (failed()) return Type();
    Type t = type(*node.args[i]);
    if (!node.optional_entries.empty() && node.optional_entries[i]) {
      if (!t.is(TypeKind::kOptional) && !t.is_dyn()) {
        return mistake(*node.args[i], "[?...] needs an optional, but this is " + show(t));
      }
      t = t.is_dyn() ? Type() : t.element();
    }
    element = i == 0 ? t : unifier_.join(element, t);
  }
  return Type::list(element);
}

Type Checker::visit_map(Node& node) {
  Type key = unifier_.fresh();
  Type value = unifier_.fresh();
  for (std::size_t i = 0; i + 1 < node.args.size(); i += 2) {
    visit(*node.args[i]);
    visit(*node.args[i + 1]);
    if (failed()) return Type();
    Type t = type(*node.args[i + 1]);
    if (!node.optional_entries.empty() && node.optional_entries[i / 2]) {
      if (!t.is(TypeKind::kOptional) && !t.is_dyn()) {
        return mistake(*node.args[i + 1], "{?key: ...} needs an optional, but this is " + show(t));
      }
      t = t.is_dyn() ? Type() : t.element();
    }
    const Type k = type(*node.args[i]);
    const TypeKind kind = k.unwrapped().kind();
    if (kind != TypeKind::kInt && kind != TypeKind::kUint && kind != TypeKind::kBool &&
        kind != TypeKind::kString && kind != TypeKind::kDyn && kind != TypeKind::kParameter) {
      return mistake(*node.args[i], "a key is int, uint, bool or string, not " + show(k));
    }
    key = i == 0 ? k : unifier_.join(key, k);
    value = i == 0 ? t : unifier_.join(value, t);
  }
  return Type::map(key, value);
}

void Checker::push_local(const std::string& name, Type local_type, const Node* source,
                         std::uint32_t* slot) {
  *slot = static_cast<std::uint32_t>(locals_.size());
  Local local{name, std::move(local_type), *slot, false, {}};
  if (source != nullptr && note(*source).has_path) {
    local.has_path = true;
    local.path = note(*source).path;
  }
  locals_.push_back(std::move(local));
  out_.locals = std::max(out_.locals, static_cast<std::uint32_t>(locals_.size()));
}

Type Checker::element_of(const Type& range_type, Type* key, bool* is_map, const Node& node) {
  const Type range = unifier_.substitute(range_type).unwrapped();
  *is_map = false;
  if (range.is(TypeKind::kList)) {
    *key = Type::of(TypeKind::kInt);
    return range.element();
  }
  if (range.is(TypeKind::kMap)) {
    *is_map = true;
    *key = range.key();
    return range.value();
  }
  *key = Type();
  if (range.is_dyn() || range.is(TypeKind::kParameter)) return Type();
  return mistake(node, "a loop needs a list or a map, but this is " + show(range));
}

Type Checker::visit_comprehension(Node& node) {
  visit(*node.args[0]);
  if (failed()) return Type();
  const std::size_t depth = locals_.size();
  Note& n = note(node);
  Type result;
  if (node.macro == Macro::kOptMap || node.macro == Macro::kOptFlatMap) {
    const Type target = unifier_.substitute(type(*node.args[0]));
    if (!target.is(TypeKind::kOptional) && !target.is_dyn()) {
      return mistake(node, node.text + " needs an optional, but this is " + show(target));
    }
    push_local(node.var, target.is_dyn() ? Type() : target.element(), node.args[0], &n.index);
    visit(*node.args[1]);
    if (failed()) return Type();
    result = type(*node.args[1]);
    if (node.macro == Macro::kOptMap) {
      result = Type::optional(result);
    } else if (!result.is(TypeKind::kOptional) && !result.is_dyn()) {
      return mistake(*node.args[1],
                     "optFlatMap needs an optional here, but this is " + show(result));
    }
  } else {
    Type key;
    bool is_map = false;
    const Type value = element_of(type(*node.args[0]), &key, &is_map, *node.args[0]);
    if (failed()) return Type();
    if (node.var2.empty()) {
      push_local(node.var, is_map ? key : value, node.args[0], &n.index);
    } else {
      push_local(node.var, key, nullptr, &n.index);
      push_local(node.var2, value, node.args[0], &n.index2);
    }
    result = loop_result(node, key, value, is_map);
  }
  locals_.resize(depth);
  return result;
}

Type Checker::loop_result(Node& node, const Type& key, const Type& value, bool is_map) {
  for (std::size_t i = 1; i < node.args.size(); ++i) visit(*node.args[i]);
  if (failed()) return Type();
  const Node& last = *node.args.back();
  const bool filtered = node.args.size() == 3;
  const bool predicate = node.macro == Macro::kAll || node.macro == Macro::kExists ||
                         node.macro == Macro::kExistsOne || node.macro == Macro::kFilter ||
                         node.macro == Macro::kCount;
  if (filtered || predicate) require_bool(*node.args[1], "the condition of " + node.text + "()");
  switch (node.macro) {
    case Macro::kAll:
    case Macro::kExists:
    case Macro::kExistsOne: return Type::of(TypeKind::kBool);
    case Macro::kFilter:
    case Macro::kSortBy: return Type::list(is_map ? key : value);
    case Macro::kMap:
    case Macro::kTransformList: return Type::list(type(last));
    case Macro::kTransformMap: return Type::map(key, type(last));
    case Macro::kCount: return Type::of(TypeKind::kInt);
    case Macro::kSum:
    case Macro::kMin:
    case Macro::kMax:
    case Macro::kAvg: return fold_result(node);
    default: break;
  }
  const Type entry = unifier_.substitute(type(last));
  if (entry.is(TypeKind::kMap) || entry.is_dyn()) return entry;
  return mistake(last, "transformMapEntry needs a map here, but this is " + show(entry));
}

std::optional<Type> type_of_fold(Macro macro, const Type& value) {
  const TypeKind kind = value.kind();
  const bool number = kind == TypeKind::kInt || kind == TypeKind::kUint ||
                      kind == TypeKind::kDouble || kind == TypeKind::kDecimal;
  if (macro == Macro::kSum) {
    if (number || kind == TypeKind::kDuration) return value;
    return std::nullopt;
  }
  // Null where there is nothing to tell it of.
  if (macro == Macro::kAvg) {
    if (!number) return std::nullopt;
    return Type::wrapper(Type::of(kind == TypeKind::kDecimal ? kind : TypeKind::kDouble));
  }
  const bool ordered = number || kind == TypeKind::kString || kind == TypeKind::kDate ||
                       kind == TypeKind::kTimestamp || kind == TypeKind::kDuration;
  if (!ordered) return std::nullopt;
  return Type::wrapper(value);
}

std::string_view wants_of_fold(Macro macro) {
  if (macro == Macro::kSum) return "adds numbers or durations";
  if (macro == Macro::kAvg) return "takes numbers";
  return "takes values with an order: numbers, strings, dates, timestamps or durations";
}

// What sum(), min(), max() and avg() make of what the body gives.
Type Checker::fold_result(const Node& node) {
  const Type value = unifier_.substitute(type(*node.args.back())).unwrapped();
  if (value.is_dyn() || value.is(TypeKind::kParameter)) return Type();
  if (const std::optional<Type> result = type_of_fold(node.macro, value)) return *result;
  return mistake(*node.args.back(), node.text + "() " + std::string(wants_of_fold(node.macro)) +
                                        ", but this is " + show(value));
}

Type Checker::visit_bind(Node& node) {
  visit(*node.args[0]);
  if (failed()) return Type();
  push_local(node.var, type(*node.args[0]), node.args[0], &note(node).index);
  visit(*node.args[1]);
  locals_.pop_back();
  return failed() ? Type() : type(*node.args[1]);
}

Result<Checked> check(Ast* ast, const Environment& environment, const CompileOptions& options) {
  return Checker(ast, environment, options).run();
}

}  // namespace kith::expr
