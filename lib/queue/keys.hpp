// queue/keys.hpp: where things lie in Table::kQueue; one letter begins every key.
//
//   t due id            a timer                        -> its kind and target
//   r run               a run of an automation         -> its state, opaque here
//   a record automation run   an active run            -> nothing
//   e automation record         enrolments so far      -> number, window
//   d automation record         a date that is waited for -> its instant and timer
//   s automation        a sweep for such dates -> version, place, when it began
//   o sequence          an outbox message              -> the message
//   q record sequence   messages of one record in order-> nothing
//   p when sequence     a message that may be leased then -> nothing
//   k idempotency key   a key that was used            -> its message's sequence
//   i inbox id          a host event that was taken in -> the answer it got
//   x when key          what may be forgotten then     -> nothing
//   c name              a counter or cursor            -> u64
//   v automation version   the version of an automation as it was when it first ran -> its bytes
//
// Numbers are big-endian, instants u64 microseconds with the sign bit flipped, so that keys sort
// as their values do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kith/date.hpp"
#include "kith/id.hpp"
#include "store/store.hpp"

namespace kith::queue {

inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
// An instant as it stands in keys, and back.
std::uint64_t sortable(Timestamp when);
Timestamp from_sortable(std::uint64_t bits);
// Microseconds; the last instant of the year 9999 at most.
Timestamp after(Timestamp when, Duration span);

std::string timer_key(Timestamp due, std::uint64_t id);
std::string run_key(std::uint64_t run);
std::string active_run_prefix(RecordId record);
std::string active_run_key(RecordId record, std::uint32_t automation, std::uint64_t run);
std::string enrolment_key(std::uint32_t automation, RecordId record);
std::string date_wait_key(std::uint32_t automation, RecordId record);
std::string sweep_key(std::uint32_t automation);
std::string message_key(std::uint64_t sequence);
std::string message_order_prefix(RecordId record);
std::string message_order_key(RecordId record, std::uint64_t sequence);
std::string message_ready_key(Timestamp when, std::uint64_t sequence);
std::string idempotency_key(std::string_view key);
std::string inbox_key(std::string_view id);
std::string expiry_key(Timestamp when, std::string_view key);
std::string counter_key(std::string_view name);
std::string version_key(std::uint32_t automation, std::uint32_t version);

// Rows of a kind whose key begins with an instant, up to and with `until`.
store::KeyRange due_range(char kind, Timestamp until);
// All rows of a kind.
store::KeyRange kind_range(char kind);

}  // namespace kith::queue
