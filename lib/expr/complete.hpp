// expr/complete.hpp: what may stand at a place of an unfinished expression; for editors.
//
//   for (const Completion& c : complete(environment, "stage == 'W", 11)) ...   // Won
//
// Best effort: the part before the place need not parse, and the part behind it is not looked at
// beyond the word that the place is in. Never fails; deterministic.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "expr/environment.hpp"
#include "kith/expression_forms.hpp"

namespace kith::expr {

using kith::Completion;

inline constexpr std::size_t kMaxCompletions = 200;

// `offset` is in bytes; beyond the end it means the end.
std::vector<Completion> complete(const Environment& environment, std::string_view source,
                                 std::size_t offset);

}  // namespace kith::expr
