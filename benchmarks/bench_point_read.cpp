// Three fields of a random deal, within one snapshot.
#include <benchmark/benchmark.h>

#include <cstring>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

class RandomIds {
 public:
  std::int64_t next() {
    return 1 + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(count_));
  }

 private:
  std::mt19937_64 random_{7};
  std::int64_t count_ = record_count();
};

void BM_kith(benchmark::State& state) {
  KithDeals& deals = filled_kith();
  Snapshot snapshot = must(deals.session().read());
  const FieldHandle fields[] = {must(snapshot.field("deal", "amount")),
                                must(snapshot.field("deal", "close_date")),
                                must(snapshot.field("deal", "region"))};
  Value values[3];
  RandomIds ids;
  for (auto _ : state) {
    must(snapshot.read(deals.id(ids.next()), fields, 3, values));
    benchmark::DoNotOptimize(values);
  }
}

void BM_sqlite(benchmark::State& state) {
  SqliteDeals& deals = filled_sqlite();
  deals.run("BEGIN");
  sqlite3_stmt* get = deals.prepare("SELECT amount, close_date, region FROM deal WHERE id = ?");
  RandomIds ids;
  std::string region;
  for (auto _ : state) {
    sqlite3_bind_int64(get, 1, ids.next());
    if (sqlite3_step(get) != SQLITE_ROW) give_up("no such row");
    benchmark::DoNotOptimize(sqlite3_column_int64(get, 0));
    benchmark::DoNotOptimize(sqlite3_column_int64(get, 1));
    region = reinterpret_cast<const char*>(sqlite3_column_text(get, 2));
    benchmark::DoNotOptimize(region);
    sqlite3_reset(get);
  }
  sqlite3_finalize(get);
  deals.run("COMMIT");
}

void BM_lmdb(benchmark::State& state) {
  LmdbDeals& deals = filled_lmdb();
  MDB_txn* txn = deals.begin(MDB_RDONLY);
  RandomIds ids;
  std::string region;
  for (auto _ : state) {
    std::uint64_t id = LmdbDeals::key(ids.next());
    MDB_val key{8, &id};
    MDB_val value;
    lmdb_must(mdb_get(txn, deals.records(), &key, &value));
    const char* bytes = static_cast<const char*>(value.mv_data);
    RawDeal raw;
    std::memcpy(&raw, bytes, sizeof raw);
    benchmark::DoNotOptimize(raw.numbers[2]);
    benchmark::DoNotOptimize(raw.close_day);
    region.assign(bytes + raw.text_end[2], raw.text_end[3] - raw.text_end[2]);
    benchmark::DoNotOptimize(region);
  }
  mdb_txn_abort(txn);
}

BENCHMARK(BM_kith);
BENCHMARK(BM_sqlite);
BENCHMARK(BM_lmdb);

}  // namespace
}  // namespace kith::bench
