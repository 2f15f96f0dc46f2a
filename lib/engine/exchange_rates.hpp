// engine/exchange_rates.hpp: rates of exchange are records, of the type `exchange_rate`.
//
//   KITH_ASSIGN(auto rate, rate_of_exchange(reader, "USD", day));   // 0.92, or nothing
//
// The type has the fields `currency` (text), `rate` (decimal: what one unit of it is worth in the
// organisation's currency) and `valid_from` (date), and an index over currency and valid_from. A
// rate holds until the next one of its currency begins. Threads: the reader's.
#pragma once

#include <optional>
#include <string_view>

#include "engine/reader.hpp"
#include "kith/date.hpp"
#include "kith/decimal.hpp"
#include "kith/result.hpp"

namespace kith::engine {

// The latest live rate that began on `day` or before; nothing when there is none.
// kInvalidArgument when the model has no place for rates, saying what it lacks.
Result<std::optional<Decimal>> rate_of_exchange(Reader& reader, std::string_view currency,
                                                Date day);

}  // namespace kith::engine
