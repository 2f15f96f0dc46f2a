#include "exchange/dump.hpp"

namespace kith::exchange {

Result<DumpStats> dump(engine::Reader&, ByteSink&) {
  return Status(Code::kUnsupported, "not in this build");
}

Result<DumpStats> load(std::istream&, std::string_view, const LoadOptions&,
                       const engine::ModelSections&) {
  return Status(Code::kUnsupported, "not in this build");
}

}  // namespace kith::exchange
