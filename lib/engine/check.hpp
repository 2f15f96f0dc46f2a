// engine/check.hpp: reads a whole database and says what is wrong; see kith/check.hpp.
//
//   KITH_ASSIGN(CheckReport report, check(session, {}));
//
// Each room judges its own rows (records, index entries, history, blobs, queue); this puts the
// parts together in one snapshot, and repairs what is derived in transactions of bounded size.
#pragma once

#include <memory>

#include "kith/check.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Session;

Result<CheckReport> check(const std::shared_ptr<Session>& session, const CheckOptions& options);

}  // namespace kith::engine
