// tests/crash/operation_parts.hpp: what the operations of operations*.cpp are made of.
//
//   all->push_back(writing("create", [](const Scene&, Transaction& txn) { ... }));
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "kith/kith.hpp"
#include "tests/crash/interposer.hpp"
#include "tests/crash/operations.hpp"
#include "tests/workload/model.hpp"

namespace kith::crash {

// What the host makes for itself, untouched by the fault: the inputs of the call that is tried.
template <typename Make>
auto input(Make&& make) {
  const bool was = interposer_pause(true);
  auto made = make();
  interposer_pause(was);
  return made;
}

// The first record of a type that is there, deleted or not.
RecordId record_of(const Scene& scene, workload::Type type, bool deleted);

using Write = std::function<Status(const Scene&, Transaction&)>;
using Read = std::function<Status(const Scene&, const Snapshot&)>;

// A transaction with this in it, a snapshot that is asked, a call on the open database, and one
// that opens the database itself.
Operation writing(std::string name, Write write, Durability durability = Durability::kFull);
Operation reading(std::string name, Read read);
Operation using_database(std::string name, std::function<Status(Scene&)> run, bool several = false);
Operation opening(std::string name, std::function<Status(Scene&)> run);

void add_writes(std::vector<Operation>* all);    // operations_write.cpp
void add_work(std::vector<Operation>* all);      // operations_work.cpp: pipelines, copies, history
void add_reads(std::vector<Operation>* all);     // operations_read.cpp
void add_json(std::vector<Operation>* all);      // operations_read.cpp: answers as texts, and back
void add_openings(std::vector<Operation>* all);  // operations.cpp

}  // namespace kith::crash
