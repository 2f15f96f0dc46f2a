// engine/pipeline_moves.hpp: pipelines as their users see them: move, may it, how long was it
// where.
//
//   KITH_ASSIGN(MoveResult moved, move(writer, deal, "Closed Won", {}));
//
// A move goes through the one door as an update does: what a transition asks for is part of the
// write path (record_write.hpp, step 4). Threads and errors: as the reader or writer given.
#pragma once

#include <string_view>
#include <vector>

#include "kith/pipeline.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;
class Writer;

Result<std::vector<PipelineInfo>> describe_pipelines(const Reader& reader);
Result<MoveResult> move(Writer& writer, RecordId id, std::string_view stage,
                        const MoveOptions& options);
// Judged by the whole write path, whatever the session may override.
Result<std::vector<PossibleMove>> possible_moves(Reader& reader, RecordId id,
                                                 std::string_view field);
// Within a transaction: without what it has not committed yet. A stay whose beginning the history
// no longer keeps is left out.
Result<std::vector<StageVisit>> stage_history(Reader& reader, RecordId id, std::string_view field);

}  // namespace kith::engine
