// crm/timeline.hpp: the story of a record, in order and readable. Semantics: kith/timeline.hpp.
#pragma once

#include <vector>

#include "kith/result.hpp"
#include "kith/timeline.hpp"

namespace kith::engine {
class Reader;
}

namespace kith::crm {

Result<std::vector<TimelineItem>> timeline(engine::Reader& reader, RecordId id,
                                           const TimelineOptions& options);

}  // namespace kith::crm
