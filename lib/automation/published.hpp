// automation/published.hpp: what the `automations` section of a model becomes when it is applied.
//
//   KITH_ASSIGN(automation::Published published, automation::decode_published(payload));
//   for (const automation::Automation& a : published.definitions.automations) ...
//
// The rules that complete a record before it is saved are kept apart from the automations, which
// begin runs. Threads: plain data.
#pragma once

#include <string>
#include <string_view>

#include "automation/before_rules.hpp"
#include "automation/definition.hpp"

namespace kith::automation {

struct Published {
  BeforeRules before;
  Definitions definitions;
  friend bool operator==(const Published&, const Published&) = default;
};

// The payload of the section, format byte first; empty when nothing was ever published. Decoding
// is strict: anything else is kCorrupt.
std::string encode(const Published& published);
Result<Published> decode_published(std::string_view bytes);

}  // namespace kith::automation
