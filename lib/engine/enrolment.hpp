// engine/enrolment.hpp: step 9 of the write path: the runs that changes begin, and those they end.
//
//   Enrolment enrolment(writer);
//   KITH_TRY(enrolment.look_at(change, agency));      // for every net change; writes nothing
//   KITH_TRY(enrolment.carry_out());                  // writes runs and timers
//
// Everything is looked at before anything is written, so what expressions borrow stays valid. A
// run that a guard holds back (its automation has already acted on the record in this chain of
// causes, the chain is too long, too many in an hour) is recorded as kSuspended; one whose
// condition failed, as kFailed. A purge cancels the record's runs; whatever makes an `exit_when`
// true stops them. Threads: the writer's. Errors: those of the store and of the host.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "automation/dispatch.hpp"
#include "automation/run.hpp"
#include "engine/agency.hpp"
#include "engine/automation_versions.hpp"
#include "engine/over_limit.hpp"
#include "store/store.hpp"

namespace kith::engine {

class Writer;

class Enrolment {
 public:
  using AgencyRef = std::shared_ptr<const Agency>;

  explicit Enrolment(Writer& writer);

  // `change` is needed for the call only.
  Status look_at(const automation::RecordChange& change, const AgencyRef& agency);
  // Something happened outside. The record exists and is live.
  Status look_at_event(std::string_view name, const Map& data, RecordId record,
                       const AgencyRef& agency);
  // The date that the automation waits for is reached.
  Status look_at_date(const std::shared_ptr<const automation::Compiled>& automation,
                      RecordId record, Timestamp due, const AgencyRef& agency);
  Status carry_out();

  // What carry_out() did.
  const std::vector<automation::RunRecord>& begun() const { return begun_; }
  std::uint64_t failures() const { return failures_; }  // recorded as kFailed or kSuspended

 private:
  struct Candidate {
    std::shared_ptr<const automation::Compiled> automation;
    std::string condition_error;
    bool over_limit = false;
    RecordId record{};
    AgencyRef agency;
    Map event;
    Timestamp due{};
  };
  struct DateWait {
    std::uint32_t automation = 0;
    RecordId record{};
    std::optional<Timestamp> due;
  };

  Status look_at_exits(const automation::RecordChange& change);
  Status look_at_dates(const automation::RecordChange& change);
  Status forget_purged(store::WriteTxn& txn);
  Status set_wait(store::WriteTxn& txn, const DateWait& wait);
  Status enrol(store::WriteTxn& txn, const Candidate& candidate);
  // It begins no run: its condition could not be computed.
  Status fail(store::WriteTxn& txn, const Candidate& candidate);
  Result<bool> is_active(store::ReadTxn& txn, const Candidate& candidate);
  automation::Halts halts();
  std::string held_back(const Candidate& candidate) const;
  automation::RunRecord blank(const Candidate& candidate) const;
  Status record_ended(store::WriteTxn& txn, const Candidate& candidate, RunState state,
                      std::string message);

  Writer& writer_;
  AutomationVersions versions_;
  OverLimit over_limit_;
  std::set<RecordId> purged_;
  std::vector<automation::RunRecord> stopped_;
  std::vector<DateWait> dates_;
  std::vector<Candidate> candidates_;
  std::set<std::uint32_t> kept_;  // automations whose version is kept
  std::vector<automation::RunRecord> begun_;
  std::uint64_t failures_ = 0;
};

}  // namespace kith::engine
