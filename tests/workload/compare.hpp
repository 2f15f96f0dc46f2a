// tests/workload/compare.hpp: is a database what it must be?
//
//   for (const std::string& line : compare(snapshot, oracle)) print(line);     // with the oracle
//   for (const std::string& line : examine(snapshot)) print(line);             // in itself
//   for (const std::string& line : check(database, session)) print(line);      // row by row
//
// An empty answer is a good one. They read through the public interface alone; no more than the
// first few complaints are given.
#pragma once

#include <string>
#include <vector>

#include "kith/database.hpp"
#include "kith/snapshot.hpp"
#include "tests/workload/oracle.hpp"

namespace kith::workload {

using Complaints = std::vector<std::string>;

// What holds whatever was written: every record decodes; its changes, undone from the newest to the
// oldest, lead from it to nothing; uniqueness holds and finds its record; indexes give what a scan
// gives; references and inverse lists agree.
// Whose oldest part was trimmed, a history need not lead back that far.
Complaints examine(const Snapshot& snapshot, bool is_trimmed = false);

// examine(), and every record, its history and its messages are as the oracle has them.
Complaints compare(const Snapshot& snapshot, const Oracle& oracle);

// What Database::check finds: every row of every table, those that no snapshot shows among them.
Complaints check(const Database& database, const Session& session);

}  // namespace kith::workload
