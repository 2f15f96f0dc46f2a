#include "expr/formulas.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/try.hpp"
#include "expr/code.hpp"

namespace kith::expr {
namespace {

using schema::FieldType;

Type declared_type(FieldType type) {
  switch (type) {
    case FieldType::kBool: return Type::of(TypeKind::kBool);
    case FieldType::kInt: return Type::of(TypeKind::kInt);
    case FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case FieldType::kDecimal: return Type::of(TypeKind::kDecimal);
    case FieldType::kDate: return Type::of(TypeKind::kDate);
    case FieldType::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case FieldType::kDuration: return Type::of(TypeKind::kDuration);
    default: return Type::of(TypeKind::kString);
  }
}

// Of the system fields those that an index can hold; the others change without the record.
bool is_stored_system_field(std::uint32_t id) {
  const auto system = static_cast<schema::SystemField>(id & ~kSystemFieldBit);
  return system == schema::SystemField::kOwner || system == schema::SystemField::kCreated ||
         system == schema::SystemField::kUpdated;
}

std::string why_not_indexable(const Program& program) {
  for (const FieldPath& path : program.paths()) {
    if (path.root == Root::kUser) return "depends on who asks (user)";
    if (path.fields.size() > 1) return "reads other records";
    const std::uint32_t id = path.fields.front();
    if ((id & kSystemFieldBit) != 0 && !is_stored_system_field(id)) {
      return "reads a system field other than owner, created and updated";
    }
  }
  if (program.reads_now()) return "depends on the time (now)";
  if (program.reads_anything()) return "asks about segments";
  for (const Note& note : program.checked().notes) {
    if (note.part == FieldPart::kRelated) return "reads other records";
    if (note.binding == Binding::kOrg) return "depends on the organisation (org)";
    if (note.binding == Binding::kRoot && note.root == Root::kUser) {
      return "depends on who asks (user)";
    }
  }
  return {};
}

}  // namespace

Formulas::Formulas(const schema::Catalog& catalog, LayoutLookup layouts, ParseLimits limits)
    : catalog_(catalog), layouts_(std::move(layouts)), limits_(limits) {}

Status Formulas::compile() {
  for (const schema::EntityType& type : catalog_.types) {
    if (type.removed) continue;
    for (const schema::Field& field : type.fields) {
      if (field.is_formula() && !field.removed) KITH_TRY(check(type, field));
    }
  }
  unknown_.state = State::kFailed;
  unknown_.mistake = {kith::Code::kExpressionType, "the model has no such formula any more"};
  unknown_.for_readers = std::string(unknown_.mistake.message());
  complete_ = true;
  return {};
}

Status Formulas::check(const schema::EntityType& type, const schema::Field& field) {
  const Entry& entry = compiled({type.id, field.id}, field);
  if (entry.state == State::kReady) return {};
  return entry.mistake.with_context("formula " + field.name + " of " + type.name);
}

Result<const Formula*> Formulas::get(std::uint16_t entity, const schema::Field& field) {
  const Entry& entry = compiled({entity, field.id}, field);
  switch (entry.state) {
    case State::kReady: return entry.formula.get();
    case State::kFailed: return Status(kith::Code::kExpressionType, entry.for_readers);
    case State::kOpen: break;
  }
  circle_ = circle({entity, field.id});
  return Status(kith::Code::kExpressionType, circle_);
}

const Formula* Formulas::find(std::uint16_t entity, std::uint32_t field) const {
  const auto found = entries_.find({entity, field});
  return found != entries_.end() ? found->second.formula.get() : nullptr;
}

Formulas::Entry& Formulas::compiled(Key key, const schema::Field& field) {
  const auto known = entries_.find(key);
  if (known != entries_.end()) return known->second;
  if (complete_) return unknown_;
  Entry& entry = entries_[key];
  if (open_.empty()) circle_.clear();
  open_.push_back(key);
  entry.mistake = build(key, field, &entry);
  open_.pop_back();
  entry.state = entry.mistake.ok() ? State::kReady : State::kFailed;
  if (entry.mistake.ok()) return entry;
  entry.formula = nullptr;
  entry.for_readers = !circle_.empty() ? circle_
                                       : "the formula '" + name_of(key, true) +
                                             "' has a mistake of its own: mend that one first";
  return entry;
}

Status Formulas::build(Key key, const schema::Field& field, Entry* entry) {
  Environment environment = Environment::for_entity(catalog_, layouts_, key.first);
  environment.set_formulas(this);
  environment.set_organisation(organisation_);
  CompileOptions options;
  options.limits = limits_;
  options.expected = declared_type(field.type);
  KITH_ASSIGN(Program program, expr::compile(field.formula, environment, options));
  auto formula = std::make_unique<Formula>(std::move(program));
  formula->type = catalog_.find(key.first);
  formula->field = &field;
  KITH_TRY(judge(formula.get()));
  entry->formula = std::move(formula);
  return {};
}

// What the checker does not know of: where the expression stands.
Status Formulas::judge(Formula* formula) const {
  const Program& program = formula->program;
  const Ast& ast = program.ast();
  formula->weight = ast.size();
  for (std::uint32_t id = 0; id < ast.size(); ++id) {
    const Note& note = program.checked().notes[id];
    const bool old = note.binding == Binding::kRoot && note.root == Root::kOld;
    if (old || note.binding == Binding::kParams) {
      return ast.source().error(
          kith::Code::kExpressionType, ast.node(id).offset,
          std::string(old ? "'old'" : "'params'") +
              " has no meaning in a formula, which says what a record is now, for whoever asks");
    }
    if (note.formula != nullptr) formula->depth = std::max(formula->depth, note.formula->depth + 1);
  }
  if (program.reads_old()) {
    return {kith::Code::kExpressionType,
            "a formula says what a record is now: what it was before has no meaning in it"};
  }
  if (formula->depth > kMaxFormulaDepth) {
    return {kith::Code::kLimit, "it reads formulas that read formulas, " +
                                    std::to_string(formula->depth) + " deep; at most " +
                                    std::to_string(kMaxFormulaDepth) + " are allowed"};
  }
  formula->not_indexable = why_not_indexable(program);
  return {};
}

std::string Formulas::circle(Key key) const {
  const auto begin = std::find(open_.begin(), open_.end(), key);
  const bool one_type =
      std::all_of(begin, open_.end(), [&](const Key& other) { return other.first == key.first; });
  std::string path;
  for (auto at = begin; at != open_.end(); ++at) path += name_of(*at, !one_type) + " -> ";
  return "formulas read each other in a circle: " + path + name_of(key, !one_type);
}

std::string Formulas::name_of(Key key, bool qualified) const {
  const schema::EntityType* type = catalog_.find(key.first);
  const schema::Field* field = type != nullptr ? type->find_field(key.second) : nullptr;
  if (field == nullptr) return "?";
  return qualified ? type->name + "." + field->name : field->name;
}

Result<Value> Formulas::compute(const schema::EntityType& type, const schema::Field& field,
                                const record::View& view) const {
  const Formula* formula = find(type.id, field.id);
  if (formula == nullptr) {
    return Status(kith::Code::kInternal, "the formula " + field.name + " of " + type.name +
                                             " was not compiled, so that no index can hold it");
  }
  Activation activation;
  activation.set_record(RecordId(type.id, 0), &view);
  Value value;
  Failure failure;
  if (formula->evaluate(activation, &value, &failure)) return value;
  if (failure.error == ErrorClass::kHost) return failure.status;
  return Value();
}

}  // namespace kith::expr
