// engine/reader.hpp: one consistent view of a database, for its sessions and its expressions.
//
//   KITH_ASSIGN(auto reader, database->begin_read(session));
//   KITH_ASSIGN(Record deal, reader->get(id));
//
// A Reader is the Host that expressions ask for related records. Records it has handed to an
// expression are remembered (borrowed from the transaction), so a page of deals loads each
// account once. Threads: one at a time. A Writer is a Reader of its own transaction.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compiled_model.hpp"
#include "engine/session.hpp"
#include "kith/history.hpp"
#include "kith/query.hpp"
#include "kith/record.hpp"
#include "kith/score.hpp"
#include "query/context.hpp"
#include "query/snapshot_host.hpp"
#include "record/txn_blobs.hpp"
#include "record/view.hpp"
#include "store/store.hpp"

namespace kith::engine {

class Segments;

class Reader : public expr::Host {
 public:
  // What has a past: records and their history.
  enum class Time : std::uint8_t { kPresent, kPast };

  Reader(std::shared_ptr<Session> session, std::shared_ptr<const CompiledModel> model,
         std::unique_ptr<store::ReadTxn> txn, std::optional<Timestamp> now,
         Time time = Time::kPresent);
  ~Reader() override;

  const CompiledModel& model() const { return *model_; }
  const std::shared_ptr<const CompiledModel>& shared_model() const { return model_; }
  const schema::Catalog& catalog() const { return model_->catalog(); }
  const Session& session() const { return *session_; }
  const std::shared_ptr<Session>& shared_session() const { return session_; }
  store::ReadTxn& txn() { return *txn_; }
  // kUnsupported for a reader of the past; `what` has none.
  Status check_present(std::string_view what) const;
  // The large values of this reader's records and of their history. A view of one is good until
  // the next call of find_record() or activation().
  record::TxnBlobs& blobs() { return *blobs_; }

  // The image of a record, deleted ones included; nullopt when there is none. Borrowed as the
  // store's views are.
  Result<std::optional<record::View>> find_record(RecordId id);
  Result<Record> get(RecordId id);
  // The live record that holds this value in a unique field.
  Result<RecordId> find_unique(std::string_view entity, std::string_view field, const Value& value);
  Result<Rows> query(const Query& query);
  // What a query or report reads through; borrowed from this reader.
  Result<query::Context> query_context();
  // The sequence of the record's last entry in the log; 0 for one that has none yet.
  virtual std::uint64_t logged_version(RecordId id, const record::View& view) const;
  // Ids of the records whose reference field names `target`, ascending from `from`; deleted ones
  // too when asked for.
  Result<std::vector<RecordId>> referring(RecordId target, const CompiledType& type,
                                          const schema::Field& field, RecordId from,
                                          std::size_t limit, bool deleted_too);
  Result<std::vector<Change>> history(RecordId id, std::uint64_t limit);
  Result<FieldHandle> field(std::string_view entity, std::string_view field);
  Status read(RecordId id, std::span<const FieldHandle> handles, Value* out);
  // The image of the record that a program is to be evaluated on; kInvalidArgument when it is about
  // another type, kNotFound when there is no such record. Borrowed as find_record() has it.
  Result<record::View> subject(RecordId id, const expr::Program& program);
  // A program about the record's type and this reader's model. `params` may be null.
  Result<expr::Outcome> outcome(RecordId id, const expr::Program& program, const Value& params,
                                const expr::EvaluationLimits& limits);

  // A formula field of the activation's record; null when it has no value, and why to `errors`
  // (which may be null) unless something it needs is null.
  Result<Value> formula_value(RecordId id, const schema::Field& field,
                              const expr::Activation& activation,
                              std::vector<FormulaError>* errors) const;

  // What a score of the record's type comes to, row by row.
  Result<Score> score(RecordId id, std::string_view name);

  // expr::Host. nullptr for a record that does not exist or is deleted.
  Result<const record::View*> load(RecordId id) override;
  // Loads these with one round, so that load() finds them.
  Status prefetch(std::span<const RecordId> ids) override;
  Status related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                 std::vector<RecordId>* ids) override;
  Result<const expr::Program*> segment(std::string_view name, RecordId id,
                                       std::uint16_t entity) override;
  const schema::Organisation* organisation() const override { return &model_->organisation(); }
  Result<std::optional<Decimal>> rate(std::string_view currency, Date day) override;

  // What every evaluation of this reader shares: host, user, time, zone, limits.
  Result<expr::Activation> activation();
  // What the host said, else the time of the last transaction of this snapshot.
  Result<Timestamp> now();

 protected:
  // What follows is asked by another actor of the same database and time zone.
  void become(std::shared_ptr<Session> session) { session_ = std::move(session); }
  void adopt(std::unique_ptr<store::ReadTxn> txn);
  // What was borrowed from the transaction is no longer valid.
  void forget();

 private:
  std::shared_ptr<Session> session_;
  std::shared_ptr<const CompiledModel> model_;
  std::unique_ptr<store::ReadTxn> txn_;
  std::optional<Timestamp> now_;
  Time time_;
  std::optional<record::TxnBlobs> blobs_;  // these two while there is a transaction
  std::optional<query::SnapshotHost> related_;
  std::unique_ptr<Segments> segments_;  // when a condition has asked for one
  Value org_;
};

}  // namespace kith::engine
