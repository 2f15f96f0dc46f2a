// kith/database.hpp: one directory on disk is one CRM.
//
//   auto db = kith::Database::create("crm", {.now = clock()});      // the standard model
//   auto db = kith::Database::open("crm");
//   auto db = kith::Database::create(":memory:", {.model = text, .now = clock()});
//
// A Database is a cheap handle; copies share it; any thread may use it. Opening one directory
// twice in a process shares the first. Many processes may read while one writes. Handles do not
// survive fork(): every call in the child gives kForked. Closing waits for nothing: sessions,
// snapshots and transactions keep the files open until they are gone.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kith/check.hpp"
#include "kith/model.hpp"
#include "kith/options.hpp"
#include "kith/session.hpp"

namespace kith {

namespace engine {
class Database;
}

class Database {
 public:
  // A new database. The directory is made if need be and must not hold one yet.
  static Result<Database> create(std::string_view path, const CreateOptions& options);
  static Result<Database> open(std::string_view path, const OpenOptions& options = {});

  explicit Database(std::shared_ptr<engine::Database> impl);

  Result<Session> session(const SessionOptions& options = {}) const;

  // Makes the database follow `document`: one transaction; then builds new indexes in steps.
  // The session needs Capabilities::change_model. `dry_run` only tells the changes.
  Result<ApplyResult> apply_model(const Session& session, std::string_view document,
                                  bool dry_run = false) const;
  Result<std::string> model() const;  // the document in force, as it was applied
  Result<std::vector<EntityInfo>> entities() const;
  Result<DatabaseInfo> info() const;

  // Reads everything and says what is wrong; see kith/check.hpp.
  Result<CheckReport> check(const Session& session, const CheckOptions& options = {}) const;
  // A copy at `path`, which must not hold a database, of the moment of the call; others may go on
  // reading and writing. See kith/backup.hpp.
  Status backup(std::string_view path) const;
  // Waits until the history has a change after `sequence`, of this process or another, or the time
  // is over; the sequence of the last change, which may still be `sequence`. Any thread.
  Result<std::uint64_t> wait(std::uint64_t sequence, std::chrono::milliseconds timeout) const;

  // Drops this handle. Later calls on it give kClosed.
  void close();
  bool is_open() const { return impl_ != nullptr; }
  const std::shared_ptr<engine::Database>& impl() const { return impl_; }

 private:
  std::shared_ptr<engine::Database> impl_;
};

// Semantic version of the library in use, "0.1.0".
std::string_view version();

}  // namespace kith
