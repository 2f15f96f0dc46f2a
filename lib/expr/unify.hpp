// expr/unify.hpp: whether a value of one type may stand where another is asked for.
//
//   Unifier unifier;
//   Type a = unifier.fresh();                            // an unknown type
//   unifier.assignable(Type::list(a), list_of_int);      // true, and a is now int
//   unifier.resolve(a);
//
// One per check; internal to the checker.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "expr/types.hpp"

namespace kith::expr {

class Unifier {
 public:
  Type fresh();
  // `type` with each named parameter replaced by a fresh one, the same for the same name.
  Type instantiate(const Type& type, std::unordered_map<std::string, Type>* names);

  // Whether `from` may be used as `to`; parameters in both are bound when it is so and left alone
  // when not.
  bool assignable(const Type& to, const Type& from);
  bool assignable_all(const std::vector<Type>& to, const std::vector<Type>& from);
  // The type that both can be seen as: the more general one, or dyn.
  Type join(const Type& a, const Type& b);

  // Bound parameters replaced; unbound ones stay.
  Type substitute(const Type& type) const;
  // Bound parameters replaced; unbound ones become dyn.
  Type resolve(const Type& type) const;

 private:
  using Bindings = std::unordered_map<std::string, Type>;

  bool fits(const Type& to, const Type& from, int depth);
  bool bind(const Type& parameter, const Type& type, bool parameter_is_target, int depth);
  bool occurs(const Type& parameter, const Type& in) const;
  Type replace(const Type& type, bool unbound_to_dyn, int depth) const;
  const Type* find(const Type& parameter) const;

  Bindings bindings_;
  unsigned next_ = 0;
};

// Whether `a` accepts everything that `b` does.
bool equal_or_more_general(const Type& a, const Type& b);

// `type` rebuilt with other parameters.
Type with_parameters(const Type& type, std::vector<Type> parameters);
bool has_parameters(const Type& type);

}  // namespace kith::expr
