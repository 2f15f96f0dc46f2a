#include <algorithm>
#include <string>

#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

DerivedField derive(const Field& field, std::string_view suffix, std::string_view label,
                    FieldType type) {
  DerivedField derived;
  derived.name = field.name + "_" + std::string(suffix);
  derived.label = field.label + " " + std::string(label);
  derived.base_field = field.id;
  derived.type = type;
  return derived;
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

std::vector<std::uint32_t> set_stages(EntityType& type, std::uint32_t field_id,
                                      std::string_view pipeline,
                                      const std::vector<StageOption>& stages,
                                      std::string_view default_stage) {
  std::vector<std::uint32_t> ids;
  if (field_id == 0 || field_id > type.fields.size()) return ids;
  Field& field = type.fields[field_id - 1];
  field.pipeline = pipeline;
  for (Option& option : field.options) option.retired = true;
  DerivedField stage_class = derive(field, "class", "class", FieldType::kText);
  DerivedField probability = derive(field, "probability", "probability", FieldType::kInt);
  DerivedField order = derive(field, "order", "order", FieldType::kInt);
  for (const StageOption& stage : stages) {
    const std::uint32_t id = put_option(field, stage);
    ids.push_back(id);
    stage_class.values.emplace_back(id, stage.stage_class);
    probability.values.emplace_back(id, stage.probability);
    order.values.emplace_back(id, stage.order);
  }
  if (!default_stage.empty()) field.default_value = Value(default_stage);
  type.derived.push_back(std::move(stage_class));
  type.derived.push_back(std::move(probability));
  type.derived.push_back(std::move(order));
  return ids;
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
                            did_you_mean(*preset, names));
    }
  }
}

}  // namespace kith::schema
