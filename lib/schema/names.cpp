#include <algorithm>
#include <array>
#include <string>

#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

// Sorted; `type`, `size` and `user` are types, functions and roots of the language too, but are
// too good as field names to refuse: they are reached as r.type. So is `score`, which only a call
// makes a macro.
constexpr auto kReservedWords = std::to_array<std::string_view>(
    {"as",       "break",     "const",  "continue", "else", "false", "for",
     "function", "if",        "import", "in",       "let",  "loop",  "null",
     "package",  "namespace", "return", "true",     "var",  "void",  "while"});
constexpr auto kTypeNames = std::to_array<std::string_view>(
    {"bool", "int", "uint", "double", "decimal", "string", "bytes", "list", "map", "null_type",
     "date", "timestamp", "duration", "dyn", "optional_type", "google"});
constexpr auto kMacrosAndRoots = std::to_array<std::string_view>(
    {"has",        "all",     "exists",     "exists_one", "filter",        "count",
     "sum",        "min",     "max",        "avg",        "is_new",        "changed",
     "changed_to", "was",     "in_segment", "stage_age",  "formula_error", "cel",
     "r",          "old",     "now",        "org",        "params",        "optional",
     "math",       "strings", "lists",      "sets",       "base64",        "rollup"});

// Those of them that fields could be called before they were macros.
constexpr auto kLaterMacros = std::to_array<std::string_view>(
    {"count", "sum", "min", "max", "avg", "in_segment", "stage_age", "formula_error", "rollup"});

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_identifier(std::string_view name) {
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

std::string identifier_problem(std::string_view name, const ModelLimits& limits) {
  if (name.empty()) return "is empty";
  if (name.size() > limits.max_name_length) {
    return "is longer than " + std::to_string(limits.max_name_length) +
           " characters (limit max_name_length)";
  }
  if (!is_identifier(name)) {
    return "is not a name: use a-z first, then a-z, 0-9 and _; what people see is the label";
  }
  return {};
}

std::string name_problem(std::string_view name, const ModelLimits& limits) {
  if (std::string problem = identifier_problem(name, limits); !problem.empty()) return problem;
  if (contains(kReservedWords, name)) return "is a reserved word of the expression language";
  if (contains(kTypeNames, name)) return "is the name of a type in expressions";
  if (contains(kMacrosAndRoots, name)) return "has a meaning of its own in expressions";
  if (system_field_from_name(name)) return "is a system field, which every record has";
  return {};
}

bool is_later_macro(std::string_view name) { return contains(kLaterMacros, name); }

std::string label_from_name(std::string_view name) {
  std::string label(name);
  std::replace(label.begin(), label.end(), '_', ' ');
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') {
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  }
  return label;
}

}  // namespace kith::schema
