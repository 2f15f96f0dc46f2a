// engine/public_change.hpp: an entry of the history as hosts see it: names for ids, values whole.
#pragma once

#include "history/entry.hpp"
#include "kith/history.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;

// Fields have the names of the reader's model; those that were removed keep their last one.
Result<Change> public_change(Reader& reader, history::Entry entry);

}  // namespace kith::engine
