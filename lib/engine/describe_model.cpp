#include "engine/describe_model.hpp"

#include <utility>

#include "base/try.hpp"
#include "expr/rollups.hpp"
#include "record/capnp_schema.hpp"

namespace kith::engine {

namespace {

FieldInfo system_field(schema::SystemField field, std::string label, std::string type) {
  FieldInfo info;
  info.name = schema::system_field_name(field);
  info.label = std::move(label);
  info.type = std::move(type);
  info.read_only = field != schema::SystemField::kOwner;
  return info;
}

void add_system_fields(const schema::Catalog& catalog, const schema::EntityType& type,
                       std::vector<FieldInfo>* out) {
  using schema::SystemField;
  out->push_back(system_field(SystemField::kId, "Id", "reference"));
  out->back().target = type.name;
  out->push_back(system_field(SystemField::kVersion, "Version", "int"));
  out->push_back(system_field(SystemField::kCreated, "Created", "timestamp"));
  out->push_back(system_field(SystemField::kUpdated, "Updated", "timestamp"));
  out->push_back(system_field(SystemField::kOwner, "Owner", "reference"));
  if (catalog.find("user") != nullptr) out->back().target = "user";
  out->push_back(system_field(SystemField::kDeleted, "Deleted", "bool"));
}

FieldInfo stored_field(const schema::Catalog& catalog, const schema::Field& field) {
  FieldInfo info;
  info.name = field.name;
  info.label = field.label;
  info.help = field.help;
  info.type = schema::field_type_name(field.type);
  info.required = field.required;
  info.unique = field.unique;
  info.read_only = field.kept || field.is_formula();
  info.formula = field.formula;
  info.pipeline = field.pipeline;
  if (const schema::EntityType* target = catalog.find(field.target)) info.target = target->name;
  for (const schema::Option& option : field.options) {
    if (!option.retired) info.options.push_back(option.name);
  }
  return info;
}

Result<RollupInfo> rollup_info(const CompiledModel& model, std::uint16_t type,
                               const schema::Rollup& rollup) {
  KITH_ASSIGN(const expr::Rollup* compiled, model.formulas()->rollups().get(type, rollup));
  RollupInfo info;
  info.name = rollup.name;
  info.label = rollup.label;
  info.of = rollup.of;
  info.kind = schema::rollup_kind_name(rollup.kind);
  info.value = rollup.value;
  info.where = rollup.where;
  info.type = compiled->result.unwrapped().to_string();
  return info;
}

ScoreInfo score_info(const schema::Score& score) {
  ScoreInfo info{score.name, score.label, score.min, score.max, {}};
  for (const schema::ScoreRow& row : score.rows) {
    ScoreRowInfo& out = info.rows.emplace_back();
    out.name = row.name;
    out.when = row.when;
    out.points = row.points;
    out.cap = row.cap;
    if (row.half_life_us != 0) out.half_life = Duration::microseconds(row.half_life_us);
    out.since = row.since;
  }
  return info;
}

}  // namespace

Result<std::vector<EntityInfo>> describe_model(const CompiledModel& model) {
  std::vector<EntityInfo> entities;
  for (const schema::EntityType& type : model.catalog().types) {
    if (type.removed) continue;
    EntityInfo entity;
    entity.name = type.name;
    entity.label = type.label;
    entity.plural = type.plural;
    entity.title_field = type.title_field;
    add_system_fields(model.catalog(), type, &entity.fields);
    for (const schema::Field& field : type.fields) {
      if (!field.removed) entity.fields.push_back(stored_field(model.catalog(), field));
    }
    for (const schema::DerivedField& derived : type.derived) {
      FieldInfo info;
      info.name = derived.name;
      info.label = derived.label;
      info.type = schema::field_type_name(derived.type);
      info.read_only = true;
      entity.fields.push_back(std::move(info));
    }
    for (const schema::Rollup& rollup : type.rollups) {
      KITH_ASSIGN(RollupInfo info, rollup_info(model, type.id, rollup));
      entity.rollups.push_back(std::move(info));
    }
    for (const schema::Score& score : model.scores()) {
      if (score.entity == type.name) entity.scores.push_back(score_info(score));
    }
    entity.capnp_schema = record::capnp_schema(type);
    entities.push_back(std::move(entity));
  }
  return entities;
}

}  // namespace kith::engine
