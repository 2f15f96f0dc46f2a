#include "engine/over_limit.hpp"

#include <string>

#include "base/try.hpp"
#include "engine/reader.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

namespace {

// The version in the upper half: another version begins anew.
constexpr unsigned kVersionShift = 32;

std::string counter_name(const automation::Automation& definition) {
  return std::string(queue::kOverLimitCounter) + std::to_string(definition.id);
}

Result<std::uint64_t> failures(store::ReadTxn& txn, const automation::Automation& definition) {
  KITH_ASSIGN(const std::uint64_t value, queue::counter(txn, counter_name(definition)));
  return value >> kVersionShift == definition.version ? value & UINT32_MAX : 0;
}

}  // namespace

Result<bool> OverLimit::halts(const automation::Compiled& automation) {
  if (!automation.may_pass_limit) return false;
  const auto known = known_.find(automation.definition.id);
  if (known != known_.end()) return known->second;
  KITH_ASSIGN(const std::uint64_t times, failures(reader_.txn(), automation.definition));
  return known_[automation.definition.id] = times >= kMostOverLimit;
}

Result<bool> OverLimit::strike(store::WriteTxn& txn, const automation::Compiled& automation) {
  const automation::Automation& definition = automation.definition;
  KITH_ASSIGN(std::uint64_t times, failures(txn, definition));
  if (times >= kMostOverLimit) return false;
  ++times;
  KITH_TRY(queue::set_counter(txn, counter_name(definition),
                              std::uint64_t{definition.version} << kVersionShift | times));
  return times == kMostOverLimit;
}

}  // namespace kith::engine
