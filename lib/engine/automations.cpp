#include "engine/automations.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/outbox.hpp"
#include "engine/tick.hpp"
#include "engine/writer.hpp"
#include "queue/inbox.hpp"
#include "queue/timers.hpp"
#include "schema/types.hpp"

namespace kith::engine {

namespace {

constexpr std::size_t kMaxHostIdBytes = 400;

Status check(Writer& writer, const InboundEvent& event) {
  if (event.name.empty()) {
    return Status(Code::kInvalidArgument, "an event needs the name that automations wait for");
  }
  if (event.id.size() > kMaxHostIdBytes) {
    return Status(Code::kInvalidArgument, "the id of an event has at most " +
                                              std::to_string(kMaxHostIdBytes) + " bytes, not " +
                                              std::to_string(event.id.size()));
  }
  KITH_ASSIGN(const record::View* record, writer.load(event.record));
  if (record != nullptr) return {};
  return Status(Code::kInvalidArgument, "event \"" + event.name + "\" is about " +
                                            schema::format_id(writer.catalog(), event.record) +
                                            ", which does not exist");
}

}  // namespace

Result<std::vector<AutomationInfo>> describe_automations(const Reader&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::vector<Run>> runs(Reader&, const RunFilter&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::optional<Timestamp>> next_due(Reader& reader) { return queue::next_due(reader.txn()); }

Result<ReceiveResult> receive(Writer& writer, const InboundEvent& event) {
  KITH_TRY(check(writer, event));
  ReceiveResult result;
  const std::string id = "event/" + event.id;
  if (!event.id.empty()) {
    KITH_ASSIGN(const auto answer, queue::find_event(writer.txn(), id));
    if (answer) {
      base::ByteReader in(*answer);
      result.repeated = true;
      result.runs = in.varint();
      KITH_TRY(in.finish("answer to an event"));
      return result;
    }
  }
  if (event.id.empty()) return result;
  base::ByteWriter answer;
  answer.varint(result.runs);
  KITH_TRY(writer.with_queue([&](store::WriteTxn& txn) {
    return queue::remember_event(txn, id, writer.stamp().at, kKeepKeys, answer.bytes());
  }));
  return result;
}

Status cancel_run(Writer&, std::uint64_t, std::string_view) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<TickResult> tick(const std::shared_ptr<Session>&, const TickOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}

}  // namespace kith::engine
