#include "crm/capture.hpp"

namespace kith::crm {

Result<CaptureResult> capture(engine::Writer&, const CaptureEvent&) {
  return Status(Code::kUnsupported, "not built yet");
}

}  // namespace kith::crm
