#include "kith/transaction.hpp"

#include "api/guard.hpp"
#include "crm/capture.hpp"
#include "engine/automations.hpp"
#include "engine/feed.hpp"
#include "engine/outbox.hpp"
#include "engine/pipeline_moves.hpp"
#include "engine/undo.hpp"
#include "engine/writer.hpp"

namespace kith {

namespace {

Status ended() { return Status(Code::kClosed, "the transaction has ended"); }

// What a failed allocation leaves half done ends with the transaction.
template <typename Body>
auto write_guarded(Transaction& transaction, const std::shared_ptr<engine::Writer>& writer,
                   Body&& body) -> decltype(body(*writer)) {
  try {
    if (!writer) return ended();
    return body(*writer);
  } catch (const std::bad_alloc&) {
    if (writer) writer->abort();
    transaction.abort();
    return base::out_of_memory();
  }
}

}  // namespace

Transaction::Transaction(std::shared_ptr<engine::Writer> impl)
    : Reader(impl), writer_(std::move(impl)) {}

Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<RecordId> Transaction::create(std::string_view entity, const Patch& fields) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<RecordId> {
    return writer.create(entity, fields);
  });
}

Status Transaction::update(RecordId id, const Patch& fields, std::uint64_t expected_version) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return writer.update(id, fields, expected_version);
  });
}

Status Transaction::remove(RecordId id, std::uint64_t expected_version) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return writer.remove(id, expected_version);
  });
}

Status Transaction::restore(RecordId id, const RestoreOptions& options) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    if (options.with_references) return engine::restore_with_references(writer, id);
    return writer.restore(id);
  });
}

Result<UndoResult> Transaction::undo(std::uint64_t sequence) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<UndoResult> {
    return engine::undo(writer, sequence);
  });
}

Status Transaction::save_cursor(std::string_view name, std::uint64_t sequence) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::save_cursor(writer, name, sequence);
  });
}

Status Transaction::drop_cursor(std::string_view name) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::drop_cursor(writer, name);
  });
}

Status Transaction::purge(RecordId id) {
  return write_guarded(*this, writer_,
                       [&](engine::Writer& writer) -> Status { return writer.purge(id); });
}

Result<MoveResult> Transaction::move(RecordId id, std::string_view stage,
                                     const MoveOptions& options) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<MoveResult> {
    return engine::move(writer, id, stage, options);
  });
}

Result<CaptureResult> Transaction::capture(const CaptureEvent& event) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<CaptureResult> {
    return crm::capture(writer, event);
  });
}

Result<ReceiveResult> Transaction::receive(const InboundEvent& event) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<ReceiveResult> {
    return engine::receive(writer, event);
  });
}

Status Transaction::cancel_run(std::uint64_t run, std::string_view reason) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::cancel_run(writer, run, reason);
  });
}

Result<std::uint64_t> Transaction::send(const MessageDraft& message) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Result<std::uint64_t> {
    return engine::send(writer, message);
  });
}

Result<std::vector<OutboxMessage>> Transaction::lease(const LeaseOptions& options) {
  return write_guarded(*this, writer_,
                       [&](engine::Writer& writer) -> Result<std::vector<OutboxMessage>> {
                         return engine::lease(writer, options);
                       });
}

Status Transaction::acknowledge(std::uint64_t sequence, std::uint64_t token) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::acknowledge(writer, sequence, token);
  });
}

Status Transaction::refuse(std::uint64_t sequence, std::uint64_t token,
                           const RefuseOptions& options) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::refuse(writer, sequence, token, options);
  });
}

Status Transaction::revive(std::uint64_t sequence) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::revive(writer, sequence);
  });
}

Status Transaction::discard(std::uint64_t sequence) {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    return engine::discard(writer, sequence);
  });
}

Status Transaction::commit() {
  return write_guarded(*this, writer_, [&](engine::Writer& writer) -> Status {
    if (writer.is_joined()) {
      return Status(Code::kInvalidArgument,
                    "Session::write commits when its body has returned; do not commit it");
    }
    Status status = writer.commit();
    committed_sequence_ = writer.committed_sequence();
    this->abort();  // whatever came of it, the writer's turn is over
    return status;
  });
}

void Transaction::abort() {
  if (writer_ && writer_->is_joined()) return;  // the body ends it, by what it returns
  impl_.reset();
  writer_.reset();
}

std::uint64_t Transaction::committed_sequence() const { return committed_sequence_; }

}  // namespace kith
