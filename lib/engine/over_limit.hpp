// engine/over_limit.hpp: automations whose condition passes the limit of work again and again are
// halted: they begin no run until a changed version of them is published.
//
//   OverLimit over_limit(writer);
//   KITH_ASSIGN(const bool halted, over_limit.halts(*automation));   // before it is judged
//   KITH_ASSIGN(const bool last, over_limit.strike(txn, *automation));
//
// Each such failure is counted by automation and version, in a counter of the queue. Only a
// condition that may pass the limit, by the estimate of its cost, is ever asked for. Threads: the
// reader's. Errors: those of the store.
#pragma once

#include <cstdint>
#include <map>

#include "automation/compiled.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::engine {

class Reader;

// So many failures halt an automation.
inline constexpr std::uint64_t kMostOverLimit = 10;

class OverLimit {
 public:
  explicit OverLimit(Reader& reader) : reader_(reader) {}

  // Remembers the answer.
  Result<bool> halts(const automation::Compiled& automation);
  // Counts a failure; true when it is the one that halts.
  Result<bool> strike(store::WriteTxn& txn, const automation::Compiled& automation);

 private:
  Reader& reader_;
  std::map<std::uint32_t, bool> known_;  // by automation
};

}  // namespace kith::engine
