// kith/outbox.hpp: what is to be done outside, handed to the host at least once.
//
//   auto leased = txn.lease({.limit = 10, .ttl = kith::Duration::minutes(1)});   // then commit
//   for (const kith::OutboxMessage& m : *leased) deliver(m.topic, m.payload, m.idempotency_key);
//   txn2.acknowledge(m.sequence, m.token);      // in a later transaction
//
// kith sends nothing itself. A rule (or the host, by Transaction::send) writes a message in the
// transaction that gives the reason; it stays until a host that leased it acknowledges it. A lease
// that runs out gives the message back, and the next lease has a higher token: an
// acknowledgement with an old token is kConflict. Messages about the same record are handed out in
// order, one at a time; those about others do not wait for them. A message refused max_attempts
// times is dead: it waits for a person and blocks nobody. A crash between delivery and
// acknowledgement delivers again: receivers tell by the idempotency key, which one message has for
// ever and no two messages share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/value.hpp"

namespace kith {

enum class MessageState : std::uint8_t { kPending, kLeased, kDead };
std::string_view message_state_name(MessageState state);  // "pending", "leased", "dead"

struct OutboxMessage {
  std::uint64_t sequence = 0;  // its name in the outbox, ascending in order of writing
  std::string topic{};         // "email", "webhook", ...: what kind of deliverer takes it
  Map payload{};
  std::string idempotency_key{};
  RecordId record{};  // what it is about; messages of one record keep their order
  Timestamp created{};
  MessageState state = MessageState::kPending;
  Timestamp not_before{};      // kPending: not handed out earlier; kLeased: when the lease ends
  std::uint32_t attempts = 0;  // leases so far
  std::uint64_t token = 0;     // kLeased: the fencing token of the present lease
  std::string last_error{};    // of the last refusal
  std::uint64_t run = 0;       // the automation's run that wrote it, or 0
};

// A message the host writes itself.
struct MessageDraft {
  std::string topic{};
  Map payload{};
  // Empty: made from the sequence. One that was used before gives the old message's sequence.
  std::string idempotency_key{};
  RecordId record{};  // null: in no order with others
  std::optional<Timestamp> not_before{};
};

struct LeaseOptions {
  std::uint32_t limit = 10;
  Duration ttl = Duration::seconds(60);
  std::string topic{};  // empty: any
};

struct RefuseOptions {
  std::string error{};                    // why, for people
  std::optional<Duration> retry_after{};  // else 30 s, doubled with each attempt, at most 1 h
  bool dead = false;                      // at once, whatever the number of attempts
};

struct OutboxFilter {
  std::optional<MessageState> state{};
  std::string topic{};
  std::uint64_t after = 0;  // sequences above this one: for paging
  std::uint64_t limit = 1000;
};

}  // namespace kith
