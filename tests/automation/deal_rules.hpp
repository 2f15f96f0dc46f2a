// tests/automation/deal_rules.hpp: automations about the deals of the sample model.
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "automation/dispatch.hpp"
#include "base/json.hpp"
#include "tests/expr/sample_model.hpp"

namespace kith::automation::test {

inline constexpr std::uint32_t kName = 1;
inline constexpr std::uint32_t kAmount = 2;
inline constexpr std::uint32_t kStage = 4;
inline constexpr std::uint32_t kCloseDate = 6;
inline constexpr std::uint32_t kSeenAt = 7;
inline constexpr std::uint32_t kSeats = 9;
inline constexpr std::uint32_t kAccountField = 12;

struct DealRules : expr::test::SampleModel {
  using Rules = std::vector<std::shared_ptr<const Compiled>>;

  static Step step(StepKind kind) {
    Step made;
    made.kind = kind;
    made.name = "1";
    return made;
  }
  Automation rule(const std::string& name, Trigger trigger, const std::string& when = "") const {
    Automation made;
    made.id = 1;
    made.name = name;
    made.entity = kDeal;
    made.trigger = trigger;
    made.when = when;
    made.steps = {step(StepKind::kStop)};
    if (trigger == Trigger::kStageEntered || trigger == Trigger::kStageLeft) made.field = kStage;
    return made;
  }

  Result<std::shared_ptr<const Compiled>> try_compile(const Automation& definition) const {
    return automation::compile(
        definition, catalog, [this](std::uint16_t id) { return environment(id); }, Limits());
  }
  std::shared_ptr<const Compiled> compiled(const Automation& definition) const {
    auto made = try_compile(definition);
    BOOST_REQUIRE_MESSAGE(made.ok(), made.status().to_string());
    return *made;
  }
  const record::View* view(RecordId id) { return *load(id); }
  record::Layout layout() const { return record::Layout::of(*catalog.find(kDeal)); }
  Dispatch dispatch_of(const Rules& rules) const {
    return Dispatch::of(*catalog.find(kDeal), layout(), rules);
  }

  // Ids of the fields in which two deals differ.
  std::vector<std::uint32_t> difference(RecordId before, RecordId after) {
    std::vector<std::uint32_t> fields;
    const record::Layout slots = layout();
    for (const schema::Field& field : catalog.find(kDeal)->fields) {
      const record::Slot& slot = slots.slot(field.id);
      const Value old = before ? *view(before)->get(field, slot) : Value();
      if (old != *view(after)->get(field, slot)) fields.push_back(field.id);
    }
    return fields;
  }
  RecordChange change(ChangeKind kind, RecordId before, RecordId after) {
    RecordChange made;
    made.record = RecordId(kDeal, 500);
    made.kind = kind;
    made.before = before ? view(before) : nullptr;
    made.after = after ? view(after) : nullptr;
    if (after) made.fields = difference(before, after);
    return made;
  }
  // Names of what begins, in order; with "!" when the condition failed.
  std::string match(const Dispatch& dispatch, const RecordChange& changed) {
    std::vector<Match> matches;
    expr::Activation base;
    base.set_host(this);
    base.set_now(Timestamp(0, 0));
    const Status status = dispatch.match(changed, base, &matches);
    BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string());
    std::string names;
    for (const Match& found : matches) {
      names += (names.empty() ? "" : " ") + found.automation->definition.name;
      if (!found.condition_error.empty()) names += "!";
    }
    return names;
  }
  std::string updated(const Rules& rules, const Patch& before, const Patch& after) {
    const RecordId a = put(kDeal, 1, before);
    const RecordId b = put(kDeal, 2, after);
    return match(dispatch_of(rules), change(ChangeKind::kUpdate, a, b));
  }
};

}  // namespace kith::automation::test
