// store/memory/memory_store.hpp: a store in this process's memory, behind the path ":memory:" and
// under the tests.
//
//   KITH_ASSIGN(auto store, store::open_memory({.faults = plan}));
//
// Every key keeps the versions that some open snapshot can still see, so a commit costs what it
// changes and never what the table holds. Durability has no meaning here. Threads, ownership and
// errors as in store.hpp; in a forked child it is a copy that goes on working.
#pragma once

#include <memory>

#include "store/memory/faults.hpp"
#include "store/store.hpp"

namespace kith::store {

struct MemoryOptions {
  std::uint64_t max_txn_bytes = kMaxTxnBytes;
  std::shared_ptr<FaultPlan> faults;
};

Result<std::shared_ptr<Store>> open_memory(const MemoryOptions& options);

}  // namespace kith::store
