// engine/describe_change.hpp: the difference between two images of a record, as the history
// keeps it.
#pragma once

#include <optional>

#include "engine/change_set.hpp"
#include "engine/compiled_model.hpp"
#include "history/entry.hpp"
#include "record/view.hpp"

namespace kith::engine {

// Fills record, kind, prev and changes of `entry`. False when nothing that a user can see differs.
Result<bool> describe_change(const CompiledType& type, const ChangeSet::Touched& touched,
                             const std::optional<record::View>& after, history::Entry* entry);

}  // namespace kith::engine
