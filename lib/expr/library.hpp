// expr/library.hpp: the standard functions by subject, and short names for declaring them.
//
//   define(registry, "size", "size_string", {string()}, integer(), &size_of_string);
//
// Internal to the room; the names are what FunctionRegistry::standard() is made of.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/functions.hpp"

namespace kith::expr::library {

void add_operators(FunctionRegistry* registry);     // == != < <= > >= in ! -
void add_arithmetic(FunctionRegistry* registry);    // + - * / %
void add_conversions(FunctionRegistry* registry);   // int() string() type() dyn() ...
void add_strings(FunctionRegistry* registry);       // size contains startsWith matches ...
void add_text(FunctionRegistry* registry);          // charAt indexOf replace split format quote ...
void add_contact_text(FunctionRegistry* registry);  // like email_domain digits
void add_math(FunctionRegistry* registry);          // math.*
void add_time(FunctionRegistry* registry);          // getHours getDayOfWeek ...
void add_dates(FunctionRegistry* registry);         // date addDays days_between start_of ...
void add_business_time(FunctionRegistry* registry);  // business_days_between ...
void add_decimals(FunctionRegistry* registry);       // decimal div ratio round
void add_money(FunctionRegistry* registry);          // convert
void add_lists(FunctionRegistry* registry);          // lists, sets, join
void add_optionals(FunctionRegistry* registry);      // optional.of orValue ...
void add_encoders(FunctionRegistry* registry);       // base64

// What round() and div() take as their last argument.
std::span<const std::string_view> rounding_names();

inline Type boolean() { return Type::of(TypeKind::kBool); }
inline Type integer() { return Type::of(TypeKind::kInt); }
inline Type unsigned_integer() { return Type::of(TypeKind::kUint); }
inline Type floating() { return Type::of(TypeKind::kDouble); }
inline Type decimal() { return Type::of(TypeKind::kDecimal); }
inline Type string() { return Type::of(TypeKind::kString); }
inline Type bytes() { return Type::of(TypeKind::kBytes); }
inline Type date() { return Type::of(TypeKind::kDate); }
inline Type timestamp() { return Type::of(TypeKind::kTimestamp); }
inline Type duration() { return Type::of(TypeKind::kDuration); }
inline Type dyn() { return Type(); }
inline Type param(const char* name) { return Type::parameter(name); }

inline Overload make_overload(std::string id, std::vector<Type> parameters, Type result,
                              Function implementation) {
  Overload overload;
  overload.id = std::move(id);
  overload.parameters = std::move(parameters);
  overload.result = std::move(result);
  overload.implementation = implementation;
  return overload;
}

inline void define(FunctionRegistry* registry, std::string_view name, std::string id,
                   std::vector<Type> parameters, Type result, Function implementation) {
  registry->add(
      name, make_overload(std::move(id), std::move(parameters), std::move(result), implementation));
}

inline void define_method(FunctionRegistry* registry, std::string_view name, std::string id,
                          std::vector<Type> parameters, Type result, Function implementation) {
  Overload overload =
      make_overload(std::move(id), std::move(parameters), std::move(result), implementation);
  overload.method = true;
  registry->add(name, std::move(overload));
}

// As a function and as a method.
inline void define_both(FunctionRegistry* registry, std::string_view name, const std::string& id,
                        const std::vector<Type>& parameters, const Type& result,
                        Function implementation) {
  define(registry, name, id, parameters, result, implementation);
  define_method(registry, name, id + "_method", parameters, result, implementation);
}

}  // namespace kith::expr::library
