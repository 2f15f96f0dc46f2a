// engine/outbox.hpp: the outbox within a transaction: queue/outbox.hpp with the writer's time and
// the database's limits.
#pragma once

#include <vector>

#include "kith/outbox.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;
class Writer;

// How long the key of a delivered message is remembered.
inline constexpr Duration kKeepKeys = Duration::days(30);

Result<std::vector<OutboxMessage>> outbox(Reader& reader, const OutboxFilter& filter);
Result<std::uint64_t> send(Writer& writer, const MessageDraft& message);
Result<std::vector<OutboxMessage>> lease(Writer& writer, const LeaseOptions& options);
Status acknowledge(Writer& writer, std::uint64_t sequence, std::uint64_t token);
Status refuse(Writer& writer, std::uint64_t sequence, std::uint64_t token,
              const RefuseOptions& options);
Status revive(Writer& writer, std::uint64_t sequence);
Status discard(Writer& writer, std::uint64_t sequence);

}  // namespace kith::engine
