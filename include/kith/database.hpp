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

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kith/model.hpp"
#include "kith/session.hpp"

namespace kith {

namespace engine {
class Database;
}

// Bounds on what a tenant can make the engine do. Each has an error that names it (kLimit).
struct Limits {
  std::uint64_t max_result_rows = 1'000'000;
  std::uint64_t max_groups = 100'000;
  std::uint64_t max_expression_cost = 1'000'000;  // per evaluation
  std::uint32_t max_expression_bytes = 16 * 1024;
  std::uint32_t max_path_hops = 3;  // references followed by one expression of a rule
  std::uint32_t max_fields_per_type = 512;
};

struct OpenOptions {
  bool read_only = false;
  std::uint32_t max_readers = 1024;
  std::uint64_t max_file_bytes = 0;  // 0: as the disk allows; else kStoreFull beyond it
  Limits limits;
};

struct CreateOptions {
  // A model document, or empty for the standard model. `{"kith_model": 1}` starts empty.
  std::string model;
  Timestamp now;
  OpenOptions open;
};

struct DatabaseInfo {
  std::string path;
  std::string model_name;
  std::string written_by;  // version of kith that made it
  std::uint32_t format = 0;
  std::uint64_t generation = 0;     // of the model
  std::uint64_t last_sequence = 0;  // of the history
  std::uint64_t file_bytes = 0;
  bool read_only = false;
};

class Database {
 public:
  // A new database. The directory is made if need be and must not hold one yet.
  static Result<Database> create(std::string_view path, const CreateOptions& options);
  static Result<Database> open(std::string_view path, const OpenOptions& options = {});

  explicit Database(std::shared_ptr<engine::Database> impl);

  Result<Session> session(const SessionOptions& options = {}) const;

  // Makes the database follow `document`: one transaction; then builds new indexes in steps.
  // The session needs Capabilities::change_model. `dry_run` only tells the changes.
  Result<ApplyResult> apply_model(const Session& session, std::string_view document, Timestamp now,
                                  bool dry_run = false) const;
  Result<std::string> model() const;  // the document in force, as it was applied
  Result<std::vector<EntityInfo>> entities() const;
  Result<DatabaseInfo> info() const;

  // Drops this handle. Later calls on it give kClosed.
  void close();
  bool is_open() const { return impl_ != nullptr; }

 private:
  std::shared_ptr<engine::Database> impl_;
};

// Semantic version of the library in use, "0.1.0".
std::string_view version();

}  // namespace kith
