// The sum of all amounts: every record is looked at.
#include <benchmark/benchmark.h>

#include <cstring>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

void BM_kith(benchmark::State& state) {
  Snapshot snapshot = must(filled_kith().session().read());
  Query query;
  query.entity = "deal";
  query.measures.resize(1);
  query.measures[0].name = "total";
  query.measures[0].function = Measure::Function::kSum;
  query.measures[0].of = "amount";
  for (auto _ : state) benchmark::DoNotOptimize(must(snapshot.query(query)));
}

void BM_sqlite(benchmark::State& state) {
  sqlite3_stmt* sum = filled_sqlite().prepare("SELECT SUM(amount) FROM deal");
  for (auto _ : state) {
    if (sqlite3_step(sum) != SQLITE_ROW) give_up("no sum");
    benchmark::DoNotOptimize(sqlite3_column_int64(sum, 0));
    sqlite3_reset(sum);
  }
  sqlite3_finalize(sum);
}

void BM_lmdb(benchmark::State& state) {
  LmdbDeals& deals = filled_lmdb();
  MDB_txn* txn = deals.begin(MDB_RDONLY);
  for (auto _ : state) {
    MDB_cursor* cursor = nullptr;
    lmdb_must(mdb_cursor_open(txn, deals.records(), &cursor));
    MDB_val key;
    MDB_val value;
    std::int64_t total = 0;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
      RawDeal raw;
      std::memcpy(&raw, value.mv_data, sizeof raw);
      total += raw.numbers[2];
    }
    benchmark::DoNotOptimize(total);
    mdb_cursor_close(cursor);
  }
  mdb_txn_abort(txn);
}

BENCHMARK(BM_kith)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_sqlite)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_lmdb)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kith::bench
