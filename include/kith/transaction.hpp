// kith/transaction.hpp: writing. All of it lands, or nothing.
//
//   auto t = session.begin({.now = now});
//   auto acme = t->create("account", {{"name", "Acme"}});
//   auto deal = t->create("deal", {{"name", "Pilot"}, {"account", *acme}});
//   kith::Status status = t->commit();
//
// Every write goes through one path: conflict check, defaults and normal forms, before-rules,
// pipeline, validation. A refused write (kValidation and the like) leaves the transaction as it
// was before that call: go on, or drop it. All violations of a record are reported together.
// A write that changes nothing succeeds and leaves no trace. Reads through the transaction see
// its own writes. Destroying a Transaction without commit() undoes it.
// Threads: only the thread that began it (kWrongThread).
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "kith/capture.hpp"
#include "kith/snapshot.hpp"

namespace kith {

namespace engine {
class Writer;
}

class Transaction : public Reader {
 public:
  explicit Transaction(std::shared_ptr<engine::Writer> impl);
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) noexcept;
  ~Transaction();

  // The system field `owner` may be part of a patch.
  Result<RecordId> create(std::string_view entity, const Patch& fields);
  // `expected_version` other than 0: fails with kConflict when the record has another version.
  Status update(RecordId id, const Patch& fields, std::uint64_t expected_version = 0);
  // Soft delete: hidden from queries, inverse lists and uniqueness; keeps its references.
  // What refers to it is restricted, cleared or deleted too, as each relation's on_delete says.
  Status remove(RecordId id, std::uint64_t expected_version = 0);
  Status restore(RecordId id, const RestoreOptions& options = {});
  // For ever: the record, its values in the history and references to it go; the fact stays.
  // Needs Capabilities::purge.
  Status purge(RecordId id);

  // Undoes the transaction that made this change, as a change of its own: what it created is
  // removed, what it removed is restored, what it changed has its former values again. Values are
  // validated; pipelines and before-rules are not asked. kConflict with a violation for each value
  // that was changed again since, kInvalidArgument for one that purged. Nothing is undone in parts.
  Result<UndoResult> undo(std::uint64_t sequence);

  // A named cursor of the change feed; see kith/feed.hpp. 1 to 100 bytes of name.
  Status save_cursor(std::string_view name, std::uint64_t sequence);
  Status drop_cursor(std::string_view name);

  // Moves a record to a stage of its pipeline, with the other fields the move needs. kRefused with
  // every guard and requirement that fails; see kith/pipeline.hpp.
  Result<MoveResult> move(RecordId id, std::string_view stage, const MoveOptions& options = {});

  // A customer did something: see kith/capture.hpp.
  Result<CaptureResult> capture(const CaptureEvent& event);
  // Something happened outside: begins the runs of the automations that wait for it.
  Result<ReceiveResult> receive(const InboundEvent& event);
  // Ends an active run for good. kNotFound when there is no such run, kInvalidArgument for one that
  // has ended.
  Status cancel_run(std::uint64_t run, std::string_view reason);

  // The outbox; see kith/outbox.hpp. The sequence of the message.
  Result<std::uint64_t> send(const MessageDraft& message);
  // Messages that are due at the transaction's time, theirs until the ttl has passed. They count
  // as handed out once this transaction has been committed.
  Result<std::vector<OutboxMessage>> lease(const LeaseOptions& options = {});
  // Delivered: the message goes, its idempotency key is remembered for a while. kConflict when the
  // lease is no longer the present one, kNotFound when there is no such message.
  Status acknowledge(std::uint64_t sequence, std::uint64_t token);
  // Not delivered: try again later, or give it up. Errors as of acknowledge().
  Status refuse(std::uint64_t sequence, std::uint64_t token, const RefuseOptions& options = {});
  // A dead message is tried again from the start; or dropped for ever.
  Status revive(std::uint64_t sequence);
  Status discard(std::uint64_t sequence);

  // Ends the transaction. The sequence of the last change it wrote, or 0 when it wrote nothing,
  // is in committed_sequence() afterwards.
  Status commit();
  void abort();
  std::uint64_t committed_sequence() const;

 private:
  std::shared_ptr<engine::Writer> writer_;
  std::uint64_t committed_sequence_ = 0;
};

}  // namespace kith
