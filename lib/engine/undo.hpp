// engine/undo.hpp: taking a transaction back, and a removal with all it took with it.
//
//   KITH_ASSIGN(UndoResult undone, undo(writer, sequence));
//
// Both go through the write path, so unique values, references and required fields are checked, and
// both write nothing unless all of it can be written.
#pragma once

#include <cstdint>

#include "kith/history.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Writer;

Result<UndoResult> undo(Writer& writer, std::uint64_t sequence);
// Restores a removed record and what its removal did to others, in its transaction.
Status restore_with_references(Writer& writer, RecordId id);

}  // namespace kith::engine
