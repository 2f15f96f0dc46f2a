// engine/run_step.hpp: takes up a run that is due, and goes on with it to its next wait or its end.
//
//   RunStep step(writer, context);
//   KITH_TRY(step.take_up(timer));
//
// Steps act as the automation's owner, under the run's own agency, through the same door as every
// write. A step that the door refuses leaves nothing and ends the run as failed; a failure of the
// store is returned and must end the transaction. Where the run stands is written in the same
// transaction as what its steps did. Threads: the writer's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "automation/compiled.hpp"
#include "automation/run.hpp"
#include "engine/agency.hpp"
#include "engine/automation_versions.hpp"
#include "engine/writer.hpp"
#include "kith/automation.hpp"

namespace kith::engine {

// What the runs of one tick share.
struct TickContext {
  std::shared_ptr<Session> session;  // the host's
  Duration keep;
  TickResult result;
  AutomationVersions versions;
  std::map<RecordId, std::shared_ptr<Session>> owners;
};

class RunStep {
 public:
  RunStep(Writer& writer, TickContext& context) : writer_(writer), context_(context) {}

  // The run of a timer; nothing when it has ended since.
  Result<std::optional<automation::RunRecord>> find(const queue::Timer& timer);
  // `timer` is that of the run. kDone, kFailed ... and kActive when it waits.
  Status take_up(automation::RunRecord run);

 private:
  Status carry_on();
  Status step(bool* go_on);
  Status skip_or_fail(const Status& refusal, bool* go_on);
  Status end(RunState state, std::string message);
  Status pause(Timestamp until);
  Result<expr::Activation> activation();
  Status become_owner();

  Status act(const automation::SetEffect& effect);
  Status act(const automation::CreateEffect& effect);
  Status act(const automation::MoveEffect& effect);
  Status act(const automation::AssignEffect& effect);
  Status act(const automation::SendEffect& effect);
  Status act(const automation::WaitEffect&) { return {}; }
  Status act(const automation::StopEffect&) { return {}; }
  Status act(const automation::PassEffect&) { return {}; }
  Result<RecordId> next_assignee(const automation::AssignEffect& effect, std::uint64_t cursor);
  Status render(automation::SendEffect* effect);
  std::string message_key() const;

  const automation::Step& present_step() const { return pinned_->definition.steps[run_.step]; }

  Writer& writer_;
  TickContext& context_;
  automation::RunRecord run_;
  std::shared_ptr<const automation::Compiled> pinned_;
  std::optional<record::View> view_;
  Value event_;
};

}  // namespace kith::engine
