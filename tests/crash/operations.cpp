#include "tests/crash/operations.hpp"

#include "tests/crash/operation_parts.hpp"
#include "tests/workload/replay.hpp"

namespace kith::crash {

// The first record of a type that is there, deleted or not.
RecordId record_of(const Scene& scene, workload::Type type, bool deleted) {
  for (const auto& [id, image] : scene.oracle->committed) {
    if (id.type() == type && image.deleted == deleted) return id;
  }
  return RecordId();
}

Operation writing(std::string name, Write write, Durability durability) {
  return {std::move(name), [write = std::move(write), durability](Scene& scene) -> Status {
            TransactionOptions how;
            how.now = scene.now;
            how.durability = durability;
            Result<Transaction> txn = scene.session->begin(how);
            if (!txn.ok()) return txn.status();
            if (Status status = write(scene, *txn); !status.ok()) return status;
            return txn->commit();
          }};
}

Operation reading(std::string name, Read read) {
  return {std::move(name), [read = std::move(read)](Scene& scene) -> Status {
            const Result<Snapshot> snapshot = scene.session->read(scene.now);
            return snapshot.ok() ? read(scene, *snapshot) : snapshot.status();
          }};
}

Operation using_database(std::string name, std::function<Status(Scene&)> run, bool several) {
  Operation operation{std::move(name), std::move(run)};
  operation.several = several;
  return operation;
}

Operation opening(std::string name, std::function<Status(Scene&)> run) {
  Operation operation{std::move(name), std::move(run)};
  operation.opens = true;
  return operation;
}

void add_openings(std::vector<Operation>* all) {
  all->push_back(
      opening("open", [](Scene& scene) { return Database::open(scene.folder).status(); }));
  all->push_back(opening("open for reading", [](Scene& scene) {
    OpenOptions how;
    how.read_only = true;
    return Database::open(scene.folder, how).status();
  }));
  all->push_back(opening("open in a pool", [](Scene& scene) -> Status {
    DatabasePool pool = input([] { return DatabasePool({.max_open = 1}); });
    if (Status status = pool.open(scene.folder).status(); !status.ok()) {
      // What failed has taken no place.
      const PoolStats stats = pool.stats();
      return stats.open + stats.opened == 0 ? status : Status(Code::kInternal, "half opened");
    }
    const Result<Database> again = pool.open(scene.folder);
    if (!again.ok() || pool.stats().opened == 1) return again.status();
    return Status(Code::kInternal, "opened twice");
  }));
  all->push_back(opening("create a database", [](Scene& scene) {
    CreateOptions options = input([] {
      CreateOptions made;
      made.model = workload::model_document(0);
      made.now = workload::start_time();
      return made;
    });
    const std::string path = input([&] { return scene.scratch + ".new"; });
    return Database::create(path, options).status();
  }));
  all->push_back(opening("compact", [](Scene& scene) { return compact(scene.folder).status(); }));
}

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = [] {
    std::vector<Operation> found;
    add_openings(&found);
    add_writes(&found);
    add_work(&found);
    add_reads(&found);
    add_json(&found);
    return found;
  }();
  return all;
}

}  // namespace kith::crash
