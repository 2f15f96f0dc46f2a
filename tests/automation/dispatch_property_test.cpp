// Dispatch against a matcher without tables: random rules, random changes, the same matches.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/automation/deal_rules.hpp"

using namespace kith;
using namespace kith::automation;
using namespace kith::automation::test;

namespace {

struct Naive {
  DealRules& model;
  const RecordChange& change;

  bool holds(const Compiled& automation, const record::View* image) const {
    if (!automation.when) return true;
    const Value no_event{Map()};
    expr::Activation activation;
    activation.set_host(&model);
    activation.set_record(change.record, image);
    if (change.before != nullptr) activation.set_old(change.record, change.before);
    activate_event(no_event, &activation);
    return automation.when->evaluate_bool(activation) == expr::Truth::kTrue;
  }
  std::uint32_t stage(const record::View* image) const {
    return image != nullptr ? image->choice(model.layout().slot(kStage)) : 0;
  }
  bool begins(const Compiled& automation) const {
    const Automation& a = automation.definition;
    const bool update = change.kind == ChangeKind::kUpdate;
    const bool create = change.kind == ChangeKind::kCreate;
    const bool moved = stage(change.before) != stage(change.after);
    const auto listed = [&](std::uint32_t id) {
      return id != 0 && (a.stages.empty() ||
                         std::find(a.stages.begin(), a.stages.end(), id) != a.stages.end());
    };
    switch (a.trigger) {
      case Trigger::kCreated: return create && holds(automation, change.after);
      case Trigger::kChanged: return (create || update) && holds(automation, change.after);
      case Trigger::kDeleted:
        return change.kind == ChangeKind::kDelete && holds(automation, change.after);
      case Trigger::kStageEntered:
        return (create || update) && moved && listed(stage(change.after)) &&
               holds(automation, change.after);
      case Trigger::kStageLeft:
        return update && moved && listed(stage(change.before)) && holds(automation, change.after);
      case Trigger::kUpdated: {
        const std::vector<std::uint32_t> watched = watched_fields(automation);
        const bool concerned =
            watched.empty() || std::any_of(watched.begin(), watched.end(), [&](std::uint32_t f) {
              return std::find(change.fields.begin(), change.fields.end(), f) !=
                     change.fields.end();
            });
        if (!update || !concerned || !holds(automation, change.after)) return false;
        return a.enrolment != EnrolmentPolicy::kOnEdge || !automation.when ||
               automation.when->reads_old() || !holds(automation, change.before);
      }
      default: return false;
    }
  }
};

struct Random {
  std::mt19937 engine{20'261'122};
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(engine()) % end; }
  bool coin() { return below(2) == 0; }

  std::string term() {
    static const std::vector<std::string> stages{"Prospecting", "Engaging", "Won", "Lost"};
    const std::string number = std::to_string(below(4));
    switch (below(13)) {
      case 0: return "r.stage == '" + stages[below(4)] + "'";
      case 1: return "r.stage in ['" + stages[below(4)] + "', '" + stages[below(4)] + "']";
      case 2: return "r.seats == " + number;
      case 3: return "r.seats != " + number;
      case 4: return "r.hot";
      case 5: return "!r.hot";
      case 6: return "r.name == 'n" + number + "'";
      case 7: return "r.discount == " + number + ".50";
      case 8: return "r.close_date == date('2017-03-0" + std::to_string(1 + below(4)) + "')";
      case 9: return "r.stage_class == 'open'";
      case 10: return "(r.seats == 1 || r.seats == " + number + ")";
      case 11: return "r.seats != old.seats";
      default: return "r.amount == " + number + ".0";
    }
  }
  Patch deal() {
    static const std::vector<std::string> stages{"Prospecting", "Engaging", "Won", "Lost"};
    Patch values;
    if (!coin() || coin()) values.emplace_back("stage", stages[below(4)]);
    if (!coin() || coin()) values.emplace_back("seats", static_cast<std::int64_t>(below(4)));
    if (coin()) values.emplace_back("hot", coin());
    if (coin()) values.emplace_back("name", "n" + std::to_string(below(4)));
    if (coin()) values.emplace_back("discount", Decimal(below(4) * 100 + 50, 2));
    if (coin()) values.emplace_back("amount", Money{Decimal(below(4) * 10'000, 4), {}});
    if (coin()) values.emplace_back("close_date", Date(static_cast<int>(17226 + below(4))));
    return values;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(automation_dispatch_property, DealRules)

BOOST_AUTO_TEST_CASE(tables_find_what_a_plain_look_at_every_rule_finds) {
  Random random;
  const std::vector<Trigger> triggers{
      Trigger::kCreated,      Trigger::kUpdated,   Trigger::kUpdated, Trigger::kDeleted,
      Trigger::kStageEntered, Trigger::kStageLeft, Trigger::kChanged};
  Rules rules;
  for (int i = 0; i < 150; ++i) {
    std::string when;
    for (std::uint32_t terms = random.below(4); terms > 0; --terms) {
      when += (when.empty() ? "" : " && ") + random.term();
    }
    Automation made =
        rule("r" + std::to_string(1000 + i),
             triggers[random.below(static_cast<std::uint32_t>(triggers.size()))], when);
    if (random.coin()) made.enrolment = EnrolmentPolicy::kEveryEvent;
    if (made.trigger == Trigger::kUpdated && random.coin()) made.watch = {kName, kSeats};
    if (made.field != 0 && random.coin()) made.stages = {1 + random.below(2), 3};
    rules.push_back(compiled(made));
  }
  const Dispatch dispatch = dispatch_of(rules);
  std::size_t found = 0;
  for (int i = 0; i < 300; ++i) {
    const std::uint32_t draw = random.below(10);
    const ChangeKind kind = draw == 0   ? ChangeKind::kDelete
                            : draw <= 2 ? ChangeKind::kCreate
                                        : ChangeKind::kUpdate;
    const RecordId before = put(kDeal, 1, random.deal());
    const RecordId after = put(kDeal, 2, random.deal());
    const RecordChange changed = change(kind, kind == ChangeKind::kCreate ? RecordId() : before,
                                        kind == ChangeKind::kDelete ? before : after);
    if (kind == ChangeKind::kUpdate && changed.fields.empty()) continue;
    const Naive naive{*this, changed};
    std::string expected;
    for (const auto& candidate : rules) {
      if (!naive.begins(*candidate)) continue;
      expected += (expected.empty() ? "" : " ") + candidate->definition.name;
      ++found;
    }
    BOOST_TEST(match(dispatch, changed) == expected);
  }
  BOOST_TEST(found > 300u);
}

BOOST_AUTO_TEST_SUITE_END()
