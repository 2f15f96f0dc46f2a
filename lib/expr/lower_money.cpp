// Closures that keep currencies apart.
#include "expr/lower_impl.hpp"
#include "expr/operators.hpp"

namespace kith::expr {

bool Lowering::convert_money(const Node& node, const Note& n, Code* code) {
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

const Code* Lowering::currency(const Node& node) {
  const Note& n = note(node);
  if (n.binding == Binding::kField) {
    const bool money = n.part == FieldPart::kValue && n.formula == nullptr && n.field != nullptr &&
                       n.field->type == schema::FieldType::kMoney;
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

Code* Lowering::with_currencies(const Node& node, Code* code) {
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

}  // namespace kith::expr
