#include "tests/crash/twin.hpp"

#include "api/sections.hpp"
#include "engine/database.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/workload/model.hpp"

namespace kith::crash {

Result<Database> create_watched(const std::shared_ptr<Witness>& witness) {
  CreateOptions options;
  options.model = workload::model_document(0);
  options.now = workload::start_time();
  Result<std::shared_ptr<store::Store>> memory = store::open_memory();
  if (!memory.ok()) return memory.status();
  auto database =
      engine::Database::create_in(watch(*memory, witness), "twin", options, model_sections());
  if (!database.ok()) return database.status();
  return Database(*database);
}

}  // namespace kith::crash
