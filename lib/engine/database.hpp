// engine/database.hpp: an open database: its store, its model, its limits.
//
//   KITH_ASSIGN(auto db, engine::Database::create(":memory:", options, core_sections()));
//   KITH_ASSIGN(auto session, db->session({.time_zone = "UTC"}));
//   KITH_ASSIGN(auto reader, db->begin_read(session));
//
// Threads: any. The compiled model is cached and replaced when a transaction finds that another
// one, here or in another process, has published a newer generation.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "engine/compiled_model.hpp"
#include "engine/model.hpp"
#include "engine/session.hpp"
#include "kith/model.hpp"
#include "kith/options.hpp"
#include "store/store.hpp"

namespace kith::engine {

class Reader;
class Writer;

// The path that opens a database in memory: one process, nothing kept.
inline constexpr std::string_view kMemoryPath = ":memory:";

class Database : public std::enable_shared_from_this<Database> {
 public:
  static Result<std::shared_ptr<Database>> create(std::string_view path,
                                                  const CreateOptions& options,
                                                  const ModelSections& sections);
  // The same in a store that is open, known by `name`; for tests of what a failing store does.
  static Result<std::shared_ptr<Database>> create_in(std::shared_ptr<store::Store> store,
                                                     std::string_view name,
                                                     const CreateOptions& options,
                                                     const ModelSections& sections);
  static Result<std::shared_ptr<Database>> open(std::string_view path, const OpenOptions& options,
                                                const ModelSections& sections);

  Result<std::shared_ptr<Session>> session(const SessionOptions& options);
  Result<std::shared_ptr<Reader>> begin_read(const std::shared_ptr<Session>& session,
                                             std::optional<Timestamp> now);
  Result<std::shared_ptr<Writer>> begin_write(const std::shared_ptr<Session>& session,
                                              const TransactionOptions& options);

  // A write that may share its commit with others; see Session::write and store::Store::write.
  Result<std::uint64_t> write(const std::shared_ptr<Session>& session,
                              const TransactionOptions& options,
                              const std::function<Status(std::shared_ptr<Writer>)>& body);

  Result<ApplyResult> apply_model(const std::shared_ptr<Session>& session,
                                  std::string_view document, bool dry_run);
  Result<std::shared_ptr<const CompiledModel>> current_model();
  Result<std::string> model_document();
  Result<DatabaseInfo> info();

  // The model in force for a transaction.
  Result<std::shared_ptr<const CompiledModel>> model_for(store::ReadTxn& txn);

  store::Store& store() { return *store_; }
  const Limits& limits() const { return options_.limits; }
  const ModelSections& sections() const { return sections_; }
  ModelOptions model_options() const;

 private:
  Database(std::string path, const OpenOptions& options, std::shared_ptr<store::Store> store,
           ModelSections sections)
      : path_(std::move(path)),
        options_(options),
        store_(std::move(store)),
        sections_(std::move(sections)) {}

  // Does the steps that are left, each in its own transaction; with `unique_only` until no unique
  // index waits.
  Status build_indexes(const store::WriteOptions& how, bool unique_only);

  std::string path_;
  OpenOptions options_;
  std::shared_ptr<store::Store> store_;
  ModelSections sections_;

  std::mutex mutex_;
  std::shared_ptr<const CompiledModel> model_;  // guarded by mutex_
};

}  // namespace kith::engine
