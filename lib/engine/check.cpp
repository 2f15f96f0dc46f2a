#include "engine/check.hpp"

namespace kith::engine {

Result<CheckReport> check(const std::shared_ptr<Session>&, const CheckOptions&) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::engine
