// kith/check.hpp: is a database what it must be, and mending what can be derived.
//
//   kith::Result<kith::CheckReport> report = db.check(session);
//   for (const kith::Problem& p : report->problems) print(p.where, p.message);
//   db.check(session, {.repair = true});
//
// A check reads everything in one snapshot: records decode and fit the model; references name
// records; every index, unique entry and posting has its record and every record its entries; the
// history decodes, its chains lead from each record's version to its creation, and folding them
// gives the record's values; blobs are all there, counted right and none is orphaned; timers, runs,
// messages and what belongs to them agree; counters lie above what was given out. It does not
// stop at the first problem.
//
// Repair rebuilds only what follows from something else: indexes, postings, counts of blobs, id
// counters, orders and readiness of messages, dates that are waited for. It never invents or drops
// a record, a change or a message: those problems stay in the report. Restore from a backup or a
// dump for them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kith/id.hpp"

namespace kith {

struct Problem {
  std::string code{};  // "record_corrupt", "index_missing", "index_orphan", "unique_duplicate", ...
  std::string where{};    // "deal:42", "index deal.by_stage", "history 1234", "timer 7"
  std::string message{};  // what is wrong, for a person
  bool repairable = false;
  bool repaired = false;
};

struct CheckOptions {
  bool repair = false;                // needs Capabilities::change_model; waits for other writers
  std::uint64_t max_problems = 1000;  // listed; all are counted
};

struct CheckReport {
  std::vector<Problem> problems{};
  std::uint64_t problem_count = 0;
  std::uint64_t repaired = 0;
  // What was looked at.
  std::uint64_t records = 0;
  std::uint64_t references = 0;
  std::uint64_t index_entries = 0;  // of every kind
  std::uint64_t changes = 0;        // entries of the history
  std::uint64_t blobs = 0;
  std::uint64_t queue_rows = 0;  // timers, runs, messages and what belongs to them
  bool clean() const { return problem_count == repaired; }
};

}  // namespace kith
