#include "crm/capture.hpp"

#include "base/try.hpp"
#include "crm/capture_answer.hpp"
#include "crm/intake.hpp"
#include "engine/automations.hpp"
#include "engine/savepoint.hpp"
#include "engine/writer.hpp"
#include "queue/inbox.hpp"

namespace kith::crm {

namespace {

// How long a repeated event is recognised: as long as tick keeps what has ended.
const Duration kKeep = Duration::days(30);
constexpr std::size_t kMaxIdBytes = 400;
constexpr std::string_view kInboxPrefix = "capture/";

// The sentences of an answer quote addresses and names.
queue::Discretion discretion(const CaptureResult& result) {
  CaptureResult blank = result;
  blank.filled.clear();
  blank.reasons.clear();
  return {{result.person, result.account, result.deal, result.activity}, encode_answer(blank)};
}

}  // namespace

Result<CaptureResult> capture(engine::Writer& writer, const CaptureEvent& event) {
  if (event.id.size() > kMaxIdBytes) {
    return Status(Code::kInvalidArgument, "the id of an event has at most " +
                                              std::to_string(kMaxIdBytes) + " bytes, not " +
                                              std::to_string(event.id.size()));
  }
  const std::string inbox_id = std::string(kInboxPrefix) + event.id;
  if (!event.id.empty()) {
    KITH_ASSIGN(const auto remembered, queue::find_event(writer.txn(), inbox_id));
    if (remembered) {
      KITH_ASSIGN(CaptureResult first, decode_answer(*remembered));
      first.repeated = true;
      return first;
    }
  }
  Intake intake(writer, event);
  KITH_TRY(intake.check());
  engine::Savepoint savepoint(writer);
  Status status = intake.write();
  if (status.ok()) status = engine::receive(writer, intake.notice()).status();
  if (status.ok() && !event.id.empty()) {
    status = writer.with_queue([&](store::WriteTxn& txn) {
      return queue::remember_event(txn, inbox_id, writer.stamp().at, kKeep,
                                   encode_answer(intake.result()), discretion(intake.result()));
    });
  }
  if (!status.ok()) return savepoint.roll_back(std::move(status));
  return intake.result();
}

}  // namespace kith::crm
