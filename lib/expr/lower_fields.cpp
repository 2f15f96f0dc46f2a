// Closures that read records: fields, relations, questions about a change.
#include <algorithm>

#include "expr/datum_value.hpp"
#include "expr/lower_impl.hpp"
#include "expr/rollups.hpp"
#include "record/layout.hpp"

namespace kith::expr {

void Lowering::question(const Node& node, const Note& n, Code* code) {
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
    case Macro::kScore:
      children(node, 0, code);
      code->score = n.score;
      code->eval = &eval::score;
      return;
    case Macro::kRollup: children(node, 0, code); return rollup(n, code);
    default: break;
  }
  children(node, 0, code);
  const record::Layout* layout = out_.environment.layout(n.entity);
  code->field = n.field;
  if (layout != nullptr) code->slot = layout->slot(n.field->id);
  code->eval = layout != nullptr ? &eval::stage_age : &eval::unresolved;
}

const Code& Lowering::untraced(const Code& code) {
  return code.eval == &eval::traced ? untraced(*code.args[0]) : code;
}

const Code* Lowering::former(const Code& now) {
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

void Lowering::relation(const Node& node, const Note& n, Code* code) {
  code->related = n.related;
  if (code->from_root) {
    code->eval = &eval::related;
    if (!node.test_only) return;
    code->eval = nullptr;
    code->test = &eval::has_related;
  }
}

void Lowering::rollup(const Note& n, Code* code) {
  const record::Layout* layout = out_.environment.layout(n.related->id);
  code->rollup = n.rollup;
  code->related = n.related;
  code->field = n.field;
  code->name = n.field->inverse;
  code->macro = n.rollup->macro();
  if (layout != nullptr) code->slot = layout->slot(n.field->id);
  if (n.rollup->value) adding(n.rollup->value->type(), code);
  code->eval = layout != nullptr ? &eval::rollup : &eval::unresolved;
}

void Lowering::field(const Node& node, const Note& n, Code* code) {
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

void Lowering::options(const Note& n, Code* code) {
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

Datum Lowering::derived(schema::FieldType type, const Value& value) {
  Datum out = to_datum(*out_.constants, value);
  if (type == schema::FieldType::kDecimal && out.is(Tag::kInt)) {
    out = Datum::decimal(Decimal(out.int_value));
  }
  return out;
}

}  // namespace kith::expr
