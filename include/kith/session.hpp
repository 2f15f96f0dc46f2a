// kith/session.hpp: who acts, with which powers, in which time zone.
//
//   kith::SessionOptions who{.actor = ada, .time_zone = "Europe/Vienna"};
//   kith::Result<kith::Session> s = db.session(who);
//   kith::Result<kith::Snapshot> now = s->read();
//   kith::Result<kith::Transaction> t = s->begin({.now = clock()});
//
// A Session is a cheap handle; copies share it; any thread may use it. It keeps its database
// alive. Reads see a snapshot; writes go through a Transaction. kith never reads a clock: the
// host states `now` when a transaction begins, and a transaction's time is never before that of
// the transaction that committed last.
#pragma once

#include <memory>
#include <optional>

#include "kith/automation.hpp"
#include "kith/options.hpp"
#include "kith/result.hpp"

namespace kith {

class Snapshot;
class Transaction;

namespace engine {
class Session;
}

class Session {
 public:
  explicit Session(std::shared_ptr<engine::Session> impl);

  // A consistent view of the database as of now; unaffected by later writes.
  // `now` is what expressions see; when not given, the time of the last transaction.
  Result<Snapshot> read(std::optional<Timestamp> now = std::nullopt) const;
  // The one writer; waits for its turn. Must be used and ended on the calling thread.
  Result<Transaction> begin(const TransactionOptions& options) const;

  // Carries out what is due at `now`: runs of automations, their waits, their messages. Several
  // transactions; what was done before a failure stays done, and the next tick goes on from there.
  // A run that fails is recorded and counted, and is no failure of the tick. Any thread, not
  // within a transaction of its own.
  Result<TickResult> tick(const TickOptions& options) const;

  const SessionOptions& options() const;
  const std::shared_ptr<engine::Session>& impl() const { return impl_; }

 private:
  std::shared_ptr<engine::Session> impl_;
};

}  // namespace kith
