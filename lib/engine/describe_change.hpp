// engine/describe_change.hpp: the difference between two images of a record, as the history
// keeps it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/change_set.hpp"
#include "engine/compiled_model.hpp"
#include "history/entry.hpp"
#include "record/view.hpp"

namespace kith::engine {

// Fills record, kind, prev, overridden and changes of `entry`. False when nothing that a user can
// see differs. A pipeline's field that took a transition and is in the stage it was in stands among
// the changes with equal values: a stage entered again. Values are in their stored form
// (record/blob_values.hpp).
Result<bool> describe_change(const CompiledType& type, const ChangeSet::Touched& touched,
                             const std::optional<record::View>& after, history::Entry* entry);

// The fields of those among the changes of a described entry.
std::vector<std::uint32_t> repeated_stages(const history::Entry& entry);

}  // namespace kith::engine
