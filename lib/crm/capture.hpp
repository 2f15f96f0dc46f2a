// crm/capture.hpp: intake: one event of a customer becomes a profile, an activity and an event for
// the automations. Semantics: kith/capture.hpp.
#pragma once

#include "kith/capture.hpp"
#include "kith/result.hpp"

namespace kith::engine {
class Writer;
}

namespace kith::crm {

// The event that capture() sends to the automations, about the person.
inline constexpr const char* kCapturedEvent = "captured";

Result<CaptureResult> capture(engine::Writer& writer, const CaptureEvent& event);

}  // namespace kith::crm
