// engine/retention.hpp: dropping the oldest part of the history.
//
// The floor is the lowest sequence that somebody has yet to read: the caller's age, every feed
// cursor, and whatever else protects entries. Blobs that only dropped entries referred to go too.
#pragma once

#include <memory>

#include "kith/history.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Session;

Result<TrimResult> trim_history(const std::shared_ptr<Session>& session,
                                const TrimOptions& options);

}  // namespace kith::engine
