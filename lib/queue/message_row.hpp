// queue/message_row.hpp: an outbox message as it is stored.
//
//   KITH_ASSIGN(std::string bytes, encode_message(message));
//   KITH_ASSIGN(OutboxMessage same, decode_message(sequence, bytes));
//
// The row knows no time: a lease that has run out is still kLeased in it. Decoding is strict:
// kCorrupt unless the bytes are what encode_message() writes. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kith/outbox.hpp"
#include "kith/result.hpp"

namespace kith::queue {

// kLimit for a payload that is nested too deep.
Result<std::string> encode_message(const OutboxMessage& message);
Result<OutboxMessage> decode_message(std::uint64_t sequence, std::string_view bytes);

}  // namespace kith::queue
