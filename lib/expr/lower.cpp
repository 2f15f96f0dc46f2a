// From a checked tree to closures. What depends on constants only is computed here.
#include <algorithm>

#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "record/layout.hpp"

namespace kith::expr {
namespace {

std::string_view mirrored(std::string_view op) {
  if (op == "_<_") return "_>_";
  if (op == "_<=_") return "_>=_";
  if (op == "_>_") return "_<_";
  if (op == "_>=_") return "_<=_";
  return op;
}

class Lowering {
 public:
  explicit Lowering(Compiled* compiled) : out_(*compiled) {
    out_.constants = std::make_unique<Frame>(out_.constant_activation);
    out_.by_node.resize(out_.ast.size());
  }

  void run() { out_.root = visit(out_.ast.root()); }

 private:
  const Note& note(const Node& node) const { return out_.checked.note(node); }

  const Code* visit(const Node& node) {
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

  // What a constant comes to is known without asking.
  const Code* traced(const Node& node, const Code* code) {
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

  void build(const Node& node, Code* code) {
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

  void structure(const Node& node, Code* code) {
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

  void constant(Code* code, const Value& value) {
    // Scalars and text, borrowed from the tree or the catalog.
    code->value = to_datum(*out_.constants, value);
    code->constant = true;
    code->eval = &eval::constant;
  }

  void children(const Node& node, std::size_t first, Code* code) {
    std::vector<const Code*> list;
    for (std::size_t i = first; i < node.args.size(); ++i) list.push_back(visit(*node.args[i]));
    set_args(std::move(list), code);
  }
  void set_args(std::vector<const Code*> list, Code* code) {
    out_.code_lists.push_back(std::move(list));
    code->args = out_.code_lists.back().data();
    code->count = static_cast<std::uint32_t>(out_.code_lists.back().size());
  }

  void entries(const Node& node, Code* code) {
    if (node.optional_entries.empty()) return;
    const std::size_t size = node.optional_entries.size();
    out_.flags.push_back(std::make_unique<bool[]>(size));
    std::copy(node.optional_entries.begin(), node.optional_entries.end(), out_.flags.back().get());
    code->optional_entries = out_.flags.back().get();
  }

  void loop(const Node& node, Code* code) {
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

  void folded(const Node& node, Code* code) {
    code->eval = &eval::fold_loop;
    const std::vector<const Overload*>* sums = FunctionRegistry::standard_shared().find("_+_");
    code->overloads = sums->data();
    code->overload_count = static_cast<std::uint32_t>(sums->size());
    const Note& body = note(*node.args.back());
    if (body.binding == Binding::kField && body.part == FieldPart::kValue &&
        body.cast == Cast::kNone && body.field->type == schema::FieldType::kMoney &&
        node.macro != Macro::kCount) {
      Code* currency = &out_.codes.emplace_back(untraced(*code->args[1]));
      currency->part = FieldPart::kCurrency;
      code->currency = currency;
    }
    if (node.macro != Macro::kSum && node.macro != Macro::kAvg) return;
    switch (body.type.unwrapped().kind()) {
      case TypeKind::kInt: code->value = eval::zero_of(Tag::kInt); break;
      case TypeKind::kUint: code->value = eval::zero_of(Tag::kUint); break;
      case TypeKind::kDouble: code->value = eval::zero_of(Tag::kDouble); break;
      case TypeKind::kDecimal: code->value = eval::zero_of(Tag::kDecimal); break;
      case TypeKind::kDuration: code->value = eval::zero_of(Tag::kDuration); break;
      default: break;
    }
  }

  // What the body reads of the records that the loop goes over.
  void elements(const Node& loop, Code* code) {
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
  void elements_in(const Node& node, std::uint32_t local, Code* code,
                   std::vector<const Code*>* followed) {
    if (is_field_of(node, local)) code->reads_elements = true;
    const bool hop = node.kind == NodeKind::kSelect && is_field_of(*node.args[0], local);
    if (hop && note(node).binding == Binding::kField) {
      const Code* reference = out_.by_node[node.args[0]->id];
      const bool known =
          std::find(followed->begin(), followed->end(), reference) != followed->end();
      if (reference != nullptr && !known) {
        followed->push_back(reference);
      }
    }
    for (const Node* arg : node.args) elements_in(*arg, local, code, followed);
  }
  // x.field of the loop's variable.
  bool is_field_of(const Node& node, std::uint32_t local) const {
    if (node.kind != NodeKind::kSelect || node.optional || node.test_only) return false;
    const Note& target = note(*node.args[0]);
    return note(node).binding == Binding::kField && note(node).part != FieldPart::kRelated &&
           target.binding == Binding::kLocal && target.index == local;
  }

  // Nodes of a loop's body without those of loops inside, which charge for themselves.
  static std::uint64_t weight(const Node& node) {
    std::uint64_t sum = 1;
    const bool nested = node.kind == NodeKind::kComprehension;
    for (std::size_t i = 0; i < (nested ? 1 : node.args.size()); ++i) sum += weight(*node.args[i]);
    return sum;
  }

  // What is asked of the record beyond the arguments.
  void question(const Node& node, const Note& n, Code* code) {
    code->entity = n.entity;
    switch (node.macro) {
      case Macro::kIsNew: code->test = &eval::is_new; return;
      case Macro::kChanged:
      case Macro::kChangedTo: {
        const Code* now = visit(*node.args[0]);
        std::vector<const Code*> args = {now, former(*now)};
        const bool to = node.macro == Macro::kChangedTo;
        if (to) args.push_back(visit(*node.args[1]));
        set_args(std::move(args), code);
        code->test = to ? &eval::changed_to : &eval::changed;
        return;
      }
      case Macro::kInSegment:
        children(node, 0, code);
        code->test = &eval::in_segment;
        return;
      default: break;
    }
    children(node, 0, code);
    const record::Layout* layout = out_.environment.layout(n.entity);
    code->field = n.field;
    if (layout != nullptr) code->slot = layout->slot(n.field->id);
    code->eval = layout != nullptr ? &eval::stage_age : &eval::unresolved;
  }

  // What a code computes, without the wrapping that tells a trace of it.
  static const Code& untraced(const Code& code) {
    return code.eval == &eval::traced ? untraced(*code.args[0]) : code;
  }

  // The same field, cast as it is, of the record before the change.
  const Code* former(const Code& now) {
    const Code& field = untraced(now);
    Code* code = &out_.codes.emplace_back(field);
    if (field.cast != Cast::kNone) {
      set_args({former(*field.args[0])}, code);
    } else if (field.eval == &eval::field) {
      code->root = Root::kOld;
      code->eval = &eval::was;
    }
    code->test = &eval::test_by_eval;
    return code;
  }

  void relation(const Node& node, const Note& n, Code* code) {
    code->related = n.related;
    if (code->from_root) {
      code->eval = &eval::related;
      if (!node.test_only) return;
      code->eval = nullptr;
      code->test = &eval::has_related;
    }
  }

  void field(const Node& node, const Note& n, Code* code) {
    code->part = n.part;
    code->system = n.system;
    code->field = n.field;
    code->formula = n.formula;
    code->entity = n.entity;
    code->root = n.root;
    if (n.field != nullptr) {
      const bool related = n.part == FieldPart::kRelated;
      const record::Layout* layout = out_.environment.layout(related ? n.related->id : n.entity);
      if (layout != nullptr) {
        code->slot = layout->slot(n.field->id);
      } else {
        code->eval = &eval::unresolved;
        return;
      }
      options(n, code);
    }
    if (node.kind == NodeKind::kRecordCall) {  // was()
      children(node, 0, code);
      code->name = node.args[0]->text;
      code->eval = &eval::was;
      return;
    }
    if (node.kind == NodeKind::kIdent) {
      code->from_root = true;
    } else {
      const Node& target = *node.args[0];
      const Note& t = note(target);
      code->from_root = t.binding == Binding::kRoot && !node.optional;
      if (code->from_root) code->root = t.root;
    }
    if (code->from_root) {
      if (node.kind != NodeKind::kIdent) visit(*node.args[0]);
      code->eval = &eval::field;
      if (node.test_only) {
        code->eval = nullptr;
        code->test = &eval::has_field;
      }
      if (n.part == FieldPart::kRelated) relation(node, n, code);
      return;
    }
    children(node, 0, code);
    code->eval = &eval::select;
    if (n.part == FieldPart::kRelated) relation(node, n, code);
    // The selection tells a system field from a key by having a field; any will do.
    if (code->field == nullptr) code->field = &kSystem;
  }

  void options(const Note& n, Code* code) {
    std::uint32_t most = 0;
    for (const schema::Option& option : n.field->options) most = std::max(most, option.id);
    if (n.field->options.empty()) return;
    auto& table = out_.tables.emplace_back(most + 1);
    if (n.part == FieldPart::kDerived) {
      for (const auto& [id, value] : n.derived->values) {
        if (id <= most) table[id] = derived(n.derived->type, value);
      }
    } else {
      for (const schema::Option& option : n.field->options) {
        table[option.id] = Datum::string(option.name);
      }
    }
    code->options = table.data();
    code->option_count = static_cast<std::uint32_t>(table.size());
  }

  Datum derived(schema::FieldType type, const Value& value) {
    Datum out = to_datum(*out_.constants, value);
    if (type == schema::FieldType::kDecimal && out.is(Tag::kInt)) {
      out = Datum::decimal(Decimal(out.int_value));
    }
    return out;
  }

  // convert(amount, to): the currency of the field goes between.
  bool convert_money(const Node& node, const Note& n, Code* code) {
    if (n.overloads.size() != 1 || !n.overloads[0]->id.starts_with("convert_money")) return false;
    std::vector<const Code*> list = {visit(*node.args[0])};
    const Code* from = currency(*node.args[0]);
    if (from == nullptr) return false;
    list.push_back(from);
    for (std::size_t i = 1; i < node.args.size(); ++i) list.push_back(visit(*node.args[i]));
    set_args(std::move(list), code);
    for (const Overload* full : *out_.environment.functions().find("convert")) {
      if (full->parameters.size() != code->count || full->id.starts_with("convert_money")) continue;
      out_.overload_lists.push_back({full});
      code->overloads = out_.overload_lists.back().data();
      code->overload_count = 1;
    }
    code->name = "convert";
    code->eval = &eval::call;
    return true;
  }

  // What gives the currency of a decimal, or nullptr when it is of none that is known.
  const Code* currency(const Node& node) {
    const Note& n = note(node);
    if (n.binding == Binding::kField) {
      const bool money = n.part == FieldPart::kValue && n.formula == nullptr &&
                         n.field != nullptr && n.field->type == schema::FieldType::kMoney;
      const Code* value = out_.by_node[node.id];
      if (value != nullptr && value->eval == &eval::traced) value = value->args[0];
      if (!money || value == nullptr || node.optional || node.test_only) return nullptr;
      Code* code = &out_.codes.emplace_back(*value);
      code->part = FieldPart::kCurrency;
      code->test = &eval::test_by_eval;
      return code;
    }
    if (n.binding != Binding::kCall || node.args.empty()) return nullptr;
    const std::string_view name = node.text;
    if (name == "_+_" || name == "_-_") {
      const Code* left = currency(*node.args[0]);
      return left != nullptr ? left : currency(*node.args[1]);
    }
    if (name == "_*_" || name == "_/_") {
      const Code* left = currency(*node.args[0]);
      const Code* right = currency(*node.args[1]);
      if (right == nullptr) return left;
      return left == nullptr && name == "_*_" ? right : nullptr;
    }
    if (name == "-_" || name == "round") return currency(*node.args[0]);
    if (name != "convert" || n.overloads.size() != 1) return nullptr;
    const bool money = n.overloads[0]->id.starts_with("convert_money");
    return out_.by_node[node.args[money ? 1 : 2]->id];
  }

  // Money of two currencies is neither added nor compared.
  Code* with_currencies(const Node& node, Code* code) {
    if (note(node).binding != Binding::kCall || node.method || node.args.size() != 2) return code;
    const std::string_view op = node.text;
    if (op != "_+_" && op != "_-_" && op != "_==_" && op != "_!=_" && mirrored(op) == op) {
      return code;
    }
    for (const Node* arg : node.args) {
      if (!note(*arg).type.unwrapped().is(TypeKind::kDecimal)) return code;
    }
    const Code* left = currency(*node.args[0]);
    const Code* right = left == nullptr ? nullptr : currency(*node.args[1]);
    if (right == nullptr) return code;
    Code* guarded = &out_.codes.emplace_back();
    guarded->offset = node.offset;
    guarded->name = node.text;
    guarded->eval = &eval::same_currency;
    guarded->test = &eval::test_by_eval;
    set_args({code, left, right}, guarded);
    return guarded;
  }

  void call(const Node& node, const Note& n, Code* code) {
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

  void regex(Code* code) {
    const Code& pattern = *code->args[1];
    if (!pattern.constant || !pattern.value.is(Tag::kString)) return;
    std::string error;
    auto compiled = Regex::compile(pattern.value.text(), &error);
    if (compiled == nullptr) return;  // the call reports it when it is evaluated
    out_.regexes.push_back(std::move(compiled));
    code->regex = out_.regexes.back().get();
    code->eval = &eval::matches;
  }

  void comparison(std::string_view op, Code* code) {
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

  const Code* with_cast(const Node& node, Code* code) {
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

  // Computes the code now when all its parts are constants and it does not fail.
  void fold(Code* code) {
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

  static const schema::Field kSystem;
  Compiled& out_;
};

const schema::Field Lowering::kSystem;

}  // namespace

void lower(Compiled* compiled) { Lowering(compiled).run(); }

}  // namespace kith::expr
