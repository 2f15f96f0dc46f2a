#include "engine/database.hpp"

#include <utility>
#include <vector>

#include "automation/published.hpp"
#include "base/time_zone.hpp"
#include "base/try.hpp"
#include "engine/date_sweep.hpp"
#include "engine/index_build.hpp"
#include "engine/model_cache.hpp"
#include "engine/reader.hpp"
#include "engine/writer.hpp"
#include "history/log.hpp"
#include "query/index_writer.hpp"
#include "schema/catalog_codec.hpp"
#include "schema/field_gaps.hpp"
#include "store/format.hpp"
#include "store/lent_txn.hpp"

namespace kith::engine {

namespace {

constexpr std::string_view kAutomations = "automations";  // their section of a model

store::Durability durability_of(Durability durability) {
  return durability == Durability::kFull ? store::Durability::kFull : store::Durability::kDeferred;
}

Result<store::WriteOptions> write_options(const TransactionOptions& options) {
  if (options.now == Timestamp() || !options.now.in_range()) {
    return Status(Code::kInvalidArgument,
                  "a transaction needs the host's time in `now`, between the years 1 and 9999");
  }
  store::WriteOptions how;
  how.durability = durability_of(options.durability);
  how.timeout = options.timeout;
  return how;
}

// A Writer on a transaction that the store will commit, and what `body` has it write. Whatever
// comes of it, the writer is over when this returns, even if the body has kept it.
Result<std::uint64_t> write_part(const std::shared_ptr<Session>& session,
                                 std::shared_ptr<const CompiledModel> model, store::WriteTxn& txn,
                                 const TransactionOptions& options,
                                 const std::function<Status(std::shared_ptr<Writer>)>& body) {
  auto own = std::make_unique<store::LentTxn>(txn);
  store::LentTxn* const lent = own.get();
  KITH_ASSIGN(const std::shared_ptr<Writer> writer,
              Writer::begin(session, std::move(model), std::move(own), options));
  writer->join();
  struct Loan {
    store::LentTxn* lent;
    ~Loan() { lent->take_back(); }
  } const loan{lent};
  KITH_TRY(body(writer));
  KITH_TRY(writer->commit());
  return writer->committed_sequence();
}

// The indexes that `next` no longer has. Their ids are never used again.
std::vector<schema::Index> dropped_indexes(const schema::Catalog& now,
                                           const schema::Catalog& next) {
  std::vector<schema::Index> dropped;
  for (std::size_t i = 0; i < now.types.size(); ++i) {
    for (std::size_t k = 0; k < now.types[i].indexes.size(); ++k) {
      const schema::Index& index = now.types[i].indexes[k];
      if (!index.removed && next.types[i].indexes[k].removed) dropped.push_back(index);
    }
  }
  return dropped;
}

// Those that were dropped by a process which ended before it had erased their entries.
Result<std::vector<schema::Index>> half_dropped_indexes(store::ReadTxn& txn,
                                                        const schema::Catalog& catalog) {
  std::vector<schema::Index> left;
  for (const schema::EntityType& type : catalog.types) {
    for (const schema::Index& index : type.indexes) {
      if (!index.removed) continue;
      KITH_ASSIGN(const bool is_empty, query::is_index_empty(txn, index));
      if (!is_empty) left.push_back(index);
    }
  }
  return left;
}

Status erase_indexes(store::Store& store, const store::WriteOptions& how,
                     const std::vector<schema::Index>& indexes) {
  for (const schema::Index& index : indexes) {
    KITH_ASSIGN(const std::unique_ptr<store::WriteTxn> txn, store.begin_write(how));
    KITH_TRY(query::erase_index(*txn, index));
    KITH_TRY(txn->commit());
  }
  return {};
}

// Automations on dates that are new with `plan` have records to look for.
Status look_for_dates(store::WriteTxn& txn, const StoredModel& stored, const ModelPlan& plan) {
  const auto published = [](const auto& payloads) {
    const auto found = payloads.find(std::string(kAutomations));
    return automation::decode_published(found != payloads.end() ? found->second : std::string());
  };
  KITH_ASSIGN(const automation::Published before, published(stored.payloads));
  KITH_ASSIGN(const automation::Published after, published(plan.payloads));
  return plan_sweeps(txn, before.definitions, after.definitions);
}

Result<std::shared_ptr<store::Store>> open_store(std::string_view path, const OpenOptions& options,
                                                 bool create) {
  if (path == kMemoryPath) {
    if (create) return store::open_memory();
    return Status(Code::kNotFound,
                  "a database in memory does not outlive its handles: create it instead");
  }
  store::OpenOptions how;
  how.create = create;
  how.read_only = options.read_only;
  how.max_readers = options.max_readers;
  how.max_map_bytes = options.max_file_bytes;
  return store::open_lmdb(std::string(path), how);
}

}  // namespace

Result<std::shared_ptr<Database>> Database::create(std::string_view path,
                                                   const CreateOptions& options,
                                                   const ModelSections& sections) {
  KITH_ASSIGN(std::shared_ptr<store::Store> store, open_store(path, options.open, true));
  return create_in(std::move(store), path, options, sections);
}

Result<std::shared_ptr<Database>> Database::create_in(std::shared_ptr<store::Store> store,
                                                      std::string_view name,
                                                      const CreateOptions& options,
                                                      const ModelSections& sections) {
  std::shared_ptr<Database> database(
      new Database(std::string(name), options.open, std::move(store), sections));
  KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, database->store_->begin_write({}));
  KITH_ASSIGN(std::optional<store::FormatHeader> existing, store::read_format(*txn));
  if (existing) {
    return Status(
        Code::kInvalidArgument,
        std::string(name) + " holds a database already: open it, or choose another place");
  }
  store::FormatHeader header;
  header.writer_version = KITH_VERSION;
  header.created_us = options.now.to_microseconds();
  KITH_TRY(store::write_format(*txn, header));
  KITH_ASSIGN(ModelPlan plan, plan_model(options.model, "model", StoredModel(), sections,
                                         database->model_options()));
  KITH_TRY(store_model(*txn, &plan));
  KITH_TRY(txn->commit());
  return database;
}

Result<std::shared_ptr<Database>> Database::open(std::string_view path, const OpenOptions& options,
                                                 const ModelSections& sections) {
  KITH_ASSIGN(std::shared_ptr<store::Store> store, open_store(path, options, false));
  std::shared_ptr<Database> database(
      new Database(std::string(path), options, std::move(store), sections));
  KITH_ASSIGN(std::unique_ptr<store::ReadTxn> txn, database->store_->begin_read());
  KITH_ASSIGN(std::optional<store::FormatHeader> format, store::read_format(*txn));
  if (!format) {
    return Status(Code::kNotFound, std::string(path) + " holds no kith database: create one first");
  }
  KITH_TRY(store::check_format(*format, KITH_VERSION, options.read_only));
  KITH_ASSIGN(const auto model, database->model_for(*txn));
  if (options.read_only) return database;
  // What an earlier process left half built or half dropped. One that holds the gate may well be at
  // it.
  KITH_ASSIGN(const std::vector<schema::Index> dropped,
              half_dropped_indexes(*txn, model->catalog()));
  txn.reset();
  store::WriteOptions how;
  how.timeout = std::chrono::milliseconds(0);
  Status done = erase_indexes(*database->store_, how, dropped);
  if (done.ok() && is_building(model->catalog(), false)) {
    done = database->build_indexes(how, false);
  }
  if (!done.ok() && done.code() != Code::kBusy) return done;
  return database;
}

ModelOptions Database::model_options() const {
  ModelOptions options;
  options.limits.max_fields_per_type = options_.limits.max_fields_per_type;
  options.limits.max_expression_bytes = options_.limits.max_expression_bytes;
  options.limits.max_expression_cost = options_.limits.max_expression_cost;
  return options;
}

Result<std::shared_ptr<const CompiledModel>> Database::model_for(store::ReadTxn& txn) {
  KITH_ASSIGN(const std::uint64_t generation, schema::load_generation(txn));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (model_ && model_->catalog().generation == generation) return model_;
  }
  KITH_ASSIGN(auto model, shared_model(txn, options_.limits));
  const std::lock_guard<std::mutex> lock(mutex_);
  // An old snapshot must not push out a newer model.
  if (!model_ || model_->catalog().generation < generation) model_ = model;
  return model;
}

Result<std::shared_ptr<Session>> Database::session(const SessionOptions& options) {
  KITH_TRY(base::TimeZone::load(options.time_zone).status());
  return std::make_shared<Session>(shared_from_this(), options_.limits, options);
}

Result<std::shared_ptr<Reader>> Database::begin_read(const std::shared_ptr<Session>& session,
                                                     std::optional<Timestamp> now) {
  KITH_ASSIGN(std::unique_ptr<store::ReadTxn> txn, store_->begin_read());
  KITH_ASSIGN(auto model, model_for(*txn));
  return std::make_shared<Reader>(session, std::move(model), std::move(txn), now);
}

Result<std::shared_ptr<Writer>> Database::begin_write(const std::shared_ptr<Session>& session,
                                                      const TransactionOptions& options) {
  KITH_ASSIGN(const store::WriteOptions how, write_options(options));
  KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write(how));
  KITH_ASSIGN(auto model, model_for(*txn));
  while (is_building(model->catalog(), true)) {
    txn.reset();
    KITH_TRY(build_indexes(how, true));
    KITH_ASSIGN(txn, store_->begin_write(how));
    KITH_ASSIGN(model, model_for(*txn));
  }
  return Writer::begin(session, std::move(model), std::move(txn), options);
}

Result<std::uint64_t> Database::write(const std::shared_ptr<Session>& session,
                                      const TransactionOptions& options,
                                      const std::function<Status(std::shared_ptr<Writer>)>& body) {
  KITH_ASSIGN(const store::WriteOptions how, write_options(options));
  while (true) {
    bool building = false;
    std::uint64_t sequence = 0;
    const Status status = store_->write(how, [&](store::WriteTxn& txn) -> Status {
      sequence = 0;
      KITH_ASSIGN(auto model, model_for(txn));
      building = is_building(model->catalog(), true);
      if (building) return {};  // nothing is written; first the indexes, then again
      KITH_ASSIGN(sequence, write_part(session, std::move(model), txn, options, body));
      return {};
    });
    KITH_TRY(status);
    if (!building) {
      if (sequence != 0) store_->announce(sequence);
      return sequence;
    }
    KITH_TRY(build_indexes(how, true));
  }
}

Result<ApplyResult> Database::apply_model(const std::shared_ptr<Session>& session,
                                          std::string_view document, bool dry_run) {
  if (!dry_run && !session->options().capabilities.change_model) {
    return Status(Code::kPermission,
                  "applying a model needs the capability model.change of the session");
  }
  ApplyResult result;
  std::vector<schema::Index> dropped;
  {
    KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write({}));
    KITH_ASSIGN(StoredModel stored, load_model(*txn));
    KITH_ASSIGN(ModelPlan plan, plan_model(document, "model", stored, sections_, model_options()));
    for (const schema::Change& change : plan.changes) {
      result.changes.push_back({change.entity, change.what});
    }
    result.generation = stored.catalog.generation;
    KITH_TRY(check_new_unique(*txn, plan.catalog));
    if (dry_run) return result;
    dropped = dropped_indexes(stored.catalog, plan.catalog);
    KITH_TRY(store_model(*txn, &plan));
    KITH_ASSIGN(const std::uint64_t last, history::last_sequence(*txn));
    KITH_TRY(schema::note_field_gaps(*txn, stored.catalog, plan.catalog, last));
    KITH_TRY(look_for_dates(*txn, stored, plan));
    result.generation = plan.catalog.generation;
    KITH_TRY(txn->commit());
  }
  KITH_TRY(erase_indexes(*store_, {}, dropped));
  KITH_TRY(build_indexes({}, false));
  return result;
}

Status Database::build_indexes(const store::WriteOptions& how, bool unique_only) {
  for (bool more = true; more;) {
    KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write(how));
    KITH_ASSIGN(more, build_step(*txn, kBuildChunk));
    KITH_TRY(txn->commit());
    if (unique_only && more) {
      KITH_ASSIGN(auto model, current_model());
      more = is_building(model->catalog(), true);
    }
  }
  return {};
}

Result<std::shared_ptr<const CompiledModel>> Database::current_model() {
  KITH_ASSIGN(std::unique_ptr<store::ReadTxn> txn, store_->begin_read());
  return model_for(*txn);
}

Result<std::string> Database::model_document() {
  KITH_ASSIGN(auto model, current_model());
  return model->stored().document;
}

Result<DatabaseInfo> Database::info() {
  KITH_ASSIGN(std::unique_ptr<store::ReadTxn> txn, store_->begin_read());
  KITH_ASSIGN(auto model, model_for(*txn));
  KITH_ASSIGN(std::optional<store::FormatHeader> format, store::read_format(*txn));
  KITH_ASSIGN(store::StoreInfo files, store_->info());
  DatabaseInfo info;
  info.path = path_;
  info.model_name = model->catalog().model_name;
  info.generation = model->catalog().generation;
  if (format) {
    info.written_by = format->writer_version;
    info.format = format->format;
  }
  KITH_ASSIGN(info.first_sequence, history::first_sequence(*txn));
  KITH_ASSIGN(info.last_sequence, history::last_sequence(*txn));
  info.file_bytes = files.file_bytes;
  info.read_only = files.read_only;
  info.snapshots = files.readers - 1;  // without this one
  return info;
}

}  // namespace kith::engine
