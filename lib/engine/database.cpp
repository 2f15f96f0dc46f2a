#include "engine/database.hpp"

#include <utility>

#include "base/time_zone.hpp"
#include "base/try.hpp"
#include "engine/reader.hpp"
#include "engine/writer.hpp"
#include "history/log.hpp"
#include "query/index_writer.hpp"
#include "schema/catalog_codec.hpp"
#include "store/format.hpp"

namespace kith::engine {

namespace {

// Records one transaction of an index build visits.
constexpr std::size_t kBuildChunk = 2000;

// An index that has yet to be filled, and its type.
schema::Index* find_building(schema::Catalog& catalog, schema::EntityType** type) {
  for (schema::EntityType& candidate : catalog.types) {
    if (candidate.removed) continue;
    for (schema::Index& index : candidate.indexes) {
      if (index.removed || index.state != schema::IndexState::kBuilding) continue;
      *type = &candidate;
      return &index;
    }
  }
  return nullptr;
}

store::Durability durability_of(Durability durability) {
  return durability == Durability::kFull ? store::Durability::kFull : store::Durability::kDeferred;
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
  std::shared_ptr<Database> database(
      new Database(std::string(path), options.open, std::move(store), sections));
  KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, database->store_->begin_write({}));
  KITH_ASSIGN(std::optional<store::FormatHeader> existing, store::read_format(*txn));
  if (existing) {
    return Status(
        Code::kInvalidArgument,
        std::string(path) + " holds a database already: open it, or choose another place");
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
  KITH_TRY(database->model_for(*txn).status());
  return database;
}

ModelOptions Database::model_options() const {
  ModelOptions options;
  options.limits.max_fields_per_type = options_.limits.max_fields_per_type;
  options.limits.max_expression_bytes = options_.limits.max_expression_bytes;
  return options;
}

Result<std::shared_ptr<const CompiledModel>> Database::model_for(store::ReadTxn& txn) {
  KITH_ASSIGN(const std::uint64_t generation, schema::load_generation(txn));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (model_ && model_->catalog().generation == generation) return model_;
  }
  KITH_ASSIGN(StoredModel stored, load_model(txn));
  KITH_ASSIGN(auto model, CompiledModel::compile(std::move(stored), options_.limits));
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
  if (options.now == Timestamp() || !options.now.in_range()) {
    return Status(Code::kInvalidArgument,
                  "a transaction needs the host's time in `now`, between the years 1 and 9999");
  }
  store::WriteOptions how;
  how.durability = durability_of(options.durability);
  how.timeout = options.timeout;
  KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write(how));
  KITH_ASSIGN(auto model, model_for(*txn));
  return Writer::begin(session, std::move(model), std::move(txn), options);
}

Result<ApplyResult> Database::apply_model(const std::shared_ptr<Session>& session,
                                          std::string_view document, bool dry_run) {
  if (!dry_run && !session->options().capabilities.change_model) {
    return Status(Code::kPermission,
                  "applying a model needs the capability model.change of the session");
  }
  ApplyResult result;
  {
    KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write({}));
    KITH_ASSIGN(StoredModel stored, load_model(*txn));
    KITH_ASSIGN(ModelPlan plan, plan_model(document, "model", stored, sections_, model_options()));
    for (const schema::Change& change : plan.changes) {
      result.changes.push_back({change.entity, change.what});
    }
    result.generation = stored.catalog.generation;
    if (dry_run) return result;
    KITH_TRY(store_model(*txn, &plan));
    result.generation = plan.catalog.generation;
    KITH_TRY(txn->commit());
  }
  KITH_TRY(build_indexes());
  return result;
}

// New indexes of types that have records are filled in steps, each its own transaction, so that
// other writers get their turn. A step that is interrupted is taken up by the next apply_model.
Status Database::build_indexes() {
  RecordId from;
  for (std::uint32_t building = 0;;) {
    KITH_ASSIGN(std::unique_ptr<store::WriteTxn> txn, store_->begin_write({}));
    KITH_ASSIGN(StoredModel stored, load_model(*txn));
    schema::EntityType* type = nullptr;
    schema::Index* index = find_building(stored.catalog, &type);
    if (index == nullptr) return {};
    if (index->id != building) from = RecordId();
    building = index->id;
    const record::Layout layout = record::Layout::of(*type);
    KITH_ASSIGN(query::BuildProgress progress,
                query::build_index_chunk(*txn, *type, layout, *index, from, kBuildChunk));
    from = progress.next;
    if (from.is_null()) {
      index->state = schema::IndexState::kReady;
      building = 0;
      KITH_TRY(schema::save_catalog(*txn, &stored.catalog));
    }
    KITH_TRY(txn->commit());
  }
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
  KITH_ASSIGN(info.last_sequence, history::last_sequence(*txn));
  info.file_bytes = files.file_bytes;
  info.read_only = files.read_only;
  return info;
}

}  // namespace kith::engine
