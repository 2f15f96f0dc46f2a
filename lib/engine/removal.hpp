// engine/removal.hpp: what goes with a record when it goes.
//
//   Removal removal(writer);
//   KITH_TRY(removal.plan(id));        // follows on_delete; refuses as a whole, writes nothing
//   KITH_TRY(removal.carry_out());
//
// A live record that refers to a removed one is, as its relation says, a reason to refuse
// (restrict), left without the reference (clear), or removed too (cascade, and so on from there).
// Every restriction and every cleared field that must not be empty is reported at once.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "engine/record_write.hpp"

namespace kith::engine {

class Removal {
 public:
  explicit Removal(Writer& writer) : writer_(writer) {}

  Status plan(const std::vector<RecordId>& ids);
  Status carry_out();
  // Records that a plan removes or changes.
  std::size_t size() const { return writes_.size(); }

 private:
  struct Clearing {
    const schema::Field* field;
    RecordId target;
  };

  Status follow(RecordId id);
  Status follow_field(RecordId id, const CompiledType& from, const schema::Field& field);
  Status plan_clearings();

  Writer& writer_;
  std::vector<RecordId> order_;  // records to remove, the first one first
  std::set<RecordId> removed_;
  std::map<RecordId, std::vector<Clearing>> clearings_;
  std::vector<std::pair<RecordId, Violation>> restrictions_;  // by the referring record
  std::deque<RecordWrite> writes_;
};

// Takes a purged record out of every reference that still names it, deleted records included;
// neither rules nor requirements stand against it.
Status erase_references(Writer& writer, RecordId id);

}  // namespace kith::engine
