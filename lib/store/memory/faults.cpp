#include "store/memory/faults.hpp"

#include <utility>

namespace kith::store {

void FaultPlan::fail(FaultPoint point, std::uint64_t nth, Status status) {
  std::lock_guard lock(mutex_);
  rules_.push_back({point, nth == 0 ? 1 : nth, std::move(status)});
}

Status FaultPlan::strike(FaultPoint point) {
  std::lock_guard lock(mutex_);
  Status result;
  std::erase_if(rules_, [&](Rule& rule) {
    if (rule.point != point || --rule.calls_left > 0) return false;
    result = rule.status;
    return true;
  });
  return result;
}

}  // namespace kith::store
