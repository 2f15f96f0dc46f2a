// kith.hpp: the whole of the C++ interface. See docs/getting-started-cpp.md.
#pragma once

#include "kith/automation.hpp"   // IWYU pragma: export
#include "kith/backup.hpp"       // IWYU pragma: export
#include "kith/capture.hpp"      // IWYU pragma: export
#include "kith/check.hpp"        // IWYU pragma: export
#include "kith/database.hpp"     // IWYU pragma: export
#include "kith/exchange.hpp"     // IWYU pragma: export
#include "kith/expression.hpp"   // IWYU pragma: export
#include "kith/feed.hpp"         // IWYU pragma: export
#include "kith/history.hpp"      // IWYU pragma: export
#include "kith/json.hpp"         // IWYU pragma: export
#include "kith/model.hpp"        // IWYU pragma: export
#include "kith/outbox.hpp"       // IWYU pragma: export
#include "kith/pipeline.hpp"     // IWYU pragma: export
#include "kith/pool.hpp"         // IWYU pragma: export
#include "kith/query.hpp"        // IWYU pragma: export
#include "kith/report.hpp"       // IWYU pragma: export
#include "kith/score.hpp"        // IWYU pragma: export
#include "kith/session.hpp"      // IWYU pragma: export
#include "kith/snapshot.hpp"     // IWYU pragma: export
#include "kith/timeline.hpp"     // IWYU pragma: export
#include "kith/transaction.hpp"  // IWYU pragma: export
