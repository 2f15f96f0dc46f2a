// queue/outbox.hpp: messages to the outside, at least once, in order per record.
//
//   KITH_ASSIGN(std::uint64_t sequence, queue::enqueue(txn, now, std::move(draft)));
//   KITH_ASSIGN(auto leased, queue::lease(txn, now, {.limit = 10}, limits));
//   KITH_TRY(queue::acknowledge(txn, now, leased[0].sequence, leased[0].token, keep));
//
// Of the messages of one record only the first is ever in the index of what may be leased; when it
// goes (delivered, dead or discarded) the next takes its place. A leased message stands in that
// index at the end of its lease, so that running out needs nobody's help. Messages without a record
// are in no order with others. Semantics: kith/outbox.hpp. An idempotency key is remembered until
// `keep` has passed after the message went; expire() forgets it.
#pragma once

#include <string_view>
#include <vector>

#include "kith/outbox.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::queue {

struct OutboxLimits {
  std::uint32_t max_attempts = 8;  // then a message is dead
  Duration first_retry = Duration::seconds(30);
  Duration last_retry = Duration::hours(1);
};

// The sequence; that of the older message when the key was used before (nothing is written then).
// But a run, which carries out a step once, sends nothing twice: a key that is used is somebody
// else's, and its message gets one that tells them apart.
// kLimit for a payload over the store's value limit or a key over 400 bytes.
Result<std::uint64_t> enqueue(store::WriteTxn& txn, Timestamp now, const MessageDraft& draft,
                              std::uint64_t run);
Result<std::vector<OutboxMessage>> lease(store::WriteTxn& txn, Timestamp now,
                                         const LeaseOptions& options, const OutboxLimits& limits);
Status acknowledge(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, std::uint64_t token,
                   Duration keep);
Status refuse(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, std::uint64_t token,
              const RefuseOptions& options, const OutboxLimits& limits);
Status revive(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence);
Status discard(store::WriteTxn& txn, Timestamp now, std::uint64_t sequence, Duration keep);
// A message and its key, for good, whatever its state: it holds what must not be kept.
Status erase_message(store::WriteTxn& txn, std::uint64_t sequence);
// `now` tells leased messages from those whose lease has run out.
Result<std::vector<OutboxMessage>> messages(store::ReadTxn& txn, Timestamp now,
                                            const OutboxFilter& filter);

}  // namespace kith::queue
