// tests/crash/operations.hpp: what a host does with a database, one operation at a time.
//
//   for (const Operation& operation : operations()) {
//     const Status status = operation.run(scene);
//   }
//
// Each is run by itself on a database of the workload, so that it can be tried with every call
// below it failing.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kith/database.hpp"
#include "tests/workload/oracle.hpp"

namespace kith::crash {

// The database, opened, and what is in it. `database` and `session` are nothing for an operation
// that opens it itself.
struct Scene {
  std::string folder;
  std::string scratch;   // a path with nothing at it
  std::string dumped{};  // the text that was loaded
  const workload::Oracle* oracle = nullptr;
  Timestamp now{};
  std::optional<Database> database{};
  std::optional<Session> session{};
};

struct Operation {
  std::string name;
  std::function<Status(Scene&)> run;
  bool opens = false;    // the database itself
  bool several = false;  // transactions: what was done before a failure stays done
  bool trims = false;    // the history
  // It groups in Abseil's hash tables, which do not survive an allocation that fails while they
  // grow.
  bool hashes = false;
  // What it made beside the database, after this answer; empty, or what is wrong with it.
  std::function<std::string(const Scene&, const Status&)> judge{};
};

const std::vector<Operation>& operations();

}  // namespace kith::crash
