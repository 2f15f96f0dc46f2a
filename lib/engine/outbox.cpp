#include "engine/outbox.hpp"

namespace kith::engine {

Result<std::vector<OutboxMessage>> outbox(Reader&, const OutboxFilter&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::uint64_t> send(Writer&, const MessageDraft&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::vector<OutboxMessage>> lease(Writer&, const LeaseOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}
Status acknowledge(Writer&, std::uint64_t, std::uint64_t) {
  return Status(Code::kUnsupported, "not built yet");
}
Status refuse(Writer&, std::uint64_t, std::uint64_t, const RefuseOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}
Status revive(Writer&, std::uint64_t) { return Status(Code::kUnsupported, "not built yet"); }
Status discard(Writer&, std::uint64_t) { return Status(Code::kUnsupported, "not built yet"); }

}  // namespace kith::engine
