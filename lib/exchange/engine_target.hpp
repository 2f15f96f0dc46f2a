// exchange/engine_target.hpp: an import's chunks as transactions of a session.
//
//   EngineTarget target(session, {.now = now, .cause = "import deals.csv"}, types);
//   KITH_ASSIGN(ImportReport report, import_file(path, "deal", options, target));
//
// Reads outside a chunk are not needed and not offered. Threads: one.
#pragma once

#include <memory>
#include <string>

#include "engine/database.hpp"
#include "engine/writer.hpp"
#include "exchange/importer.hpp"

namespace kith::exchange {

class EngineTarget : public ImportTarget {
 public:
  // Takes the model in force now; a model that is changed while the import runs ends it.
  static Result<std::unique_ptr<EngineTarget>> open(std::shared_ptr<engine::Session> session,
                                                    TransactionOptions options);

  const schema::Catalog& catalog() const override { return model_->catalog(); }
  Result<Timestamp> local_instant(const CivilTime& time) const override;
  Status begin() override;
  Status commit() override;
  void abort() override { writer_.reset(); }
  Result<std::vector<RecordId>> find(const schema::EntityType& type, const schema::Field& field,
                                     const Value& value) override;
  Result<bool> exists(RecordId id) override;
  Result<RecordId> create(const schema::EntityType& type, const Patch& patch,
                          Timestamp effective_at) override;
  Result<bool> update(RecordId id, const Patch& patch, Timestamp effective_at) override;

 private:
  EngineTarget(std::shared_ptr<engine::Session> session, TransactionOptions options,
               std::shared_ptr<const engine::CompiledModel> model)
      : session_(std::move(session)), options_(std::move(options)), model_(std::move(model)) {}

  Status take_effect(Timestamp effective_at);
  Result<Patch> without_present_stages(RecordId id, const std::optional<record::View>& record,
                                       const Patch& patch);
  Result<std::vector<RecordId>> search(const schema::EntityType& type, const schema::Field& field,
                                       const Value& value);

  std::shared_ptr<engine::Session> session_;
  TransactionOptions options_;
  std::shared_ptr<const engine::CompiledModel> model_;
  std::shared_ptr<engine::Writer> writer_;
};

}  // namespace kith::exchange
