// expr/format_text.hpp: "%s has %.2f".format([name, amount]). Internal to the library.
#pragma once

#include "expr/functions.hpp"

namespace kith::expr::library {

// args: the format, the list of values. Clauses: %s %d %f %e %b %o %x %X %%, with .N for f and e.
Datum format_text(const Call& call, const Datum* args);

}  // namespace kith::expr::library
