#include "kith/database.hpp"

#include "api/guard.hpp"
#include "api/sections.hpp"
#include "base/try.hpp"
#include "crm/standard_model.hpp"
#include "engine/check.hpp"
#include "engine/database.hpp"
#include "engine/describe_model.hpp"
#include "engine/feed.hpp"
#include "engine/model.hpp"

namespace kith {

namespace {

Status closed() { return Status(Code::kClosed, "the database handle was closed"); }

}  // namespace

Database::Database(std::shared_ptr<engine::Database> impl) : impl_(std::move(impl)) {}

Result<Database> Database::create(std::string_view path, const CreateOptions& options) {
  return guarded([&]() -> Result<Database> {
    CreateOptions filled = options;
    if (filled.model.empty()) filled.model = crm::standard_model();
    KITH_ASSIGN(auto database, engine::Database::create(path, filled, model_sections()));
    return Database(std::move(database));
  });
}

Result<Database> Database::open(std::string_view path, const OpenOptions& options) {
  return guarded([&]() -> Result<Database> {
    KITH_ASSIGN(auto database, engine::Database::open(path, options, model_sections()));
    return Database(std::move(database));
  });
}

Result<Session> Database::session(const SessionOptions& options) const {
  return guarded([&]() -> Result<Session> {
    if (!impl_) return closed();
    KITH_ASSIGN(auto session, impl_->session(options));
    return Session(std::move(session));
  });
}

Result<ApplyResult> Database::apply_model(const Session& session, std::string_view document,
                                          bool dry_run) const {
  return guarded([&]() -> Result<ApplyResult> {
    if (!impl_) return closed();
    return impl_->apply_model(session.impl(), document, dry_run);
  });
}

Result<std::string> Database::model() const {
  return guarded([&]() -> Result<std::string> {
    if (!impl_) return closed();
    return impl_->model_document();
  });
}

Result<std::vector<EntityInfo>> Database::entities() const {
  return guarded([&]() -> Result<std::vector<EntityInfo>> {
    if (!impl_) return closed();
    KITH_ASSIGN(auto model, impl_->current_model());
    return engine::describe_model(*model);
  });
}

Result<DatabaseInfo> Database::info() const {
  return guarded([&]() -> Result<DatabaseInfo> {
    if (!impl_) return closed();
    return impl_->info();
  });
}

Result<CheckReport> Database::check(const Session& session, const CheckOptions& options) const {
  return guarded([&]() -> Result<CheckReport> {
    if (!impl_) return closed();
    return engine::check(session.impl(), options);
  });
}

Status Database::backup(std::string_view path) const {
  return guarded([&]() -> Status {
    if (!impl_) return closed();
    return impl_->store().copy_to(std::string(path));
  });
}

Result<std::uint64_t> Database::wait(std::uint64_t sequence,
                                     std::chrono::milliseconds timeout) const {
  return guarded([&]() -> Result<std::uint64_t> {
    if (!impl_) return closed();
    return engine::wait(*impl_, sequence, timeout);
  });
}

void Database::close() { impl_.reset(); }

std::string_view version() { return KITH_VERSION; }

Status check_model(std::string_view document, std::string_view file_name) {
  return guarded([&]() -> Status {
    return engine::check_model(document, file_name, model_sections(), {}).status();
  });
}

std::string_view standard_model() { return crm::standard_model(); }

std::string_view model_schema() { return crm::model_schema(); }

}  // namespace kith
