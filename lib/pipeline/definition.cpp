#include "pipeline/definition.hpp"

#include <algorithm>
#include <array>

namespace kith::pipeline {
namespace {

constexpr auto kClassNames = std::to_array<std::string_view>({"open", "won", "lost", "parked"});
constexpr auto kForecastNames =
    std::to_array<std::string_view>({"omitted", "pipeline", "best_case", "commit", "closed"});

template <typename Enum, std::size_t N>
std::optional<Enum> from_name(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Enum>(at - names.begin());
}

template <std::size_t N>
std::string_view name_at(const std::array<std::string_view, N>& names, std::size_t position) {
  return position < N ? names[position] : "unknown";
}

}  // namespace

std::string_view stage_class_name(StageClass stage_class) {
  return name_at(kClassNames, static_cast<std::size_t>(stage_class));
}
std::optional<StageClass> stage_class_from_name(std::string_view name) {
  return from_name<StageClass>(kClassNames, name);
}
std::string_view forecast_name(Forecast forecast) {
  return name_at(kForecastNames, static_cast<std::size_t>(forecast));
}
std::optional<Forecast> forecast_from_name(std::string_view name) {
  return from_name<Forecast>(kForecastNames, name);
}

const Stage* Pipeline::find_stage(std::uint32_t id) const {
  for (const Stage& stage : stages) {
    if (stage.id == id) return &stage;
  }
  return nullptr;
}

const Stage* Pipeline::find_stage(std::string_view stage_name) const {
  for (const Stage& stage : stages) {
    if (stage.name == stage_name) return &stage;
  }
  return nullptr;
}

bool Pipeline::may_create_in(std::uint32_t stage_id) const {
  return std::find(create_stages.begin(), create_stages.end(), stage_id) != create_stages.end();
}

const Pipeline* Definitions::find(std::string_view name) const {
  for (const Pipeline& pipeline : pipelines) {
    if (pipeline.name == name) return &pipeline;
  }
  return nullptr;
}

const Pipeline* Definitions::for_field(std::uint16_t entity, std::uint32_t field) const {
  for (const Pipeline& pipeline : pipelines) {
    if (pipeline.entity == entity && pipeline.field == field) return &pipeline;
  }
  return nullptr;
}

}  // namespace kith::pipeline
