#include "engine/as_of.hpp"

#include "engine/reader.hpp"

namespace kith::engine {

Result<std::shared_ptr<Reader>> read_as_of(const std::shared_ptr<Session>&, const AsOf&) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::engine
