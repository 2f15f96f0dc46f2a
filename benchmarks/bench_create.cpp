// New deals with five indexes and history, 1,000 in a durable transaction.
#include <benchmark/benchmark.h>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

template <typename Engine>
void BM_create(benchmark::State& state) {
  Folder folder;
  Engine engine(folder.path(), true);
  DealSource source;
  for (auto _ : state) engine.create(source, 1000);
  state.SetItemsProcessed(state.iterations() * 1000);
}

void BM_kith(benchmark::State& state) { BM_create<KithDeals>(state); }
void BM_sqlite(benchmark::State& state) { BM_create<SqliteDeals>(state); }
void BM_lmdb(benchmark::State& state) { BM_create<LmdbDeals>(state); }

// The same number of transactions for each: the trees grow alike.
BENCHMARK(BM_kith)->Iterations(40)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite)->Iterations(40)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_lmdb)->Iterations(40)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kith::bench
