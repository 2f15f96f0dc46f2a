// engine/automation_versions.hpp: the version of an automation that a run began with.
//
//   KITH_ASSIGN(auto pinned, versions.find(reader, run));
//   if (!pinned.automation) end(run, pinned.gone ? kCancelled : kFailed, pinned.reason);
//
// The present version comes from the compiled model; an older one is read from the queue table,
// compiled against the present catalog and remembered. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "automation/compiled.hpp"
#include "automation/run.hpp"
#include "engine/reader.hpp"

namespace kith::engine {

class AutomationVersions {
 public:
  struct Pinned {
    std::shared_ptr<const automation::Compiled> automation;  // or none, and then:
    bool gone = false;   // the automation is retired or no longer in the model
    std::string reason;  // why there is none
  };

  // Errors are those of the store.
  Result<Pinned> find(Reader& reader, const automation::RunRecord& run);

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;  // automation, version

  static Result<Pinned> load(Reader& reader, const automation::RunRecord& run);

  // What `known_` was compiled with, and borrows from.
  std::shared_ptr<const CompiledModel> model_;
  std::map<Key, Pinned> known_;
};

}  // namespace kith::engine
