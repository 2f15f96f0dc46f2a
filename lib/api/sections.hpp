// api/sections.hpp: the sections of a model document, those of the rooms above the engine included.
#pragma once

#include "engine/model.hpp"

namespace kith {

const engine::ModelSections& model_sections();

}  // namespace kith
