#include "engine/compact.hpp"

namespace kith::engine {

Result<CompactResult> compact(std::string_view, const ModelSections&) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::engine
