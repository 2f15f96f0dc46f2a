#include "engine/pipeline_moves.hpp"

namespace kith::engine {

Result<std::vector<PipelineInfo>> describe_pipelines(const Reader&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<MoveResult> move(Writer&, RecordId, std::string_view, const MoveOptions&) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::vector<PossibleMove>> possible_moves(Reader&, RecordId, std::string_view) {
  return Status(Code::kUnsupported, "not built yet");
}
Result<std::vector<StageVisit>> stage_history(Reader&, RecordId, std::string_view) {
  return Status(Code::kUnsupported, "not built yet");
}

}  // namespace kith::engine
