// automation/before_rules.hpp: rules that complete a record before it is validated.
//
//   for (const automation::BeforeRule* rule : rules.for_entity(deal.id)) {
//     // if rule->when holds, patch each field of rule->set with its expression's value
//   }
//
// Before-rules are step 3 of the write path: pure patches of the record at hand, one pass, in
// total order (order, then name). Expressions are kept as source; the engine compiles them.
// Threads: const use from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "schema/expression_use.hpp"

namespace kith::automation {

struct BeforeRule {
  std::string name;
  std::uint16_t entity = 0;
  std::int32_t order = 0;
  std::string when;  // empty: always
  std::vector<schema::Assignment> set;
  friend bool operator==(const BeforeRule&, const BeforeRule&) = default;
};

struct BeforeRules {
  std::vector<BeforeRule> rules;  // in total order

  std::vector<const BeforeRule*> for_entity(std::uint16_t entity) const;
  friend bool operator==(const BeforeRules&, const BeforeRules&) = default;
};

// The stored form, format byte first. Decoding is strict: anything else is kCorrupt.
std::string encode(const BeforeRules& rules);
Result<BeforeRules> decode(std::string_view bytes);

}  // namespace kith::automation
