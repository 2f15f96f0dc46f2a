// What a model is made of as JSON: entity types, fields, rollups, scores, pipelines.
#include "api/json_form.hpp"
#include "kith/json.hpp"
#include "kith/model.hpp"

namespace kith {

static void write_form(const StageInfo& stage, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", stage.name)
      .add("label", stage.label)
      .add("stage_class", stage.stage_class)
      .add("order", stage.order)
      .add("probability", stage.probability)
      .add("forecast", stage.forecast)
      .add("rot_after", stage.rot_after)
      .add("retired", stage.retired)
      .end();
}

static void write_form(const PipelineInfo& pipeline, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", pipeline.name)
      .add("label", pipeline.label)
      .add("entity", pipeline.entity)
      .add("field", pipeline.field)
      .add("version", pipeline.version)
      .add("default_stage", pipeline.default_stage)
      .add("stages", pipeline.stages)
      .end();
}

static void write_form(const FieldInfo& field, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", field.name)
      .add("label", field.label)
      .add("help", field.help)
      .add("type", field.type)
      .add("required", field.required)
      .add("unique", field.unique)
      .add("read_only", field.read_only)
      .add("target", field.target)
      .add("pipeline", field.pipeline)
      .add("options", field.options)
      .add("formula", field.formula)
      .end();
}

static void write_form(const RollupInfo& rollup, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", rollup.name)
      .add("label", rollup.label)
      .add("of", rollup.of)
      .add("kind", rollup.kind)
      .add("value", rollup.value)
      .add("where", rollup.where)
      .add("type", rollup.type)
      .end();
}

static void write_form(const ScoreRowInfo& row, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", row.name)
      .add("when", row.when)
      .add("points", row.points)
      .add("cap", row.cap)
      .add("half_life", row.half_life)
      .add("since", row.since)
      .end();
}

static void write_form(const ScoreInfo& score, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", score.name)
      .add("label", score.label)
      .add("min", score.min)
      .add("max", score.max)
      .add("rows", score.rows)
      .end();
}

static void write_form(const EntityInfo& entity, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", entity.name)
      .add("label", entity.label)
      .add("plural", entity.plural)
      .add("title_field", entity.title_field)
      .add("fields", entity.fields)
      .add("rollups", entity.rollups)
      .add("scores", entity.scores)
      .add("capnp_schema", entity.capnp_schema)
      .end();
}

std::string to_json(const std::vector<PipelineInfo>& pipelines) { return form(pipelines); }
std::string to_json(const std::vector<EntityInfo>& entities) { return form(entities); }

}  // namespace kith
