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

#include <functional>
#include <memory>
#include <optional>

#include "kith/automation.hpp"
#include "kith/history.hpp"
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
  // The database as it was then, by today's model; every question about records, their history and
  // reports over them can be asked. The queue (runs, outbox, next_due) has no past: kUnsupported.
  // kHistoryTrimmed when changes since then are no longer kept, kLimit (max_as_of_changes) when
  // there are too many. A record that was purged since is not there.
  Result<Snapshot> read_as_of(const AsOf& when) const;
  // The one writer; waits for its turn. Must be used and ended on the calling thread.
  Result<Transaction> begin(const TransactionOptions& options) const;
  // Runs `body` in a transaction and commits it, together with those of other threads that call
  // write() at the same time: they share one commit, which is what makes many small durable writes
  // fast. Each succeeds or fails for itself; what `body` refuses (a status that is not ok) is
  // undone and returned, and the others go on. The sequence of the last change, 0 when nothing
  // changed. `body` runs on the calling thread, must not commit or abort the transaction, nor begin
  // another, and may be run again from the start when the file had to grow: it must have no other
  // effects. A failure of the commit itself is the failure of every writer in it.
  Result<std::uint64_t> write(const TransactionOptions& options,
                              const std::function<Status(Transaction&)>& body) const;

  // Carries out what is due at `now`: runs of automations, their waits, their messages. Several
  // transactions; what was done before a failure stays done, and the next tick goes on from there.
  // A run that fails is recorded and counted, and is no failure of the tick. Any thread, not
  // within a transaction of its own.
  Result<TickResult> tick(const TickOptions& options) const;

  // Drops the oldest part of the history, for good; whole transactions, and never what a feed
  // cursor has yet to pass. Records keep their values. Several transactions. Any thread, not within
  // a transaction of its own.
  Result<TrimResult> trim_history(const TrimOptions& options) const;

  const SessionOptions& options() const;
  const std::shared_ptr<engine::Session>& impl() const { return impl_; }

 private:
  std::shared_ptr<engine::Session> impl_;
};

}  // namespace kith
