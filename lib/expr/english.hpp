// expr/english.hpp: an expression as a sentence for people.
//
//   english(program);   // "amount is over 10,000 and stage is Negotiation"
//
// Fields and options are called by their labels. What has no wording of its own is shown as source
// in backquotes. The same program gives the same sentence; no first capital, no full stop.
#pragma once

#include <string>

#include "expr/program.hpp"

namespace kith::expr {

std::string english(const Program& program);

}  // namespace kith::expr
