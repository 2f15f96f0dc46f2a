// Durable commits of one new deal each, with five indexes and history, by 1, 16 and 64 threads that
// all want to write: kith's joined writers, SQLite with a connection for each thread, raw LMDB with
// the same puts in a transaction of their own.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

constexpr int kCommits = 512;  // of all threads together, in one iteration

// A source for each thread, so that making deals is no common bottleneck.
std::vector<DealSource> sources(int threads) {
  std::vector<DealSource> made(static_cast<std::size_t>(threads));
  for (std::size_t t = 0; t < made.size(); ++t) {
    for (std::size_t skip = 0; skip < 37 * t; ++skip) made[t].next();
  }
  return made;
}

// kCommits calls of write(thread, source), spread over the threads.
template <typename Write>
void run(benchmark::State& state, const Write& write) {
  const auto count = static_cast<int>(state.range(0));
  std::vector<DealSource> deals = sources(count);
  for (auto _ : state) {
    std::vector<std::thread> threads;
    for (int t = 0; t < count; ++t) {
      threads.emplace_back([&, t] {
        DealSource& source = deals[static_cast<std::size_t>(t)];
        for (int i = 0; i < kCommits / count; ++i) write(t, source);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  state.SetItemsProcessed(state.iterations() * kCommits);
}

void BM_kith(benchmark::State& state) {
  Folder folder;
  KithDeals engine(folder.path(), true);
  run(state, [&](int, DealSource& source) { engine.write_one(source); });
}

void BM_sqlite(benchmark::State& state) {
  Folder folder;
  std::vector<std::unique_ptr<SqliteDeals>> engines;
  for (int t = 0; t < state.range(0); ++t) {
    engines.push_back(std::make_unique<SqliteDeals>(folder.path(), true));
  }
  run(state,
      [&](int t, DealSource& source) { engines[static_cast<std::size_t>(t)]->create(source, 1); });
}

void BM_lmdb(benchmark::State& state) {
  Folder folder;
  LmdbDeals engine(folder.path(), true);
  run(state, [&](int, DealSource& source) { engine.create(source, 1); });
}

#define KITH_BENCH_COMMITS(name)      \
  BENCHMARK(name)                     \
      ->Arg(1)                        \
      ->Arg(16)                       \
      ->Arg(64)                       \
      ->Iterations(2)                 \
      ->Unit(benchmark::kMillisecond) \
      ->UseRealTime()
KITH_BENCH_COMMITS(BM_kith);
KITH_BENCH_COMMITS(BM_sqlite);
KITH_BENCH_COMMITS(BM_lmdb);

}  // namespace
}  // namespace kith::bench
