// Due timers of automations, each of which puts a message into the outbox and ends its run: one
// tick, durable, in its own batches. As a peer, the same number of rows written and erased in
// batches of that size with nothing to decide.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "benchmarks/deals.hpp"
#include "kith/kith.hpp"
#include "store/store.hpp"

namespace kith::bench {
namespace {

constexpr int kTimers = 20'000;
constexpr int kBatch = 500;
constexpr int kRowsOfATimer = 7;  // its run, message, key, order, readiness, expiry; a counter
const Timestamp kNow(1'772'355'600, 0);
const Timestamp kLater(1'772'355'600 + 86'400, 0);

constexpr std::string_view kModel = R"({"kith_model": 1, "name": "bench", "entities": {
  "deal": {"fields": {"name": {"type": "text"}, "email": {"type": "text"}}}},
  "automations": {"remind": {"entity": "deal", "on": "created", "steps": [
    {"wait": "1d"},
    {"send": {"topic": "email", "to": "r.email", "subject": "About ${r.name}",
              "body": "It is a day since we spoke."}}]}}})";

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) give_up(result.status().to_string());
  return *std::move(result);
}
void must(const Status& status) {
  if (!status.ok()) give_up(status.to_string());
}

// A database whose runs all wait for the next day.
Session waiting(const std::string& path) {
  const Database db =
      must(Database::create(path, {.model = std::string(kModel), .now = kNow, .open = {}}));
  Session session = must(db.session({}));
  for (int done = 0; done < kTimers; done += 1000) {
    Transaction txn = must(session.begin({.now = kNow}));
    for (int i = 0; i < 1000; ++i) {
      must(txn.create("deal", {{"name", "Deal " + std::to_string(done + i)},
                               {"email", "someone@example.com"}}));
    }
    must(txn.commit());
  }
  TickOptions begin;
  begin.now = kNow;
  begin.max_runs = kTimers;
  must(session.tick(begin));
  return session;
}

void BM_kith(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Folder folder;
    Session session = waiting((folder.path() / "kith").string());
    TickOptions fire;
    fire.now = kLater;
    fire.max_runs = kTimers;
    state.ResumeTiming();
    const TickResult done = must(session.tick(fire));
    state.PauseTiming();
    if (done.messages != kTimers || done.failures != 0) give_up("not every timer was fired");
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kTimers);
}

std::string key(char kind, int number) {
  std::string text(1, kind);
  text += std::to_string(1'000'000'000 + number);
  return text;
}

void BM_rows(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Folder folder;
    const auto store = must(store::open_lmdb((folder.path() / "rows").string(), {}));
    const std::string value(150, 'x');
    const auto in_batches = [&](auto body) {
      for (int done = 0; done < kTimers; done += kBatch) {
        const auto txn = must(store->begin_write({}));
        for (int i = done; i < done + kBatch; ++i) body(*txn, i);
        must(txn->commit());
      }
    };
    in_batches([&](store::WriteTxn& txn, int i) {
      for (char kind : {'t', 'a', 'r'}) must(txn.put(store::Table::kQueue, key(kind, i), value));
    });
    state.ResumeTiming();
    in_batches([&](store::WriteTxn& txn, int i) {
      for (char kind : {'t', 'a'}) must(txn.erase(store::Table::kQueue, key(kind, i)));
      for (int k = 0; k < kRowsOfATimer; ++k) {
        const char kind = "rokqpxc"[k];
        must(txn.put(store::Table::kQueue, key(kind, kind == 'c' ? 0 : i), value));
      }
    });
  }
  state.SetItemsProcessed(state.iterations() * kTimers);
}

BENCHMARK(BM_kith)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_rows)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kith::bench
