// engine/reversal.hpp: several records that get former states back, together or not at all.
//
//   Reversal reversal(writer);
//   reversal.put_back(deal, {{amount_id, Value(former)}});   // values that it had
//   reversal.restore(task, {});                              // a removed one
//   reversal.remove(contact);                                // one that was not there
//   KITH_TRY(reversal.carry_out());                          // within a Savepoint
//
// The records may depend on one another: all are put before references and rules are looked at, so
// only the state that they are left in counts, and a unique value may pass from one to another.
// Types, required fields, references, unique values and validation rules are checked; before-rules
// and pipelines are not asked. Violations of all records are reported in one kValidation. After
// one the transaction holds a part of it: roll back to a savepoint.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/record_write.hpp"

namespace kith::engine {

class Reversal {
 public:
  using Values = std::vector<record::FieldChange>;  // in stored form; owner by its system id

  explicit Reversal(Writer& writer) : writer_(writer) {}

  // A record is given to one of these at most; it must exist.
  void put_back(RecordId id, Values values) { targets_[id] = {Goal::kAsItIs, std::move(values)}; }
  void restore(RecordId id, Values values) { targets_[id] = {Goal::kLive, std::move(values)}; }
  // With what goes with it, as in every removal, once the others have their values.
  void remove(RecordId id, Values values) { targets_[id] = {Goal::kRemoved, std::move(values)}; }

  Status carry_out();
  // Records that were written.
  std::uint64_t size() const { return size_; }

 private:
  enum class Goal : std::uint8_t { kAsItIs, kLive, kRemoved };
  struct Target {
    Goal goal = Goal::kAsItIs;
    Values values;
  };

  Result<RecordWrite*> prepare(RecordId id, const Target& target);
  Status prepare_all();
  Status settle_unique();
  Status settle_unique(const RecordWrite& write, std::map<std::string, RecordId>* claims);
  Status step_aside(RecordId id);
  Status put_all();
  Status put(RecordWrite& write);
  Status remove_all();
  Status validate_all();
  // Keeps violations for the end; false when `status` is another failure.
  bool collect(const Status& status);
  Status verdict();

  Writer& writer_;
  std::map<RecordId, Target> targets_;
  std::vector<RecordId> removed_;  // those of the targets
  std::deque<RecordWrite> writes_;
  std::map<RecordId, RecordWrite*> by_id_;
  std::vector<RecordId> aside_;  // give up a unique value that another one gets
  std::vector<Violation> violations_;
  std::uint64_t size_ = 0;
};

}  // namespace kith::engine
