// engine/automations.hpp: automations as hosts see them; what carries them out is in tick.hpp.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "kith/automation.hpp"
#include "kith/result.hpp"

namespace kith::engine {

class Reader;
class Writer;

Result<std::vector<AutomationInfo>> describe_automations(Reader& reader);
Result<std::vector<Run>> runs(Reader& reader, const RunFilter& filter);
Result<std::optional<Timestamp>> next_due(Reader& reader);
Result<ReceiveResult> receive(Writer& writer, const InboundEvent& event);
Status cancel_run(Writer& writer, std::uint64_t run, std::string_view reason);

}  // namespace kith::engine
