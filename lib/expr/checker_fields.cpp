// What the fields of a record are: stored, derived, system fields and formulas.
#include "expr/checker_impl.hpp"
#include "expr/formulas.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

Type derived_type(schema::FieldType type) {
  switch (type) {
    case schema::FieldType::kBool: return Type::of(TypeKind::kBool);
    case schema::FieldType::kInt: return Type::of(TypeKind::kInt);
    case schema::FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case schema::FieldType::kDecimal: return Type::of(TypeKind::kDecimal);
    default: return Type::of(TypeKind::kString);
  }
}

}  // namespace

Type Checker::record_type(std::uint16_t entity) const {
  const schema::EntityType* type =
      env_.catalog() == nullptr || entity == 0 ? nullptr : env_.catalog()->find(entity);
  return Type::record(entity, type == nullptr ? std::string() : type->name);
}

Type Checker::field_type(const schema::Field& field) const {
  using schema::FieldType;
  switch (field.type) {
    case FieldType::kBool: return Type::of(TypeKind::kBool);
    case FieldType::kInt: return Type::of(TypeKind::kInt);
    case FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case FieldType::kDecimal:
    case FieldType::kMoney: return Type::of(TypeKind::kDecimal);
    case FieldType::kChoice:
    case FieldType::kText: return Type::of(TypeKind::kString);
    case FieldType::kMultiChoice: return Type::list(Type::of(TypeKind::kString));
    case FieldType::kDate: return Type::of(TypeKind::kDate);
    case FieldType::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case FieldType::kDuration: return Type::of(TypeKind::kDuration);
    case FieldType::kBytes: return Type::of(TypeKind::kBytes);
    case FieldType::kJson: return Type();
    case FieldType::kReference: return record_type(field.target);
    case FieldType::kReferenceList: return Type::list(record_type(field.target));
  }
  return Type();
}

Type Checker::note_field(const Node& node, const FieldPath* path, std::uint32_t id, Type found) {
  Note& n = note(node);
  n.binding = Binding::kField;
  if (path != nullptr) {
    n.has_path = true;
    n.path = *path;
    n.path.fields.push_back(id);
    out_.paths.insert(n.path);
  }
  return found;
}

// A formula is read by reading what it reads, from the record at `path`.
void Checker::read_formula(const Node& node, std::uint16_t entity, const FieldPath* path) {
  Note& n = note(node);
  if (env_.formulas() == nullptr) {
    mistake(node, "'" + n.field->name + "' is a formula, and none can be computed here");
    n.binding = Binding::kUnresolved;
    return;
  }
  const Result<const Formula*> formula = env_.formulas()->get(entity, *n.field);
  if (!formula.ok()) {
    mistake(node, formula.status().message());
    n.binding = Binding::kUnresolved;
    return;
  }
  n.formula = *formula;
  const Program& program = n.formula->program;
  out_.reads_now |= program.reads_now();
  out_.reads_anything |= program.reads_anything();
  out_.reads_scores |= program.reads_scores();
  read_through(program.paths(), path);
}

Type Checker::formula_error(Node& node) {
  Note& n = note(node);
  if (failed()) return Type();
  if (n.binding != Binding::kField || n.formula == nullptr) {
    n.binding = Binding::kUnresolved;
    return mistake(node, "formula_error() asks why a formula has no value, and '" + node.text +
                             "' is no formula");
  }
  n.part = FieldPart::kFormulaError;
  return Type::wrapper(Type::of(TypeKind::kString));
}

bool Checker::record_field(const Node& node, std::uint16_t entity_id, const FieldPath* path,
                           std::string_view name, Type* found) {
  const schema::EntityType* entity =
      env_.catalog() == nullptr ? nullptr : env_.catalog()->find(entity_id);
  if (entity == nullptr) return false;
  Note& n = note(node);
  n.entity = entity_id;
  if (const schema::Field* field = entity->find_field(name); field != nullptr) {
    n.part = FieldPart::kValue;
    n.field = field;
    *found = note_field(node, path, field->id, Type::wrapper(field_type(*field)));
    if (field->is_formula()) read_formula(node, entity_id, path);
    return true;
  }
  if (const schema::DerivedField* derived = entity->find_derived(name); derived != nullptr) {
    n.part = FieldPart::kDerived;
    n.derived = derived;
    n.field = entity->find_field(derived->base_field);
    if (n.field == nullptr) return false;
    *found =
        note_field(node, path, derived->base_field, Type::wrapper(derived_type(derived->type)));
    return true;
  }
  if (name.size() > kCurrencySuffix.size() && name.ends_with(kCurrencySuffix)) {
    const schema::Field* money =
        entity->find_field(name.substr(0, name.size() - kCurrencySuffix.size()));
    if (money != nullptr && money->type == schema::FieldType::kMoney) {
      n.part = FieldPart::kCurrency;
      n.field = money;
      *found = note_field(node, path, money->id, Type::wrapper(Type::of(TypeKind::kString)));
      return true;
    }
  }
  const auto system = schema::system_field_from_name(name);
  if (!system) return record_relation(node, *entity, path, name, found);
  n.part = FieldPart::kSystem;
  n.system = *system;
  Type type;
  switch (*system) {
    case schema::SystemField::kId: type = record_type(entity_id); break;
    case schema::SystemField::kVersion: type = Type::of(TypeKind::kInt); break;
    case schema::SystemField::kCreated:
    case schema::SystemField::kUpdated: type = Type::of(TypeKind::kTimestamp); break;
    case schema::SystemField::kOwner: {
      const schema::EntityType* user = env_.catalog()->find("user");
      type = Type::wrapper(record_type(user == nullptr ? std::uint16_t{0} : user->id));
      break;
    }
    case schema::SystemField::kDeleted: type = Type::of(TypeKind::kBool); break;
  }
  *found = note_field(node, path, kSystemFieldBit | static_cast<std::uint32_t>(*system), type);
  return true;
}

}  // namespace kith::expr
