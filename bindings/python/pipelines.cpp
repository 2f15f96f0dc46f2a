// Pipelines in Python: what there is, where a record may go and has been, and moving it.
#include "transaction.hpp"

namespace kith::python {

namespace {

py::tuple stage_tuple(const StageInfo& stage) {
  const py::object rot_after =
      stage.rot_after == Duration() ? py::none() : to_python(stage.rot_after);
  return py::make_tuple(stage.name, stage.label, stage.stage_class, stage.order, stage.probability,
                        stage.forecast, rot_after, stage.retired);
}

py::tuple visit_tuple(const StageVisit& visit, const IdNames& names) {
  return py::make_tuple(visit.stage, to_python(visit.entered), to_python(visit.left),
                        to_python(visit.duration), to_python(visit.actor, names),
                        text_to_python(visit.cause), visit.sequence, visit.overridden);
}

}  // namespace

py::list PyReader::pipelines() {
  const auto all = run([](const Reader& reader) { return reader.pipelines(); });
  py::list result;
  for (const PipelineInfo& info : all) {
    py::list stages;
    for (const StageInfo& stage : info.stages) stages.append(stage_tuple(stage));
    result.append(py::make_tuple(info.name, info.label, info.entity, info.field, info.version,
                                 info.default_stage, stages));
  }
  return result;
}

py::list PyReader::possible_moves(const std::string& id, const std::string& field) {
  const auto moves = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return reader.possible_moves(parsed, field);
  });
  py::list result;
  for (const PossibleMove& move : moves) {
    result.append(py::make_tuple(move.stage, move.allowed, move.reopens, move.transition,
                                 violations_to_python(move.reasons)));
  }
  return result;
}

py::list PyReader::stage_history(const std::string& id, const std::string& field) {
  const auto visits = run_on(id, [&](const Reader& reader, RecordId parsed) {
    return learnt(reader.stage_history(parsed, field), reader, *names_);
  });
  py::list result;
  for (const StageVisit& visit : visits) result.append(visit_tuple(visit, *names_));
  return result;
}

py::tuple PyTransaction::move(const std::string& id, const std::string& stage,
                              const std::string& field, const py::dict& fields,
                              std::uint64_t expected_version, const std::string& expected_stage) {
  MoveOptions options;
  options.field = field;
  options.fields = patch_from_python(fields);
  options.expected_version = expected_version;
  options.expected_stage = expected_stage;
  const MoveResult result = run_on(id, [&](const Reader&, RecordId parsed) {
    return transaction_.peek()->move(parsed, stage, options);
  });
  return py::make_tuple(result.moved, result.from, result.to, result.transition, result.reopened,
                        result.overridden);
}

}  // namespace kith::python
