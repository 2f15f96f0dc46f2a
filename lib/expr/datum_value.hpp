// expr/datum_value.hpp: between kith::Value and Datum, at the edge of an evaluation.
#pragma once

#include "expr/frame.hpp"
#include "kith/value.hpp"

namespace kith::expr {

// Text is borrowed from `value`; lists and maps are laid out in the arena.
Datum to_datum(Frame& frame, const Value& value);
// The same with text copied, for values that do not live on.
Datum to_owned_datum(Frame& frame, const Value& value);

// Owns everything. Not for errors. An empty optional is null and another one what it holds, unless
// optionals are to be kept as such.
Value to_value(const Datum& datum, bool keep_optionals = false);

}  // namespace kith::expr
