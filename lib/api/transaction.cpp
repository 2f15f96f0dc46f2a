#include "kith/transaction.hpp"

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

}  // namespace

Transaction::Transaction(std::shared_ptr<engine::Writer> impl)
    : Reader(impl), writer_(std::move(impl)) {}

Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

Result<RecordId> Transaction::create(std::string_view entity, const Patch& fields) {
  if (!impl_) return ended();
  return writer_->create(entity, fields);
}

Status Transaction::update(RecordId id, const Patch& fields, std::uint64_t expected_version) {
  if (!impl_) return ended();
  return writer_->update(id, fields, expected_version);
}

Status Transaction::remove(RecordId id, std::uint64_t expected_version) {
  if (!impl_) return ended();
  return writer_->remove(id, expected_version);
}

Status Transaction::restore(RecordId id, const RestoreOptions& options) {
  if (!impl_) return ended();
  if (options.with_references) return engine::restore_with_references(*writer_, id);
  return writer_->restore(id);
}

Result<UndoResult> Transaction::undo(std::uint64_t sequence) {
  if (!impl_) return ended();
  return engine::undo(*writer_, sequence);
}

Status Transaction::save_cursor(std::string_view name, std::uint64_t sequence) {
  if (!impl_) return ended();
  return engine::save_cursor(*writer_, name, sequence);
}

Status Transaction::drop_cursor(std::string_view name) {
  if (!impl_) return ended();
  return engine::drop_cursor(*writer_, name);
}

Status Transaction::purge(RecordId id) {
  if (!impl_) return ended();
  return writer_->purge(id);
}

Result<MoveResult> Transaction::move(RecordId id, std::string_view stage,
                                     const MoveOptions& options) {
  if (!impl_) return ended();
  return engine::move(*writer_, id, stage, options);
}

Result<CaptureResult> Transaction::capture(const CaptureEvent& event) {
  if (!impl_) return ended();
  return crm::capture(*writer_, event);
}

Result<ReceiveResult> Transaction::receive(const InboundEvent& event) {
  if (!impl_) return ended();
  return engine::receive(*writer_, event);
}

Status Transaction::cancel_run(std::uint64_t run, std::string_view reason) {
  if (!impl_) return ended();
  return engine::cancel_run(*writer_, run, reason);
}

Result<std::uint64_t> Transaction::send(const MessageDraft& message) {
  if (!impl_) return ended();
  return engine::send(*writer_, message);
}

Result<std::vector<OutboxMessage>> Transaction::lease(const LeaseOptions& options) {
  if (!impl_) return ended();
  return engine::lease(*writer_, options);
}

Status Transaction::acknowledge(std::uint64_t sequence, std::uint64_t token) {
  if (!impl_) return ended();
  return engine::acknowledge(*writer_, sequence, token);
}

Status Transaction::refuse(std::uint64_t sequence, std::uint64_t token,
                           const RefuseOptions& options) {
  if (!impl_) return ended();
  return engine::refuse(*writer_, sequence, token, options);
}

Status Transaction::revive(std::uint64_t sequence) {
  if (!impl_) return ended();
  return engine::revive(*writer_, sequence);
}

Status Transaction::discard(std::uint64_t sequence) {
  if (!impl_) return ended();
  return engine::discard(*writer_, sequence);
}

Status Transaction::commit() {
  if (!impl_) return ended();
  Status status = writer_->commit();
  committed_sequence_ = writer_->committed_sequence();
  this->abort();  // whatever came of it, the writer's turn is over
  return status;
}

void Transaction::abort() {
  impl_.reset();
  writer_.reset();
}

std::uint64_t Transaction::committed_sequence() const { return committed_sequence_; }

}  // namespace kith
