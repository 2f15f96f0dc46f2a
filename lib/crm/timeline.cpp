#include "crm/timeline.hpp"

namespace kith::crm {

Result<std::vector<TimelineItem>> timeline(engine::Reader&, RecordId, const TimelineOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}

}  // namespace kith::crm
