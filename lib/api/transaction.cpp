#include "kith/transaction.hpp"

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

Status Transaction::restore(RecordId id) {
  if (!impl_) return ended();
  return writer_->restore(id);
}

Status Transaction::purge(RecordId id) {
  if (!impl_) return ended();
  return writer_->purge(id);
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
