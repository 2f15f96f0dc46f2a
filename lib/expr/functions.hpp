// expr/functions.hpp: the functions and operators an expression can call.
//
//   FunctionRegistry functions = FunctionRegistry::standard();
//   functions.add("region", {.id = "region_string", .parameters = {string}, .result = string,
//                            .implementation = &region, .context = this});
//   environment.set_functions(functions);
//
// An overload names its parameter types, its result and its cost; the checker picks by type when it
// can, the evaluator by tag when it cannot. An argument that is null is an error of class MISSING
// unless the parameter is a wrapper, null, dyn or a type parameter. Implementations are pure: the
// same arguments and activation give the same result. Fill a registry before sharing it; const use
// from any thread. Programs point into it: it must outlive them.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expr/datum.hpp"
#include "expr/frame.hpp"
#include "expr/types.hpp"

namespace kith::expr {

struct Call {
  Frame& frame;
  std::size_t count;    // of arguments
  const void* context;  // of the overload
};

using Function = Datum (*)(const Call& call, const Datum* args);

// What a text argument must be one of; a literal is checked before the expression runs.
enum class Words : std::uint8_t { kAny, kCalendars, kRoundings, kPeriods };

struct Overload {
  std::string id;
  std::vector<Type> parameters;
  Type result;
  Function implementation = nullptr;
  bool method = false;     // receiver.f(...): the receiver is the first parameter
  bool variadic = false;   // the last parameter may repeat
  bool constant = true;    // may be computed once when all arguments are constants
  std::uint32_t cost = 1;  // fixed part; implementations charge for sizes
  const void* context = nullptr;
  Words words = Words::kAny;  // of the argument words_at
  std::uint8_t words_at = 0;
  std::string name;  // filled by add()
};

class FunctionRegistry {
 public:
  FunctionRegistry() = default;
  FunctionRegistry(FunctionRegistry&&) = default;
  FunctionRegistry& operator=(FunctionRegistry&&) = default;

  // Everything the language has without the registrations of rooms above. Shared, immutable.
  static const FunctionRegistry& standard_shared();
  static FunctionRegistry standard();

  void add(std::string_view name, Overload overload);
  // All overloads of a name, or nullptr.
  const std::vector<const Overload*>* find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::deque<Overload> overloads_;
  std::unordered_map<std::string, std::vector<const Overload*>> by_name_;
};

// Whether an argument with this tag fits a parameter of this type at run time.
bool accepts(const Type& parameter, Tag tag);

}  // namespace kith::expr
