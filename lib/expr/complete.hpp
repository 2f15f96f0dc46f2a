// expr/complete.hpp: what may stand at a place of an unfinished expression; for editors.
//
//   for (const Completion& c : complete(environment, "stage == 'W", 11)) ...   // Won
//
// Best effort: the part before the place need not parse, and the part behind it is not looked at
// beyond the word that the place is in. Never fails; deterministic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expr/environment.hpp"

namespace kith::expr {

struct Completion {
  std::string text;    // to be inserted for source[replace_from, offset): "amount", "startsWith("
  std::string kind;    // "field", "function", "method", "macro", "root", "variable", "type",
                       // "option", "unit", "keyword"
  std::string type;    // of the result; may be empty
  std::string detail;  // the label of a field, the signature of a function
  std::uint32_t replace_from = 0;
};

inline constexpr std::size_t kMaxCompletions = 200;

// `offset` is in bytes; beyond the end it means the end.
std::vector<Completion> complete(const Environment& environment, std::string_view source,
                                 std::size_t offset);

}  // namespace kith::expr
