#include "engine/retention.hpp"

namespace kith::engine {

Result<TrimResult> trim_history(const std::shared_ptr<Session>&, const TrimOptions&) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::engine
