#include "expr/rollups.hpp"

#include "base/try.hpp"
#include "expr/code.hpp"
#include "expr/formulas.hpp"

namespace kith::expr {
namespace {

std::string why_not_field(const Node& node, const Note& note, const Checked& checked) {
  if (note.part == FieldPart::kRelated) return "'" + node.text + "' lists other records";
  const bool own =
      node.kind == NodeKind::kIdent ||
      (node.kind == NodeKind::kSelect && checked.note(*node.args[0]).binding == Binding::kRoot);
  if (!own) return "'" + node.text + "' is read from another record";
  if (note.formula != nullptr && !note.formula->not_indexable.empty()) {
    return "the formula '" + note.formula->field->name + "' " + note.formula->not_indexable;
  }
  if (note.part != FieldPart::kSystem) return {};
  switch (note.system) {
    case schema::SystemField::kVersion:
    case schema::SystemField::kDeleted:
      return "'" + node.text + "' is nothing that the related record stores";
    default: return {};
  }
}

// Why the node makes a value of more than the related record, or empty.
std::string why_not_pure(const Node& node, const Checked& checked) {
  const Note& note = checked.note(node);
  switch (note.binding) {
    case Binding::kRoot:
      if (note.root == Root::kOld) return "'old' is what a record was before";
      return note.root == Root::kUser ? "'user' depends on who asks" : "";
    case Binding::kNow: return "'now' depends on the time";
    case Binding::kParams: return "'params' depends on who asks";
    case Binding::kOrg: return "'org' can change without the record";
    case Binding::kQuestion:
      return node.macro == Macro::kRollup
                 ? "rollup() makes it a rollup of a rollup"
                 : node.text + "() asks about more than the record's own fields";
    case Binding::kField:
      if (node.kind == NodeKind::kRecordCall) return "was() is what a record was before";
      return why_not_field(node, note, checked);
    default: return {};
  }
}

Status judge(const Program& program) {
  const Ast& ast = program.ast();
  const auto refuse = [&](std::uint32_t offset, const std::string& why) {
    return ast.source().error(kith::Code::kExpressionType, offset,
                              why + "; a rollup goes by the related record's own fields alone");
  };
  for (std::uint32_t id = 0; id < ast.size(); ++id) {
    const std::string why = why_not_pure(ast.node(id), program.checked());
    if (!why.empty()) return refuse(ast.node(id).offset, why);
  }
  if (program.reads_now()) {
    return refuse(ast.root().offset,
                  "a function in it depends on the time, on calendars or on rates of exchange");
  }
  return {};
}

}  // namespace

Macro Rollup::macro() const {
  switch (declared->kind) {
    case schema::RollupKind::kCount: return Macro::kCount;
    case schema::RollupKind::kSum: return Macro::kSum;
    case schema::RollupKind::kMin: return Macro::kMin;
    case schema::RollupKind::kMax: return Macro::kMax;
    case schema::RollupKind::kAvg: return Macro::kAvg;
  }
  return Macro::kCount;
}

Rollups::Rollups(const schema::Catalog& catalog, ParseLimits limits, Formulas& formulas)
    : catalog_(catalog), limits_(limits), formulas_(formulas) {}

Status Rollups::compile() {
  for (const schema::EntityType& type : catalog_.types) {
    if (type.removed) continue;
    for (const schema::Rollup& declared : type.rollups) {
      const Entry& entry = compiled(type, declared);
      if (entry.ok()) continue;
      const Status& status = !entry.of.ok()     ? entry.of
                             : entry.value.ok() ? entry.where
                                                : entry.value;
      return status.with_context("rollup " + declared.name + " of " + type.name);
    }
  }
  complete_ = true;
  return {};
}

Status Rollups::check(const schema::EntityType& type, const schema::Rollup& declared, Part part) {
  const Entry& entry = compiled(type, declared);
  if (!entry.of.ok()) return entry.of;
  return part == Part::kValue ? entry.value : entry.where;
}

Result<const Rollup*> Rollups::get(std::uint16_t entity, const schema::Rollup& declared) {
  const schema::EntityType* type = catalog_.find(entity);
  if (complete_ && entries_.count(Key(entity, declared.name)) == 0) {
    return Status(kith::Code::kExpressionType, "the model has no such rollup any more");
  }
  const Entry& entry = compiled(*type, declared);
  if (entry.open) {
    return Status(kith::Code::kExpressionType, "the rollup '" + declared.name + "' of " +
                                                   type->name +
                                                   " reads itself: a rollup of a rollup is none");
  }
  if (entry.ok()) return entry.rollup.get();
  return Status(kith::Code::kExpressionType, "the rollup '" + declared.name + "' of " + type->name +
                                                 " has a mistake of its own: mend that one first");
}

Rollups::Entry& Rollups::compiled(const schema::EntityType& type, const schema::Rollup& declared) {
  const Key key(type.id, declared.name);
  if (const auto known = entries_.find(key); known != entries_.end()) return known->second;
  Entry& entry = entries_[key];
  entry.rollup = std::make_unique<Rollup>();
  entry.rollup->type = &type;
  entry.rollup->declared = &declared;
  build(&entry);
  entry.open = false;
  return entry;
}

void Rollups::build(Entry* entry) const {
  Rollup& rollup = *entry->rollup;
  const schema::Rollup& declared = *rollup.declared;
  entry->of = relate(&rollup);
  if (!entry->of.ok()) return;
  if (!declared.where.empty()) {
    entry->where = compile_part(declared.where, Type::of(TypeKind::kBool), &rollup, &rollup.where);
  }
  if (!declared.value.empty()) {
    entry->value = compile_part(declared.value, std::nullopt, &rollup, &rollup.value);
  }
  if (entry->value.ok()) entry->value = result_type(&rollup);
}

Status Rollups::relate(Rollup* rollup) const {
  for (const schema::Catalog::Inbound& inbound : catalog_.inbound(rollup->type->id)) {
    if (inbound.field->inverse != rollup->declared->of) continue;
    rollup->related = inbound.from;
    rollup->reference = inbound.field;
    return {};
  }
  return {kith::Code::kExpressionType,
          "'" + rollup->declared->of + "' is no relation of " + rollup->type->name};
}

Status Rollups::compile_part(const std::string& source, std::optional<Type> expected,
                             Rollup* rollup, std::optional<Program>* out) const {
  const Environment environment = formulas_.environment(rollup->related->id);
  CompileOptions options;
  options.limits = limits_;
  options.expected = std::move(expected);
  KITH_ASSIGN(Program program, expr::compile(source, environment, options));
  KITH_TRY(judge(program));
  rollup->weight += program.ast().size();
  *out = std::move(program);
  return {};
}

Status Rollups::result_type(Rollup* rollup) const {
  if (!rollup->value) {
    rollup->result = Type::of(TypeKind::kInt);
    return {};
  }
  const Ast& ast = rollup->value->ast();
  const Type& value = rollup->value->type().unwrapped();
  if (value.is_dyn()) {
    return ast.source().error(kith::Code::kExpressionType, ast.root().offset,
                              "the type of this is known only when it is evaluated; a rollup needs "
                              "it before: convert it, as in int(x), decimal(x) or string(x)");
  }
  const std::optional<Type> result = type_of_fold(rollup->macro(), value);
  if (result) {
    rollup->result = *result;
    return {};
  }
  return ast.source().error(kith::Code::kExpressionType, ast.root().offset,
                            std::string(schema::rollup_kind_name(rollup->declared->kind)) + " " +
                                std::string(wants_of_fold(rollup->macro())) + ", but this is " +
                                value.to_string());
}

}  // namespace kith::expr
