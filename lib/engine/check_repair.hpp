// engine/check_repair.hpp: rebuilds what follows from something else.
//
//   RepairPlan plan = ...;                          // what a check found that can be mended
//   KITH_TRY(repair(database, plan));
//
// In transactions of about store::kTargetTxnBytes, each of which loads the model, judges the rows
// again and mends what it finds wrong then: other writers may come in between, and a repair that
// was killed is simply begun again. Errors are those of the store.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "engine/database.hpp"
#include "kith/result.hpp"

namespace kith::engine {

struct RepairPlan {
  std::set<std::uint32_t> indexes;  // live ones, by id
  bool surplus = false;             // entries that belong to no live index
  bool queue = false;
  bool meta = false;
  bool blobs = false;  // their counts
  Timestamp last{};    // of the history
  // The greatest sequence of a record that was seen, by type.
  std::map<std::uint16_t, std::uint64_t> greatest;

  bool empty() const { return indexes.empty() && !surplus && !queue && !meta && !blobs; }
};

Status repair(Database& database, const RepairPlan& plan);

}  // namespace kith::engine
