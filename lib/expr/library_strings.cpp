// size() and the string functions of the core language.
#include "expr/library.hpp"
#include "expr/regex.hpp"
#include "expr/utf8.hpp"

namespace kith::expr::library {
namespace {

Datum size_of_string(const Call& call, const Datum* args) {
  if (!call.frame.charge_text(args[0].text().size())) return call.frame.exhausted();
  return Datum::integer(static_cast<std::int64_t>(utf8::length(args[0].text())));
}
Datum size_of_bytes(const Call&, const Datum* args) {
  return Datum::integer(static_cast<std::int64_t>(args[0].text().size()));
}
Datum size_of_list(const Call&, const Datum* args) {
  return Datum::integer(static_cast<std::int64_t>(args[0].list_value->size));
}
Datum size_of_map(const Call&, const Datum* args) {
  return Datum::integer(static_cast<std::int64_t>(args[0].map_value->size));
}

Datum contains(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  const std::string_view part = args[1].text();
  if (!call.frame.charge((1 + text.size() / 10) * (1 + part.size() / 10))) {
    return call.frame.exhausted();
  }
  return Datum::boolean(text.find(part) != std::string_view::npos);
}

Datum starts_with(const Call& call, const Datum* args) {
  if (!call.frame.charge_long(args[1].text().size())) return call.frame.exhausted();
  return Datum::boolean(args[0].text().starts_with(args[1].text()));
}

Datum ends_with(const Call& call, const Datum* args) {
  if (!call.frame.charge_long(args[1].text().size())) return call.frame.exhausted();
  return Datum::boolean(args[0].text().ends_with(args[1].text()));
}

// The pattern is compiled at every call; constant patterns are compiled once, see lower.cpp.
Datum matches(const Call& call, const Datum* args) {
  if (!call.frame.charge(20 + args[1].text().size())) return call.frame.exhausted();
  std::string error;
  bool too_large = false;
  const auto regex = Regex::compile(args[1].text(), &error, &too_large);
  if (regex == nullptr) {
    if (too_large && !call.frame.charge(Regex::kMostToBuild)) return call.frame.exhausted();
    return call.frame.data_error("wrong regular expression: " + error);
  }
  if (!call.frame.charge(regex->build_cost()) ||
      !call.frame.charge(regex->search_cost(args[0].text().size()))) {
    return call.frame.exhausted();
  }
  return Datum::boolean(regex->search(args[0].text()));
}

}  // namespace

void add_strings(FunctionRegistry* registry) {
  define_both(registry, "size", "size_string", {string()}, integer(), &size_of_string);
  define_both(registry, "size", "size_bytes", {bytes()}, integer(), &size_of_bytes);
  define_both(registry, "size", "size_list", {Type::list(param("A"))}, integer(), &size_of_list);
  define_both(registry, "size", "size_map", {Type::map(param("A"), param("B"))}, integer(),
              &size_of_map);
  define_method(registry, "contains", "contains_string", {string(), string()}, boolean(),
                &contains);
  define_method(registry, "startsWith", "starts_with_string", {string(), string()}, boolean(),
                &starts_with);
  define_method(registry, "endsWith", "ends_with_string", {string(), string()}, boolean(),
                &ends_with);
  define_both(registry, "matches", "matches_string", {string(), string()}, boolean(), &matches);
}

}  // namespace kith::expr::library
