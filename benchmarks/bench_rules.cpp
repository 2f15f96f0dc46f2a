// 1,000 active rules on a type, one update of a record: which of them begin? Through the tables of
// dispatch, and, as a peer, by looking at every compiled rule in turn.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "automation/dispatch.hpp"
#include "benchmarks/catalog.hpp"
#include "record/builder.hpp"

namespace kith::bench {
namespace {

using automation::Compiled;
using schema::FieldType;

constexpr int kRules = 1000;
constexpr int kStages = 10;
constexpr int kRegions = 20;
constexpr std::uint16_t kDeal = 1;
constexpr std::uint32_t kStage = 1;
constexpr std::uint32_t kRegion = 2;
constexpr std::uint32_t kAmount = 3;
constexpr std::uint32_t kHot = 4;

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.status().to_string().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

std::string stage(int number) { return "Stage " + std::to_string(number % kStages); }
std::string region(int number) { return "region-" + std::to_string(number % kRegions); }

schema::Catalog make_catalog() {
  schema::EntityType deal;
  deal.id = kDeal;
  deal.name = "deal";
  schema::Field& stages = add_field(deal, "stage", FieldType::kChoice);
  for (int i = 0; i < kStages; ++i) {
    stages.options.push_back({static_cast<std::uint32_t>(i + 1), stage(i), stage(i), false});
  }
  add_field(deal, "region", FieldType::kText);
  add_field(deal, "amount", FieldType::kInt);
  add_field(deal, "hot", FieldType::kBool);
  schema::Catalog catalog;
  catalog.types.push_back(std::move(deal));
  return catalog;
}

// A deal that moved to another stage and got another amount, and the rules that look on.
class Scene {
 public:
  Scene() : catalog_(make_catalog()), layout_(record::Layout::of(catalog_.types[0])) {
    before_image_ = image("Stage 1", 100);
    after_image_ = image("Stage 2", 60'000);
    before_ = must(record::View::open(before_image_));
    after_ = must(record::View::open(after_image_));
    change_.record = RecordId(kDeal, 1);
    change_.before = &before_;
    change_.after = &after_;
    change_.fields = {kStage, kAmount};
    const automation::EnvironmentOf environments = [this](std::uint16_t id) {
      return expr::Environment::for_entity(
          catalog_, [this](std::uint16_t) { return &layout_; }, id);
    };
    for (int i = 0; i < kRules; ++i) {
      rules_.push_back(must(compile(rule(i), catalog_, environments, Limits())));
    }
    dispatch_ = automation::Dispatch::of(catalog_.types[0], layout_, rules_);
    base_.set_now(Timestamp(1'700'000'000, 0));
  }

  std::size_t match() const {
    std::vector<automation::Match> matches;
    if (!dispatch_.match(change_, base_, &matches).ok()) std::exit(1);
    return matches.size();
  }

  std::size_t match_every_rule() const {
    const Value no_event{Map()};
    expr::Activation now = base_;
    now.set_record(change_.record, &after_);
    now.set_old(change_.record, &before_);
    automation::activate_event(no_event, &now);
    expr::Activation then = now;
    then.set_record(change_.record, &before_);
    return static_cast<std::size_t>(std::count_if(rules_.begin(), rules_.end(), [&](const auto& r) {
      return r->when->evaluate_bool(now) == expr::Truth::kTrue &&
             r->when->evaluate_bool(then) != expr::Truth::kTrue;
    }));
  }

 private:
  static automation::Automation rule(int number) {
    automation::Automation made;
    made.id = static_cast<std::uint32_t>(number + 1);
    made.name = "rule_" + std::to_string(number);
    made.entity = kDeal;
    made.trigger = automation::Trigger::kUpdated;
    made.when = "r.stage == '" + stage(number) + "' && r.region == '" + region(number / kStages) +
                "' && r.amount > " + std::to_string(number * 100) + " && !r.hot";
    automation::Step stop;
    stop.kind = automation::StepKind::kStop;
    stop.name = "1";
    made.steps.push_back(stop);
    return made;
  }

  std::string image(const char* in_stage, std::int64_t amount) const {
    const std::vector<record::FieldChange> values{{kStage, Value(in_stage)},
                                                  {kRegion, Value(region(3))},
                                                  {kAmount, Value(amount)},
                                                  {kHot, Value(false)}};
    return must(record::build(catalog_.types[0], layout_, record::SystemWords(), values));
  }

  schema::Catalog catalog_;
  record::Layout layout_;
  std::string before_image_;
  std::string after_image_;
  record::View before_;
  record::View after_;
  automation::RecordChange change_;
  expr::Activation base_;
  std::vector<std::shared_ptr<const Compiled>> rules_;
  automation::Dispatch dispatch_;
};

const Scene& scene() {
  static const Scene made;
  return made;
}

void BM_kith(benchmark::State& state) {
  std::size_t found = 0;
  for (auto _ : state) found = scene().match();
  if (found == 0 || found != scene().match_every_rule()) {
    state.SkipWithError("the tables find other rules");
  }
}

void BM_every_rule(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(scene().match_every_rule());
}

BENCHMARK(BM_kith)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_every_rule)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace kith::bench
