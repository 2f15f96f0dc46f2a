// From a checked tree to closures. What depends on constants only is computed here.
#include <algorithm>

#include "expr/datum_value.hpp"
#include "expr/lower_impl.hpp"
#include "expr/operators.hpp"

namespace kith::expr {
const Code* Lowering::visit(const Node& node) {
  Code* code = &out_.codes.emplace_back();
  code->offset = node.offset;
  code->name = node.text;
  code->macro = node.macro;
  code->optional = node.optional;
  code->test_only = node.test_only;
  build(node, code);
  if (code->eval == nullptr) code->eval = &eval::eval_by_test;
  if (code->test == nullptr) code->test = &eval::test_by_eval;
  const Code* result = traced(node, with_cast(node, with_currencies(node, code)));
  out_.by_node[node.id] = result;
  return result;
}

const Code* Lowering::traced(const Node& node, const Code* code) {
  if (!out_.traced || code->constant) return code;
  Code* outer = &out_.codes.emplace_back();
  outer->offset = node.offset;
  outer->name = code->name;
  outer->index = node.id;
  set_args({code}, outer);
  outer->eval = &eval::traced;
  outer->test = &eval::test_traced;
  return outer;
}

void Lowering::build(const Node& node, Code* code) {
  const Note& n = note(node);
  switch (n.binding) {
    case Binding::kConstant: return constant(code, n.constant);
    case Binding::kTypeName: return constant(code, n.constant);
    case Binding::kLocal:
      code->index = n.index;
      code->eval = &eval::local;
      return;
    case Binding::kVariable:
      code->name = out_.environment.variables()[n.index].name;
      code->eval = &eval::variable;
      return;
    case Binding::kRoot:
      code->root = n.root;
      code->eval = &eval::root_record;
      return;
    case Binding::kNow: code->eval = &eval::now; return;
    case Binding::kParams: code->eval = &eval::params; return;
    case Binding::kOrg: code->eval = &eval::org; return;
    case Binding::kField: return field(node, n, code);
    case Binding::kQuestion: return question(node, n, code);
    case Binding::kUnresolved: code->eval = &eval::unresolved; return;
    case Binding::kCall: return call(node, n, code);
    case Binding::kNone: break;
  }
  structure(node, code);
}

void Lowering::structure(const Node& node, Code* code) {
  switch (node.kind) {
    case NodeKind::kLiteral: return constant(code, node.value);
    case NodeKind::kSelect:
      children(node, 0, code);
      code->eval = &eval::select;
      return;
    case NodeKind::kIndex:
      children(node, 0, code);
      code->eval = &eval::index;
      return;
    case NodeKind::kAnd:
      children(node, 0, code);
      code->test = &eval::test_and;
      return;
    case NodeKind::kOr:
      children(node, 0, code);
      code->test = &eval::test_or;
      return;
    case NodeKind::kConditional:
      children(node, 0, code);
      code->eval = &eval::conditional;
      return;
    case NodeKind::kList:
    case NodeKind::kMap:
      children(node, 0, code);
      entries(node, code);
      code->eval = node.kind == NodeKind::kList ? &eval::list : &eval::map;
      return fold(code);
    case NodeKind::kComprehension: return loop(node, code);
    case NodeKind::kBind:
      children(node, 0, code);
      code->index = note(node).index;
      code->eval = &eval::bind;
      return;
    default: code->eval = &eval::unresolved;
  }
}

void Lowering::constant(Code* code, const Value& value) {
  // Scalars and text, borrowed from the tree or the catalog.
  code->value = to_datum(*out_.constants, value);
  code->constant = true;
  code->eval = &eval::constant;
}

void Lowering::children(const Node& node, std::size_t first, Code* code) {
  std::vector<const Code*> list;
  for (std::size_t i = first; i < node.args.size(); ++i) list.push_back(visit(*node.args[i]));
  set_args(std::move(list), code);
}

void Lowering::set_args(std::vector<const Code*> list, Code* code) {
  out_.code_lists.push_back(std::move(list));
  code->args = out_.code_lists.back().data();
  code->count = static_cast<std::uint32_t>(out_.code_lists.back().size());
}

void Lowering::entries(const Node& node, Code* code) {
  if (node.optional_entries.empty()) return;
  const std::size_t size = node.optional_entries.size();
  out_.flags.push_back(std::make_unique<bool[]>(size));
  std::copy(node.optional_entries.begin(), node.optional_entries.end(), out_.flags.back().get());
  code->optional_entries = out_.flags.back().get();
}

void Lowering::loop(const Node& node, Code* code) {
  children(node, 0, code);
  const Note& n = note(node);
  code->index = n.index;
  code->index2 = n.index2;
  code->two_variables = !node.var2.empty();
  code->body_cost = 1;
  for (std::size_t i = 1; i < node.args.size(); ++i) code->body_cost += weight(*node.args[i]);
  switch (node.macro) {
    case Macro::kOptMap:
    case Macro::kOptFlatMap: code->eval = &eval::option_map; return;
    case Macro::kCount:
    case Macro::kSum:
    case Macro::kMin:
    case Macro::kMax:
    case Macro::kAvg: folded(node, code); break;
    default: code->eval = &eval::comprehension;
  }
  elements(node, code);
}

void Lowering::folded(const Node& node, Code* code) {
  code->eval = &eval::fold_loop;
  if (node.macro != Macro::kCount) code->currency = currency(*node.args.back());
  adding(note(*node.args.back()).type, code);
}

void Lowering::adding(const Type& value, Code* code) {
  const std::vector<const Overload*>* sums = FunctionRegistry::standard_shared().find("_+_");
  code->overloads = sums->data();
  code->overload_count = static_cast<std::uint32_t>(sums->size());
  if (code->macro != Macro::kSum && code->macro != Macro::kAvg) return;
  switch (value.unwrapped().kind()) {
    case TypeKind::kInt: code->value = eval::zero_of(Tag::kInt); break;
    case TypeKind::kUint: code->value = eval::zero_of(Tag::kUint); break;
    case TypeKind::kDouble: code->value = eval::zero_of(Tag::kDouble); break;
    case TypeKind::kDecimal: code->value = eval::zero_of(Tag::kDecimal); break;
    case TypeKind::kDuration: code->value = eval::zero_of(Tag::kDuration); break;
    default: break;
  }
}

void Lowering::elements(const Node& loop, Code* code) {
  std::vector<const Code*> followed;
  const std::uint32_t local = code->two_variables ? code->index2 : code->index;
  for (std::size_t i = 1; i < loop.args.size(); ++i) {
    elements_in(*loop.args[i], local, code, &followed);
  }
  if (followed.empty()) return;
  out_.code_lists.push_back(std::move(followed));
  code->followed = out_.code_lists.back().data();
  code->followed_count = static_cast<std::uint32_t>(out_.code_lists.back().size());
}

void Lowering::elements_in(const Node& node, std::uint32_t local, Code* code,
                           std::vector<const Code*>* followed) {
  if (is_field_of(node, local)) code->reads_elements = true;
  const bool hop = node.kind == NodeKind::kSelect && is_field_of(*node.args[0], local);
  if (hop && note(node).binding == Binding::kField) {
    const Code* reference = out_.by_node[node.args[0]->id];
    const bool known = std::find(followed->begin(), followed->end(), reference) != followed->end();
    if (reference != nullptr && !known) {
      followed->push_back(reference);
    }
  }
  for (const Node* arg : node.args) elements_in(*arg, local, code, followed);
}

bool Lowering::is_field_of(const Node& node, std::uint32_t local) const {
  if (node.kind != NodeKind::kSelect || node.optional || node.test_only) return false;
  const Note& target = note(*node.args[0]);
  return note(node).binding == Binding::kField && note(node).part != FieldPart::kRelated &&
         target.binding == Binding::kLocal && target.index == local;
}

std::uint64_t Lowering::weight(const Node& node) {
  std::uint64_t sum = 1;
  const bool nested = node.kind == NodeKind::kComprehension;
  for (std::size_t i = 0; i < (nested ? 1 : node.args.size()); ++i) sum += weight(*node.args[i]);
  return sum;
}

void Lowering::call(const Node& node, const Note& n, Code* code) {
  if (convert_money(node, n, code)) return;
  children(node, n.namespaced ? 1 : 0, code);
  code->overloads = n.overloads.data();
  code->overload_count = static_cast<std::uint32_t>(n.overloads.size());
  code->eval = &eval::call;
  if (!n.overloads.empty()) code->name = n.overloads.front()->name;
  const bool pure = std::all_of(n.overloads.begin(), n.overloads.end(),
                                [](const Overload* overload) { return overload->constant; });
  if (pure) fold(code);
  if (code->constant) return;
  if (node.text == "!_" && code->count == 1) code->test = &eval::test_not;
  if (node.text == "matches" && code->count == 2) regex(code);
  const bool otherwise = node.text == "or" || node.text == "orValue";
  if (node.method && otherwise && code->count == 2) code->eval = &eval::otherwise;
  if (code->count == 2 && !node.method) comparison(node.text, code);
}

void Lowering::regex(Code* code) {
  const Code& pattern = *code->args[1];
  if (!pattern.constant || !pattern.value.is(Tag::kString)) return;
  std::string error;
  auto compiled = Regex::compile(pattern.value.text(), &error);
  if (compiled == nullptr) return;  // the call reports it when it is evaluated
  out_.regexes.push_back(std::move(compiled));
  code->regex = out_.regexes.back().get();
  code->eval = &eval::matches;
}

void Lowering::comparison(std::string_view op, Code* code) {
  const Code* left = code->args[0];
  const Code* right = code->args[1];
  if (left->constant && !right->constant) {
    std::swap(left, right);
    op = mirrored(op);
  }
  if (!right->constant || left->eval != &eval::field || !left->from_root) return;
  if (left->formula != nullptr) return;  // it has no slot
  code->test = eval::compare_slot(op, *left, right->value, code);
}

const Code* Lowering::with_cast(const Node& node, Code* code) {
  const Cast cast = note(node).cast;
  if (cast == Cast::kNone) return code;
  Code* outer = &out_.codes.emplace_back();
  outer->offset = node.offset;
  outer->cast = cast;
  set_args({code}, outer);
  outer->eval = &eval::cast;
  outer->test = &eval::test_by_eval;
  fold(outer);
  return outer;
}

void Lowering::fold(Code* code) {
  for (std::uint32_t i = 0; i < code->count; ++i) {
    if (!code->args[i]->constant) return;
  }
  if (out_.constants->stopped()) return;
  const Datum value = code->eval(*code, *out_.constants);
  if (value.is_error() || out_.constants->stopped()) return;
  code->value = value;
  code->constant = true;
  code->eval = &eval::constant;
  code->test = &eval::test_by_eval;
}

const schema::Field Lowering::kSystem;

void lower(Compiled* compiled) { Lowering(compiled).run(); }

}  // namespace kith::expr
