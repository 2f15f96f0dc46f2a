// Step 4 of the write path: a record that moves from stage to stage.
#include <utility>

#include "base/try.hpp"
#include "engine/record_write.hpp"
#include "engine/writer.hpp"

namespace kith::engine {

namespace {

// The stage a record is in; 0 for none.
std::uint32_t stage_of(const record::View* view, const record::Slot& slot) {
  return view != nullptr && view->has(slot) ? view->choice(slot) : 0;
}

}  // namespace

Status RecordWrite::move_stages() {
  bool moved = false;
  for (const CompiledMachine& compiled : type_.machines) {
    const pipeline::Pipeline& definition = compiled.machine.definition;
    const record::Slot& slot = type_.layout.slot(definition.field);
    const std::uint32_t to = stage_of(&new_view_, slot);
    if (to == stage_of(old_view(), slot)) continue;
    const pipeline::Stage* stage = definition.find_stage(to);
    const std::int64_t now = writer_.stamp().effective_at.to_microseconds();
    put_change(definition.entered_field,
               stage != nullptr ? Value(Timestamp::from_microseconds(now)) : Value());
    put_change(definition.probability_field,
               stage != nullptr ? Value(std::int64_t{stage->probability}) : Value());
    moved = true;
  }
  return moved ? rebuild() : Status();
}

}  // namespace kith::engine
