#include "expr/unify.hpp"

namespace kith::expr {
namespace {

constexpr int kMaxDepth = 300;  // of a type; a literal cannot nest deeper than the parser allows

}  // namespace

bool has_parameters(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kList:
    case TypeKind::kMap:
    case TypeKind::kWrapper:
    case TypeKind::kOptional:
    case TypeKind::kType: return true;
    case TypeKind::kOpaque: return type.to_string() != type.name();
    default: return false;
  }
}

Type with_parameters(const Type& type, std::vector<Type> parameters) {
  switch (type.kind()) {
    case TypeKind::kList: return Type::list(std::move(parameters[0]));
    case TypeKind::kMap: return Type::map(std::move(parameters[0]), std::move(parameters[1]));
    case TypeKind::kWrapper: return Type::wrapper(std::move(parameters[0]));
    case TypeKind::kOptional: return Type::optional(std::move(parameters[0]));
    case TypeKind::kType: return Type::type_of(std::move(parameters[0]));
    case TypeKind::kOpaque: return Type::opaque(type.name(), std::move(parameters));
    default: return type;
  }
}

bool equal_or_more_general(const Type& a, const Type& b) {
  if (a.is_dyn() || a.is(TypeKind::kParameter)) return true;
  if (b.is_dyn() || b.is(TypeKind::kParameter)) return false;
  if (a.is(TypeKind::kWrapper)) {
    return b.is(TypeKind::kNull) || equal_or_more_general(a.element(), b.unwrapped());
  }
  if (a.kind() != b.kind()) return false;
  if (!has_parameters(a) || !has_parameters(b)) return a == b;
  if (a.name() != b.name() || a.parameters().size() != b.parameters().size()) return false;
  for (std::size_t i = 0; i < a.parameters().size(); ++i) {
    if (!equal_or_more_general(a.parameters()[i], b.parameters()[i])) return false;
  }
  return true;
}

Type Unifier::fresh() { return Type::parameter("%" + std::to_string(next_++)); }

Type Unifier::instantiate(const Type& type, std::unordered_map<std::string, Type>* names) {
  if (type.is(TypeKind::kParameter)) {
    const auto found = names->find(type.name());
    if (found != names->end()) return found->second;
    return names->emplace(type.name(), fresh()).first->second;
  }
  if (!has_parameters(type)) return type;
  std::vector<Type> parameters;
  for (const Type& p : type.parameters()) parameters.push_back(instantiate(p, names));
  return with_parameters(type, std::move(parameters));
}

const Type* Unifier::find(const Type& parameter) const {
  const auto found = bindings_.find(parameter.name());
  return found == bindings_.end() ? nullptr : &found->second;
}

bool Unifier::occurs(const Type& parameter, const Type& in) const {
  if (in.is(TypeKind::kParameter)) {
    if (in.name() == parameter.name()) return true;
    const Type* bound = find(in);
    return bound != nullptr && occurs(parameter, *bound);
  }
  if (!has_parameters(in)) return false;
  for (const Type& p : in.parameters()) {
    if (occurs(parameter, p)) return true;
  }
  return false;
}

bool Unifier::bind(const Type& parameter, const Type& type, bool parameter_is_target, int depth) {
  if (type.is(TypeKind::kParameter) && type.name() == parameter.name()) return true;
  const Type* bound = find(parameter);
  if (bound == nullptr) {
    if (occurs(parameter, type)) return false;
    bindings_[parameter.name()] = type;
    return true;
  }
  const Type old = *bound;
  const bool fit = parameter_is_target ? fits(old, type, depth + 1) : fits(type, old, depth + 1);
  // A null seen first makes the parameter nullable when something else comes.
  const bool was_null = parameter_is_target && old.is(TypeKind::kNull);
  if (!fit && !(was_null && fits(Type::wrapper(type), old, depth + 1))) return false;
  const Type general = equal_or_more_general(old, type) ? old : type;
  if (!occurs(parameter, general)) bindings_[parameter.name()] = general;
  return true;
}

bool Unifier::fits(const Type& to, const Type& from, int depth) {
  if (depth > kMaxDepth) return false;
  if (to.is(TypeKind::kParameter)) return bind(to, from, true, depth);
  if (from.is(TypeKind::kParameter)) return bind(from, to, false, depth);
  if (to.is_dyn() || from.is_dyn()) return true;
  if (to.is(TypeKind::kWrapper)) {
    return from.is(TypeKind::kNull) || fits(to.element(), from.unwrapped(), depth + 1);
  }
  if (from.is(TypeKind::kWrapper)) return fits(to, from.element(), depth + 1);
  if (to.is(TypeKind::kRecord) && from.is(TypeKind::kRecord)) {
    return to.entity() == 0 || from.entity() == 0 || to.entity() == from.entity();
  }
  if (to.kind() != from.kind()) return false;
  if (to.is(TypeKind::kOpaque) && to.name() != from.name()) return false;
  if (to.is(TypeKind::kType)) return true;  // all types compare with each other
  if (!has_parameters(to) || !has_parameters(from)) return true;
  if (to.parameters().size() != from.parameters().size()) return false;
  for (std::size_t i = 0; i < to.parameters().size(); ++i) {
    if (!fits(to.parameters()[i], from.parameters()[i], depth + 1)) return false;
  }
  return true;
}

bool Unifier::assignable(const Type& to, const Type& from) {
  // Most checks involve no parameter, so nothing has to be saved for them.
  Bindings saved = bindings_;
  if (fits(to, from, 0)) return true;
  bindings_ = std::move(saved);
  return false;
}

bool Unifier::assignable_all(const std::vector<Type>& to, const std::vector<Type>& from) {
  Bindings saved = bindings_;
  bool fit = to.size() == from.size();
  for (std::size_t i = 0; fit && i < to.size(); ++i) fit = fits(to[i], from[i], 0);
  if (!fit) bindings_ = std::move(saved);
  return fit;
}

Type Unifier::join(const Type& a, const Type& b) {
  if (a.is(TypeKind::kNull) && !b.is(TypeKind::kNull)) return Type::wrapper(b);
  if (b.is(TypeKind::kNull) && !a.is(TypeKind::kNull)) return Type::wrapper(a);
  if (!assignable(a, b)) return Type();
  const Type left = substitute(a);
  const Type right = substitute(b);
  return equal_or_more_general(left, right) ? left : right;
}

Type Unifier::replace(const Type& type, bool unbound_to_dyn, int depth) const {
  if (depth > kMaxDepth) return Type();
  if (type.is(TypeKind::kParameter)) {
    const Type* bound = find(type);
    if (bound != nullptr) return replace(*bound, unbound_to_dyn, depth + 1);
    return unbound_to_dyn ? Type() : type;
  }
  if (!has_parameters(type)) return type;
  std::vector<Type> parameters;
  for (const Type& p : type.parameters()) {
    parameters.push_back(replace(p, unbound_to_dyn, depth + 1));
  }
  return with_parameters(type, std::move(parameters));
}

Type Unifier::substitute(const Type& type) const { return replace(type, false, 0); }
Type Unifier::resolve(const Type& type) const { return replace(type, true, 0); }

}  // namespace kith::expr
