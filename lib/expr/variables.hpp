// expr/variables.hpp: the values of free variables, as they were declared.
//
//   Variables given(program);
//   KITH_TRY(given.set("price", Value(3)));    // declared decimal: becomes 3 as a decimal
//   given.bind(&activation);                   // `given` must live as long as the activation
//
// The names of a program's environment only; others are kept too, for programs whose names are
// settled when they run. One thread.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "expr/program.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::expr {

// The type of a variable as far as its value tells; what lists and maps hold is found out when the
// expression runs.
Type type_of(const Value& value);

class Variables {
 public:
  explicit Variables(const Program& program) : program_(program) {}
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

  // Copies the value. kInvalidArgument when it does not have the declared type; a whole number
  // stands for a decimal or a double, an amount of money for its decimal.
  Status set(std::string_view name, const Value& value);
  // Every member of a map; its keys must be text.
  Status set(const Map& variables);

  void bind(Activation* activation) const;

 private:
  const Type* declared(std::string_view name) const;

  const Program& program_;
  std::list<std::pair<std::string, Value>> values_;  // nodes do not move
};

}  // namespace kith::expr
