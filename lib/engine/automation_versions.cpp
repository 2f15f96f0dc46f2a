#include "engine/automation_versions.hpp"

#include "base/try.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

Result<AutomationVersions::Pinned> AutomationVersions::find(Reader& reader,
                                                            const automation::RunRecord& run) {
  const auto present = reader.model().automation(run.automation);
  if (present == nullptr || present->definition.state == automation::State::kRetired) {
    return Pinned{
        nullptr, true,
        "automation " + run.name + (present ? " was retired" : " is no longer in the model")};
  }
  if (present->definition.version == run.version) return Pinned{present, false, {}};
  if (model_ != reader.shared_model()) {
    known_.clear();
    model_ = reader.shared_model();
  }
  const Key key(run.automation, run.version);
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  KITH_ASSIGN(Pinned pinned, load(reader, run));
  return known_.emplace(key, std::move(pinned)).first->second;
}

Result<AutomationVersions::Pinned> AutomationVersions::load(Reader& reader,
                                                            const automation::RunRecord& run) {
  const std::string title = "version " + std::to_string(run.version) + " of automation " + run.name;
  KITH_ASSIGN(const auto bytes, queue::find_version(reader.txn(), run.automation, run.version));
  if (!bytes) return Pinned{nullptr, false, title + " was not kept"};
  KITH_ASSIGN(const automation::Automation definition, automation::decode_automation(*bytes));
  const CompiledModel& model = reader.model();
  const auto environments = [&](std::uint16_t type) { return model.environment(type); };
  auto compiled = automation::compile(definition, model.catalog(), environments,
                                      reader.session().database_limits());
  if (!compiled.ok()) {
    return Pinned{
        nullptr, false,
        title + " does not fit the model any more: " + std::string(compiled.status().message())};
  }
  return Pinned{*std::move(compiled), false, {}};
}

}  // namespace kith::engine
