#include "engine/automations.hpp"

#include "engine/tick.hpp"

namespace kith::engine {

Result<std::vector<AutomationInfo>> describe_automations(const Reader&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::vector<Run>> runs(Reader&, const RunFilter&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::optional<Timestamp>> next_due(Reader&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<ReceiveResult> receive(Writer&, const InboundEvent&) {
  return Status(Code::kUnsupported, "not built yet");
}
Status cancel_run(Writer&, std::uint64_t, std::string_view) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<TickResult> tick(const std::shared_ptr<Session>&, const TickOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}

}  // namespace kith::engine
