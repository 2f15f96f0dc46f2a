#include "engine/undo.hpp"

namespace kith::engine {

Result<UndoResult> undo(Writer&, std::uint64_t) {
  return Status(Code::kUnsupported, "not in this build");
}

Status restore_with_references(Writer&, RecordId) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::engine
