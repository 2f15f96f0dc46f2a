// engine/tick.hpp: carries out what is due.
//
//   KITH_ASSIGN(TickResult done, tick(session, {.now = now}));
//
// Runs are taken in order of time, then of arming, many to a transaction; one whose work would meet
// a record that another run has touched in the same transaction waits for the next one, so that
// every change in the history has one cause. A step that the door refuses ends its run as failed
// and leaves nothing of that step; what went before stays. A failure of the store ends the tick
// with that status and undoes its last transaction: the timers are still there.
#pragma once

#include <memory>

#include "kith/automation.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Session;

Result<TickResult> tick(const std::shared_ptr<Session>& session, const TickOptions& options);

}  // namespace kith::engine
