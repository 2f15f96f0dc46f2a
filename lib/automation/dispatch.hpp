// automation/dispatch.hpp: which automations a change of a record begins.
//
//   Dispatch dispatch = Dispatch::of(compiled_automations_of_the_type);
//   std::vector<Match> matches;
//   dispatch.match(change, activation, &matches);     // in order of matching
//
// `created` and a stage that a record is created in: both begin. A purge begins nothing, nor does
// what changed in a record that `when` reaches only through a reference.
//
// Looks only at the automations that a changed field concerns (inverted lists), and of these only
// at those whose equality terms the new image fulfils (a hash on field and constant); conditions
// are evaluated for the rest. Built once for a type. Threads: const use from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "automation/compiled.hpp"
#include "kith/history.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"

namespace kith::automation {

// What one transaction did to one record, net.
struct RecordChange {
  RecordId record{};
  ChangeKind kind = ChangeKind::kUpdate;
  const record::View* before = nullptr;  // null on create
  const record::View* after = nullptr;   // null on purge
  // Field ids that changed, ascending, system ones (owner) by their id; on create the fields that
  // have a value.
  std::vector<std::uint32_t> fields;
  // Pipeline fields that took a transition from a stage to itself.
  std::vector<std::uint32_t> repeated_stages;
};

struct Match {
  std::shared_ptr<const Compiled> automation;
  // The condition could not be computed for another reason than a missing operand: the automation
  // does not begin, and this is to be recorded as a failed run.
  std::string condition_error;
  bool over_limit = false;  // that reason was the work that it took
};

// Whether an automation is halted: its condition is not evaluated. Asked only for one whose
// condition may pass the limit of work. Empty: none is.
using Halts = std::function<Result<bool>(const Compiled&)>;

struct DispatchIndex;

class Dispatch {
 public:
  Dispatch() = default;
  // `automations` of one entity type; those that are not active are left out.
  static Dispatch of(const schema::EntityType& type, const record::Layout& layout,
                     const std::vector<std::shared_ptr<const Compiled>>& automations);

  bool empty() const;
  // `base` holds host, user, time and limits; the record and its old image are set here. A
  // failure of the host (a store error) is returned.
  Status match(const RecordChange& change, const expr::Activation& base, std::vector<Match>* out,
               const Halts& halts = {}) const;
  // Automations that wait for an event of this name about a record with this image.
  Status match_event(std::string_view event, const Value& data, RecordId record,
                     const record::View& view, const expr::Activation& base,
                     std::vector<Match>* out, const Halts& halts = {}) const;
  // Automations that wait for a date; to be armed when their field is among the changed ones.
  const std::vector<std::shared_ptr<const Compiled>>& dated() const;

 private:
  std::shared_ptr<const DispatchIndex> index_;  // null: no automations
};

// The fields of the record whose change a kUpdated automation looks at, ascending, owner by its
// system id: those it declares, else those that changed() and changed_to() say must have changed,
// else those its condition reads. Empty is any.
std::vector<std::uint32_t> watched_fields(const Compiled& automation);

// When a kDateReached automation is due for an image; nothing while its field is null.
std::optional<Timestamp> due_of(const Automation& automation, const schema::EntityType& type,
                                const record::Layout& layout, const record::View& view);

}  // namespace kith::automation
