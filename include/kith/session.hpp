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

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith {

class Snapshot;
class Transaction;
struct ImportOptions;
struct ImportReport;

namespace engine {
class Session;
}

// What a session may do beyond the ordinary. A host grants them; use of one is logged.
struct Capabilities {
  bool backdate = false;           // history.backdate: set effective_at
  bool pipeline_override = false;  // pipeline.override: move past guards and requirements
  bool purge = false;              // record.purge: erase a record for ever
  bool change_model = false;       // model.change: apply a model

  static constexpr Capabilities all() { return {true, true, true, true}; }
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

struct SessionOptions {
  RecordId actor;  // the acting user's record; null for the host itself
  Capabilities capabilities;
  std::string time_zone = "UTC";  // IANA name or offset; buckets and dates of instants use it
};

enum class Durability : std::uint8_t {
  kFull,      // on disk when commit returns
  kDeferred,  // a power failure may lose the last commits; nothing is ever corrupted
};

struct TransactionOptions {
  Timestamp now;  // required: the host's time
  // When what is written took effect; may lie in the past with Capabilities::backdate.
  // Zero means `now`.
  Timestamp effective_at;
  Durability durability = Durability::kFull;
  std::chrono::milliseconds timeout{5000};  // wait for another writer, then kBusy
  std::string cause;  // why, for the history: "import deals.csv", a ticket number
};

class Session {
 public:
  explicit Session(std::shared_ptr<engine::Session> impl);

  // A consistent view of the database as of now; unaffected by later writes.
  Result<Snapshot> read() const;
  // The one writer; waits for its turn. Must be used and ended on the calling thread.
  Result<Transaction> begin(const TransactionOptions& options) const;

  const SessionOptions& options() const;
  const std::shared_ptr<engine::Session>& impl() const { return impl_; }

 private:
  std::shared_ptr<engine::Session> impl_;
};

}  // namespace kith
