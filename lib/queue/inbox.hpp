// queue/inbox.hpp: host events that were taken in, so that a repeated one is harmless.
//
//   KITH_ASSIGN(std::optional<std::string> answer, queue::find_event(txn, "capture/form-8812"));
//   if (!answer) KITH_TRY(queue::remember_event(txn, "capture/form-8812", now, keep,
//   answer_bytes));
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::queue {

// kInvalidArgument for an id that is longer than this: a host's id of 400 bytes and a prefix.
inline constexpr std::size_t kMaxEventIdBytes = 420;

// What remember_event() was given, until it has been forgotten.
Result<std::optional<std::string>> find_event(store::ReadTxn& txn, std::string_view id);
// What is left of an answer when a record that it names is purged: `blank` takes its place.
struct Discretion {
  std::vector<RecordId> about{};  // the records whose values the answer may hold
  std::string blank{};
};
// Forgotten by expire() once `keep` has passed after `now`.
Status remember_event(store::WriteTxn& txn, std::string_view id, Timestamp now, Duration keep,
                      std::string_view answer, const Discretion& discretion = {});
// A row of the inbox, for whoever checks it.
struct EventRow {
  Timestamp forgotten{};
  std::string answer{};
  Discretion discretion{};
};
Result<EventRow> decode_event(std::string_view bytes);
// These records were purged. The events stay known. One pass over the inbox.
Status forget_about(store::WriteTxn& txn, const std::set<RecordId>& purged);

}  // namespace kith::queue
