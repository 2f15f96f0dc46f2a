// automation/auto_transitions.hpp: transitions that a pipeline takes by itself, as automations.
//
//   auto synthetic = automation::auto_transitions(pipelines, catalog);
//   // "pipeline sales: win": on any change of a deal in one of its stages, when the guard holds
//
// An `automatic` transition is a run of one step, which makes the move through the same door as
// everyone. Its id has the highest bit set and follows from its name, so that it needs no
// publication of its own; its version is the pipeline's. Threads: a pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "automation/definition.hpp"
#include "pipeline/definition.hpp"
#include "schema/types.hpp"

namespace kith::automation {

inline constexpr std::uint32_t kAutoTransitionBit = 0x8000'0000;

// In order of definition. Pipelines whose type or field is gone are passed over.
std::vector<Automation> auto_transitions(const pipeline::Definitions& definitions,
                                         const schema::Catalog& catalog);

}  // namespace kith::automation
