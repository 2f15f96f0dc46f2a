// tests/crash/twin.hpp: a database of the workload in memory whose every state is known.
//
//   auto witness = std::make_shared<Witness>();
//   Result<Database> twin = create_watched(witness);   // and do with it what another one does
//
// The same operations are the same bytes, on a disk or in memory.
#pragma once

#include <memory>

#include "kith/database.hpp"
#include "tests/crash/content.hpp"

namespace kith::crash {

Result<Database> create_watched(const std::shared_ptr<Witness>& witness);

}  // namespace kith::crash
