#include <algorithm>
#include <string>
#include <utility>

#include "base/nearest_name.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

constexpr std::pair<const char*, FieldType> kKeptFields[] = {{"entered", FieldType::kTimestamp},
                                                             {"probability", FieldType::kInt}};

std::string beside(const Field& field, std::string_view suffix) {
  return field.name + "_" + std::string(suffix);
}

DerivedField derive(const Field& field, std::string_view suffix, FieldType type) {
  DerivedField derived;
  derived.name = beside(field, suffix);
  derived.label = field.label + " " + std::string(suffix);
  derived.base_field = field.id;
  derived.type = type;
  return derived;
}

// Removed ones included: where an id may live on.
const Field* find_any(const EntityType& type, std::string_view name) {
  for (const Field& field : type.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// No document declares a kept field, so that planning has marked it removed: it comes back with
// the id it had, and the slots, unless those were reclaimed.
std::uint32_t keep(EntityType& type, const Field& base, std::string_view suffix, FieldType wanted) {
  Field field;
  field.name = beside(base, suffix);
  field.label = base.label + " " + std::string(suffix);
  field.type = wanted;
  field.kept = true;
  const Field* known = find_any(type, field.name);
  field.id = known != nullptr ? known->id : static_cast<std::uint32_t>(type.fields.size()) + 1;
  if (known != nullptr) field.place = known->place;
  if (known == nullptr || known->reclaimed) give_slots(type, &field);
  if (known == nullptr) type.fields.emplace_back();
  const std::uint32_t id = field.id;
  type.fields[id - 1] = std::move(field);
  return id;
}

std::uint32_t put_option(Field& field, const StageOption& stage) {
  std::uint32_t last = 0;
  for (Option& option : field.options) {
    last = std::max(last, option.id);
    if (option.name != stage.name) continue;
    option.label = stage.label;
    option.retired = stage.retired;
    return option.id;
  }
  field.options.push_back({last + 1, stage.name, stage.label, stage.retired});
  return last + 1;
}

}  // namespace

StageIds set_stages(EntityType& type, std::uint32_t field_id, std::string_view pipeline,
                    const std::vector<StageOption>& stages, std::string_view default_stage) {
  StageIds ids;
  if (field_id == 0 || field_id > type.fields.size()) return ids;
  Field& field = type.fields[field_id - 1];
  field.pipeline = pipeline;
  for (Option& option : field.options) option.retired = true;
  DerivedField stage_class = derive(field, "class", FieldType::kText);
  DerivedField order = derive(field, "order", FieldType::kInt);
  for (const StageOption& stage : stages) {
    const std::uint32_t id = put_option(field, stage);
    ids.options.push_back(id);
    stage_class.values.emplace_back(id, stage.stage_class);
    order.values.emplace_back(id, stage.order);
  }
  if (!default_stage.empty()) field.default_value = Value(default_stage);
  type.derived.push_back(std::move(stage_class));
  type.derived.push_back(std::move(order));
  const Field base = field;  // the fields move when one is added
  ids.entered = keep(type, base, "entered", FieldType::kTimestamp);
  ids.probability = keep(type, base, "probability", FieldType::kInt);
  return ids;
}

std::vector<StageNameProblem> stage_name_problems(const EntityType& type, const Field& field,
                                                  const ModelLimits& limits) {
  std::vector<StageNameProblem> problems;
  std::size_t added = 0;
  for (const char* suffix : {"class", "order", "entered", "probability"}) {
    const std::string name = beside(field, suffix);
    if (type.find_field(name) == nullptr) continue;
    problems.push_back(
        {"duplicate_name", "the pipeline adds \"" + name + "\" to " + type.name +
                               ", which has a field of that name: rename the field"});
  }
  for (const auto& [suffix, wanted] : kKeptFields) {
    const std::string name = beside(field, suffix);
    const Field* known = find_any(type, name);
    if (known == nullptr) ++added;
    if (known == nullptr || !known->removed || known->type == wanted) continue;
    problems.push_back(
        {"field_changed", "the pipeline keeps \"" + name + "\" as a " +
                              std::string(field_type_name(wanted)) + ", but the removed field \"" +
                              name + "\" was a " + std::string(field_type_name(known->type)) +
                              " and its values are kept: give the pipeline's field another name"});
  }
  if (type.fields.size() + added > limits.max_fields_per_type) {
    problems.push_back({"limit", "the pipeline adds " + std::to_string(added) + " fields to " +
                                     type.name + ", which may have " +
                                     std::to_string(limits.max_fields_per_type) +
                                     ", removed ones included (limit max_fields_per_type)"});
  }
  return problems;
}

void check_choices(const Catalog& catalog, const Declarations& declared, Diagnostics& diagnostics) {
  for (const EntityDeclaration& entity : declared.entities) {
    const EntityType* type = catalog.find(entity.type.name);
    if (type == nullptr) continue;
    for (const FieldDeclaration& declaration : entity.fields) {
      const Field* field = type->find_field(declaration.field.name);
      if (field == nullptr || field->type != FieldType::kChoice) continue;
      if (!declaration.has_options && field->pipeline.empty()) {
        diagnostics.error(declaration.place, "options", type->name, field->name,
                          "a choice needs \"options\", or a pipeline whose \"field\" it is");
        continue;
      }
      if (declaration.has_options && !field->pipeline.empty()) {
        diagnostics.error(declaration.place, "options", type->name, field->name,
                          "the options of the field are the stages of pipeline " + field->pipeline +
                              ": leave \"options\" out");
        continue;
      }
      const std::string* preset = field->default_value ? field->default_value->text() : nullptr;
      if (preset == nullptr) continue;
      const Option* option = field->find_option(*preset);
      if (option != nullptr && !option->retired) continue;
      std::vector<std::string> names;
      for (const Option& o : field->options) {
        if (!o.retired) names.push_back(o.name);
      }
      diagnostics.error(declaration.place, "choice", type->name, field->name,
                        "the default \"" + *preset + "\" is no option of the field" +
                            base::did_you_mean(*preset, names));
    }
  }
}

}  // namespace kith::schema
