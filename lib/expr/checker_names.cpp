// What names, selections and indexes stand for.
#include <array>

#include "base/nearest_name.hpp"
#include "expr/checker_impl.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

struct TypeDenotation {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array<TypeDenotation, 16> kTypeNames = {{
    {"bool", TypeKind::kBool},
    {"int", TypeKind::kInt},
    {"uint", TypeKind::kUint},
    {"double", TypeKind::kDouble},
    {"decimal", TypeKind::kDecimal},
    {"string", TypeKind::kString},
    {"bytes", TypeKind::kBytes},
    {"date", TypeKind::kDate},
    {"list", TypeKind::kList},
    {"map", TypeKind::kMap},
    {"null_type", TypeKind::kNull},
    {"type", TypeKind::kType},
    {"optional_type", TypeKind::kOptional},
    {"record", TypeKind::kRecord},
    {"google.protobuf.Timestamp", TypeKind::kTimestamp},
    {"google.protobuf.Duration", TypeKind::kDuration},
}};

}  // namespace

const Checker::Local* Checker::find_local(std::string_view name) const {
  for (auto local = locals_.rbegin(); local != locals_.rend(); ++local) {
    if (local->name == name) return &*local;
  }
  return nullptr;
}

std::string Checker::qualified_name(const Node& node, bool* absolute) const {
  std::string out;
  const Node* part = &node;
  for (; part->kind == NodeKind::kSelect; part = part->args[0]) {
    if (part->optional || part->test_only || part->quoted) return {};
    out.insert(0, "." + part->text);
  }
  if (part->kind != NodeKind::kIdent) return {};
  // A loop's variable hides every longer name that begins with it.
  if (!part->leading_dot && find_local(part->text) != nullptr) return {};
  *absolute = part->leading_dot;
  return part->text + out;
}

std::vector<std::string> Checker::candidates(std::string_view name, bool absolute) const {
  std::vector<std::string> out;
  std::string container = absolute ? std::string() : env_.container();
  while (!container.empty()) {
    out.push_back(container + "." + std::string(name));
    const std::size_t dot = container.rfind('.');
    container.resize(dot == std::string::npos ? 0 : dot);
  }
  out.emplace_back(name);
  return out;
}

bool Checker::resolve_name(const Node& node, std::string_view name, bool absolute, Type* found) {
  Note& n = note(node);
  for (const std::string& candidate : candidates(name, absolute)) {
    for (std::size_t i = 0; i < env_.variables().size(); ++i) {
      if (env_.variables()[i].name != candidate) continue;
      n.binding = Binding::kVariable;
      n.index = static_cast<std::uint32_t>(i);
      *found = env_.variables()[i].type;
      return true;
    }
  }
  if (resolve_root(node, name, found)) return true;
  for (const TypeDenotation& denotation : kTypeNames) {
    if (denotation.name != name) continue;
    n.binding = Binding::kTypeName;
    n.constant = Value(TypeName{std::string(name)});
    *found = Type::type_of(Type::of(denotation.kind));
    return true;
  }
  return false;
}

bool Checker::resolve_root(const Node& node, std::string_view name, Type* found) {
  if (!env_.standard_roots()) return false;
  Note& n = note(node);
  if (name == "now") {
    n.binding = Binding::kNow;
    out_.reads_now = true;
    *found = Type::of(TypeKind::kTimestamp);
    return true;
  }
  if (name == "params" || name == "org") {
    n.binding = name == "org" ? Binding::kOrg : Binding::kParams;
    *found = Type::map(Type::of(TypeKind::kString), Type());
    return true;
  }
  const schema::EntityType* entity = env_.entity();
  const schema::EntityType* user =
      env_.catalog() == nullptr ? nullptr : env_.catalog()->find("user");
  if (name == "user") {
    n.root = Root::kUser;
    *found = Type::wrapper(record_type(user == nullptr ? std::uint16_t{0} : user->id));
  } else if (entity != nullptr && name == "old") {
    n.root = Root::kOld;
    *found = Type::wrapper(record_type(entity->id));
  } else if (entity != nullptr && (name == "r" || name == entity->name)) {
    n.root = Root::kRecord;
    *found = record_type(entity->id);
  } else {
    return false;
  }
  n.binding = Binding::kRoot;
  n.has_path = true;
  n.path = FieldPath{n.root, {}};
  return true;
}

Type Checker::visit_ident(Node& node) {
  if (node.macro == Macro::kFormulaError) {
    resolve_ident(node);
    return formula_error(node);
  }
  if (!node.test_only) return resolve_ident(node);
  resolve_ident(node);
  if (failed() || note(node).binding == Binding::kField) return Type::of(TypeKind::kBool);
  note(node) = Note();
  note(node).binding = Binding::kUnresolved;
  return mistake(node, "has() asks whether a field is present, and '" + node.text +
                           "' is none: write has(value.field)");
}

Type Checker::resolve_ident(Node& node) {
  Note& n = note(node);
  if (!node.leading_dot) {
    if (const Local* local = find_local(node.text); local != nullptr) {
      n.binding = Binding::kLocal;
      n.index = local->slot;
      n.has_path = local->has_path;
      n.path = local->path;
      return local->type;
    }
  }
  Type found;
  if (resolve_name(node, node.text, node.leading_dot, &found)) return found;
  if (env_.entity() != nullptr && !node.leading_dot) {
    const FieldPath root{Root::kRecord, {}};
    n.root = Root::kRecord;
    if (record_field(node, env_.entity()->id, &root, node.text, &found)) return found;
  }
  n.binding = Binding::kUnresolved;
  return unknown_name(node, node.text);
}

Type Checker::unknown_name(const Node& node, std::string_view name) {
  std::string message = "there is no name '" + std::string(name) + "'";
  if (env_.entity() != nullptr) message += " here and no such field of " + env_.entity()->name;
  message += base::did_you_mean(name, known_names(), '\'');
  return mistake(node, message);
}

std::vector<std::string> Checker::known_names() const {
  std::vector<std::string> names;
  for (const Local& local : locals_) names.push_back(local.name);
  for (const Variable& variable : env_.variables()) names.push_back(variable.name);
  if (env_.entity() != nullptr) {
    for (std::string& name : field_names(*env_.entity())) names.push_back(std::move(name));
  }
  if (env_.standard_roots()) {
    for (const char* root : {"now", "user", "params", "org"}) names.emplace_back(root);
  }
  return names;
}

std::vector<std::string> Checker::field_names(const schema::EntityType& entity) const {
  std::vector<std::string> names;
  for (const schema::Field& field : entity.fields) {
    if (field.removed) continue;
    names.push_back(field.name);
    if (field.type == schema::FieldType::kMoney) {
      names.push_back(field.name + std::string(kCurrencySuffix));
    }
  }
  for (const schema::DerivedField& derived : entity.derived) names.push_back(derived.name);
  for (const char* system : {"id", "version", "created", "updated", "owner", "deleted"}) {
    names.emplace_back(system);
  }
  for (const schema::Catalog::Inbound& relation : relations(entity)) {
    names.push_back(relation.field->inverse);
  }
  return names;
}

Type Checker::visit_select(Node& node) {
  bool absolute = false;
  if (!node.test_only && !node.optional && node.macro != Macro::kFormulaError) {
    const std::string name = qualified_name(node, &absolute);
    Type found;
    // A type's or root's name alone is not looked up here: those have no dots but two.
    if (!name.empty() && resolve_name(node, name, absolute, &found)) return found;
  }
  visit(*node.args[0]);
  if (failed()) return Type();
  const Type target = unifier_.substitute(type(*node.args[0]));
  const bool chained = target.is(TypeKind::kOptional);
  Type selected = select_type(node, chained ? target.element() : target);
  if (failed()) return Type();
  if (node.test_only) return Type::of(TypeKind::kBool);
  if (node.macro == Macro::kFormulaError) selected = formula_error(node);
  if (!node.optional && !chained) return selected;
  // What may be null inside is none, so the optional itself holds the plain type.
  return selected.is(TypeKind::kOptional)
             ? selected
             : Type::optional(selected.is(TypeKind::kWrapper) ? selected.element() : selected);
}

Type Checker::select_type(const Node& node, const Type& target) {
  const Type base = unifier_.substitute(target).unwrapped();
  switch (base.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter: return Type();
    case TypeKind::kMap:
      if (!unifier_.assignable(base.key(), Type::of(TypeKind::kString))) {
        return mistake(
            node, "the keys of this map are " + show(base.key()) + "; a field selects by a string");
      }
      return base.value();
    case TypeKind::kRecord: {
      const Note& receiver = note(*node.args[0]);
      Type found;
      if (record_field(node, base.entity(), receiver.has_path ? &receiver.path : nullptr, node.text,
                       &found)) {
        return found;
      }
      const schema::EntityType* entity =
          env_.catalog() == nullptr ? nullptr : env_.catalog()->find(base.entity());
      if (entity == nullptr) {
        return mistake(node, "the entity type of this record is not known, so it has no fields");
      }
      return mistake(node, entity->name + " has no field '" + node.text + "'" +
                               base::did_you_mean(node.text, field_names(*entity), '\''));
    }
    default:
      // Names with dots are rarely meant as fields of a value.
      return mistake(node, "a value of type " + show(base) + " has no field '" + node.text + "'");
  }
}

Type Checker::visit_index(Node& node) {
  visit(*node.args[0]);
  visit(*node.args[1]);
  if (failed()) return Type();
  const Type target = unifier_.substitute(type(*node.args[0]));
  const Type key = type(*node.args[1]);
  const bool chained = target.is(TypeKind::kOptional);
  const Type base =
      chained ? unifier_.substitute(target.element()).unwrapped() : target.unwrapped();
  Type element;
  switch (base.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kParameter: break;
    case TypeKind::kList:
      if (!unifier_.assignable(Type::of(TypeKind::kInt), key)) {
        return mistake(*node.args[1], "the index of a list is int, not " + show(key));
      }
      element = base.element();
      break;
    case TypeKind::kMap: {
      const bool numbers =
          !base.key().is(TypeKind::kString) && !base.key().is(TypeKind::kBool) &&
          (key.unwrapped().is(TypeKind::kInt) || key.unwrapped().is(TypeKind::kUint) ||
           key.unwrapped().is(TypeKind::kDouble));
      if (!numbers && !unifier_.assignable(base.key(), key)) {
        return mistake(*node.args[1],
                       "the keys of this map are " + show(base.key()) + ", not " + show(key));
      }
      element = base.value();
      break;
    }
    default:
      return mistake(node, "a value of type " + show(base) + " cannot be indexed with [...]");
  }
  if (!node.optional && !chained) return element;
  return element.is(TypeKind::kOptional) ? element : Type::optional(element);
}

}  // namespace kith::expr
