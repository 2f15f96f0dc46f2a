// engine/writer.hpp: the one door for every write.
//
//   KITH_ASSIGN(auto writer, database->begin_write(session, {.now = now}));
//   KITH_ASSIGN(RecordId id, writer->create("deal", {{"name", "Pilot"}}));
//   KITH_TRY(writer->commit());
//
// A refused call leaves the transaction as it was before it. A failure of the store ends the
// transaction: later calls repeat it. Threads: the one that began it.
#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "engine/agency.hpp"
#include "engine/change_set.hpp"
#include "engine/reader.hpp"
#include "engine/record_write.hpp"
#include "history/log.hpp"
#include "record/blob_ledger.hpp"

namespace kith::engine {

// Records that one removal may take with it (option max_cascade).
inline constexpr std::size_t kMaxCascade = 10'000;

class Enrolment;
class Savepoint;

class Writer : public Reader {
 public:
  // What the log will say of this transaction.
  struct Stamp {
    Timestamp at;  // monotone with the sequence
    Timestamp effective_at;
    std::string cause;
  };

  // Takes the time and the next sequence from the log. kPermission when effective_at is given
  // without the capability.
  static Result<std::shared_ptr<Writer>> begin(std::shared_ptr<Session> session,
                                               std::shared_ptr<const CompiledModel> model,
                                               std::unique_ptr<store::WriteTxn> txn,
                                               const TransactionOptions& options);

  Result<RecordId> create(std::string_view entity, const Patch& fields);
  // `moves`, when given, is told what the update did to the record's pipelines.
  Status update(RecordId id, const Patch& fields, std::uint64_t expected_version,
                StageMoves* moves = nullptr);
  Status remove(RecordId id, std::uint64_t expected_version);
  // Live records, with what goes with them, as if they were one. `count`, when given, is told how
  // many records were written.
  Status remove_all(const std::vector<RecordId>& ids, std::size_t* count = nullptr);
  Status restore(RecordId id);
  Status purge(RecordId id);
  // When the following writes took effect; nothing: now.
  Status set_effective_at(std::optional<Timestamp> when);
  Status commit();
  // Nothing of the transaction remains.
  void abort();
  // The store's transaction is somebody else's, who commits it: commit() brings everything into it
  // and no more.
  void join() { joined_ = true; }
  bool is_joined() const { return joined_; }
  std::uint64_t committed_sequence() const { return committed_sequence_; }

  // Runs `body` on the transaction's store to write rows of the queue: body(store::WriteTxn&)
  // returns a Status or a Result. Without changes of records, too, they are committed. A refusal
  // must come before the first row; a failure after it ends the transaction.
  template <typename Body>
  auto with_queue(Body body) -> decltype(body(std::declval<store::WriteTxn&>())) {
    KITH_TRY(open_for_writing());
    const std::uint64_t before = rows_written();
    auto result = body(*write_);
    if (rows_written() != before) {
      queue_written_ = true;
      forget();
      KITH_TRY(fail_unless_ok(result));
    }
    return result;
  }

  // On whose behalf the following writes happen; at first the session's, with the transaction's
  // cause. A record belongs to one agency in a transaction: kInternal for a write under another.
  void act_as(std::shared_ptr<const Agency> agency);
  // What the history says of this transaction when the host gave no cause.
  void default_cause(const std::string& cause);
  const std::shared_ptr<const Agency>& agency() const { return agency_; }
  bool is_touched(RecordId id) const { return changes_.contains(id); }
  // The failure that ended the transaction, or ok.
  const Status& health() const { return failed_; }
  // Of a committed transaction: its entries in the history, and the runs that its changes would
  // have begun, had they not failed or been held back by a guard.
  std::uint64_t entries_written() const { return entries_written_; }
  std::uint64_t failed_runs() const { return failed_runs_; }

  const Stamp& stamp() const { return stamp_; }
  store::WriteTxn& write_txn() { return *write_; }

  // What this transaction did is logged when it commits.
  std::uint64_t logged_version(RecordId id, const record::View& view) const override;

  // Step 8 of a write that was prepared.
  Status carry_out(RecordWrite& write);
  // For RecordWrite: stores an image and what follows from it, under the record's sequence.
  Status put_image(const CompiledType& type, RecordId id, const std::optional<std::string>& before,
                   std::string image);
  // For RecordWrite: stores a large value that an image about to be put will have in the slot; the
  // one that the record had there when the transaction found it, if it is the same.
  Result<record::BlobRef> keep_blob(RecordId id, const record::Slot& slot, std::string_view value);
  // For RecordWrite: what the image just put did to the record's pipelines.
  void note_stages(RecordId id, const StageMoves& moves);

 private:
  friend class Savepoint;

  Writer(std::shared_ptr<Session> session, std::shared_ptr<const CompiledModel> model,
         std::unique_ptr<store::WriteTxn> txn, Stamp stamp, history::Appender log);

  Status open_for_writing();
  Result<RecordId> next_id(const schema::EntityType& type);
  Result<const CompiledType*> type_of(RecordId id);
  Result<record::View> existing(RecordId id, std::uint64_t expected_version);
  Result<std::uint64_t> touch(RecordId id, std::optional<std::string_view> before);
  Status erase_record(const CompiledType& type, RecordId id);
  // A change that the log holds, as far as automations look at it.
  struct NetChange {
    const ChangeSet::Touched* touched = nullptr;
    ChangeKind kind = ChangeKind::kUpdate;
    std::vector<std::uint32_t> fields;
    std::vector<std::uint32_t> repeated_stages;
  };
  Status log_changes(std::vector<NetChange>* net);
  Status log_change(const ChangeSet::Touched& touched, std::vector<NetChange>* net);
  Status renumber(const CompiledType& type, const ChangeSet::Touched& touched);
  Status enrol(const std::vector<NetChange>& net);
  Status look_at(const NetChange& change, Enrolment* enrolment);
  Status save_counters();
  // Remembers a failure of the store: the transaction cannot go on after one.
  Status guard(Status status);
  Status fail_unless_ok(const Status& status) { return guard(status); }
  template <typename T>
  Status fail_unless_ok(const Result<T>& result) {
    return result.ok() ? Status() : guard(result.status());
  }
  std::uint64_t rows_written() const;

  store::WriteTxn* write_;
  Stamp stamp_;
  history::Appender log_;
  ChangeSet changes_;
  record::BlobLedger ledger_;
  std::map<std::uint16_t, std::uint64_t> last_ids_;  // types that were given ids here
  Savepoint* savepoint_ = nullptr;                   // the innermost one, or none
  std::shared_ptr<const Agency> agency_;
  Status failed_;
  bool ended_ = false;
  bool joined_ = false;
  bool queue_written_ = false;
  std::uint64_t committed_sequence_ = 0;
  std::uint64_t entries_written_ = 0;
  std::uint64_t failed_runs_ = 0;
};

}  // namespace kith::engine
