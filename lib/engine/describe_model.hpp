// engine/describe_model.hpp: a model as a host needs it to show forms and tables.
#pragma once

#include <vector>

#include "engine/compiled_model.hpp"
#include "kith/model.hpp"

namespace kith::engine {

// Live types with their system, stored and derived fields.
Result<std::vector<EntityInfo>> describe_model(const CompiledModel& model);

}  // namespace kith::engine
