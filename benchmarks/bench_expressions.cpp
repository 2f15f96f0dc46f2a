// One expression of five terms on 1,024 different records in memory: compiled by kith, and
// hand-written in C++ over the same records. Beside them: what compiling costs, and a loop that
// does little but be counted by the meter.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "benchmarks/catalog.hpp"
#include "benchmarks/deals.hpp"
#include "expr/frame.hpp"
#include "expr/program.hpp"
#include "record/builder.hpp"

namespace kith::bench {
namespace {

using schema::FieldType;

constexpr std::uint16_t kDeal = 1;
constexpr std::uint32_t kRegion = 1;
constexpr std::uint32_t kSource = 2;
constexpr std::uint32_t kStage = 3;
constexpr std::uint32_t kScore = 4;
constexpr std::uint32_t kAmount = 5;
constexpr std::string_view kWhere =
    "region == 'West' && source.startsWith('re') && stage != 'Closed Lost' && score >= 20 && "
    "amount > 5000.00";

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) give_up(result.status().to_string());
  return *std::move(result);
}

schema::Catalog make_catalog() {
  schema::EntityType deal;
  deal.id = kDeal;
  deal.name = "deal";
  add_field(deal, "region", FieldType::kText);
  add_field(deal, "source", FieldType::kText);
  schema::Field& stage = add_field(deal, "stage", FieldType::kChoice);
  for (int i = 0; i < kStages; ++i) {
    stage.options.push_back(
        {static_cast<std::uint32_t>(i + 1), stage_name(i), stage_name(i), false});
  }
  add_field(deal, "score", FieldType::kInt);
  add_field(deal, "amount", FieldType::kDecimal).scale = 2;
  schema::Catalog catalog;
  catalog.types.push_back(std::move(deal));
  return catalog;
}

class Deals {
 public:
  // `mixed`: as they come; else all of them fulfil the condition.
  explicit Deals(bool mixed)
      : catalog_(make_catalog()), layout_(record::Layout::of(catalog_.types[0])) {
    DealSource source;
    for (int i = 0; i < 1024; ++i) {
      const Deal d = source.next();
      record::SystemWords words;
      words.version = 1;
      const std::vector<record::FieldChange> values = {
          {kRegion, Value(mixed ? d.region : "West")},
          {kSource, Value(mixed ? d.source : "referral")},
          {kStage, Value(mixed ? stage_name(d.stage) : "Proposal")},
          {kScore, Value(mixed ? d.score : 20 + d.score)},
          {kAmount, Value(Decimal(mixed ? d.amount : 500'001 + d.amount, 2))}};
      images_.push_back(must(record::build(catalog_.types[0], layout_, words, values)));
    }
    for (const std::string& image : images_) views_.push_back(must(record::View::open(image)));
  }

  expr::Environment environment() const {
    return expr::Environment::for_entity(
        catalog_, [this](std::uint16_t) { return &layout_; }, kDeal);
  }
  const record::Slot& slot(std::uint32_t field) const { return layout_.slot(field); }
  const std::vector<record::View>& views() const { return views_; }

 private:
  schema::Catalog catalog_;
  record::Layout layout_;
  std::vector<std::string> images_;
  std::vector<record::View> views_;
};

const Deals& deals(bool mixed) {
  static const Deals as_they_come(true);
  static const Deals matching(false);
  return mixed ? as_they_come : matching;
}

std::size_t hand_written(const Deals& all) {
  const record::Slot& region = all.slot(kRegion);
  const record::Slot& source = all.slot(kSource);
  const record::Slot& stage = all.slot(kStage);
  const record::Slot& score = all.slot(kScore);
  const record::Slot& amount = all.slot(kAmount);
  std::size_t found = 0;
  for (const record::View& v : all.views()) {
    found += v.has(region) && v.text(region) == "West" && v.has(source) &&
                     v.text(source).starts_with("re") && v.choice(stage) != kStages &&
                     v.has(score) && v.integer(score) >= 20 && v.has(amount) &&
                     v.integer(amount) > 500'000
                 ? 1U
                 : 0U;
  }
  return found;
}

std::size_t evaluated(const Deals& all, const expr::Program& program) {
  expr::Activation activation;
  std::size_t found = 0;
  for (const record::View& view : all.views()) {
    activation.set_record(RecordId(kDeal, 1), &view);
    found += program.evaluate_bool(activation) == expr::Truth::kTrue ? 1U : 0U;
  }
  return found;
}

void run_kith(benchmark::State& state, bool mixed) {
  const Deals& all = deals(mixed);
  const expr::Program program = must(expr::compile(kWhere, all.environment()));
  std::size_t found = 0;
  for (auto _ : state) benchmark::DoNotOptimize(found = evaluated(all, program));
  if (found != hand_written(all)) give_up("kith finds another number");
  state.SetItemsProcessed(state.iterations() * 1024);
}

void run_hand(benchmark::State& state, bool mixed) {
  const Deals& all = deals(mixed);
  for (auto _ : state) benchmark::DoNotOptimize(hand_written(all));
  state.SetItemsProcessed(state.iterations() * 1024);
}

void BM_kith_all_true(benchmark::State& state) { run_kith(state, false); }
void BM_hand_all_true(benchmark::State& state) { run_hand(state, false); }
void BM_kith_mixed(benchmark::State& state) { run_kith(state, true); }
void BM_hand_mixed(benchmark::State& state) { run_hand(state, true); }

void BM_compile(benchmark::State& state) {
  const expr::Environment environment = deals(true).environment();
  for (auto _ : state) benchmark::DoNotOptimize(must(expr::compile(kWhere, environment)));
}

// Each element costs a few units and one comparison.
void BM_meter(benchmark::State& state) {
  const expr::Program program =
      must(expr::compile("lists.range(1000).all(x, x >= 0)", expr::Environment()));
  const expr::Activation activation;
  for (auto _ : state) benchmark::DoNotOptimize(program.evaluate_bool(activation));
  state.SetItemsProcessed(state.iterations() * 1000);
}

// The meter by itself: what one charge takes. The five terms
// charge nothing, an element of a loop once.
void BM_charge(benchmark::State& state) {
  expr::EvaluationLimits limits;
  limits.max_cost = UINT64_MAX;
  expr::Activation activation;
  activation.set_limits(limits);
  expr::Frame frame(activation);
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) benchmark::DoNotOptimize(frame.charge(1));
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}

BENCHMARK(BM_kith_all_true);
BENCHMARK(BM_hand_all_true);
BENCHMARK(BM_kith_mixed);
BENCHMARK(BM_hand_mixed);
BENCHMARK(BM_compile)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_meter);
BENCHMARK(BM_charge);

}  // namespace
}  // namespace kith::bench
