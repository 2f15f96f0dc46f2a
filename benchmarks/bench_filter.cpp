// Count and sum by stage of the deals that close within a year: half of them, no index.
#include <benchmark/benchmark.h>

#include <cstring>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

// What plain structs say; every engine must agree.
const StageSums& expected() {
  static const StageSums sums = [] {
    StageSums all;
    DealSource source;
    for (std::int64_t i = 0; i < record_count(); ++i) {
      const Deal d = source.next();
      if (d.close_day < kFilterFrom || d.close_day >= kFilterTo) continue;
      all.count[d.stage] += 1;
      all.cents[d.stage] += d.amount;
    }
    return all;
  }();
  return sums;
}

int stage_of(std::string_view name) {
  for (int i = 0; i < kStages; ++i) {
    if (name == stage_name(i)) return i;
  }
  give_up("unknown stage " + std::string(name));
}

void BM_kith(benchmark::State& state) {
  Snapshot snapshot = must(filled_kith().session().read());
  Query query;
  query.entity = "deal";
  query.where = "close_date >= date('" + Date(kFilterFrom).to_string() +
                "') && close_date < date('" + Date(kFilterTo).to_string() + "')";
  query.group_by = {{"stage", "stage", Bucket::kNone, ""}};
  query.measures.resize(2);
  query.measures[0].name = "n";
  query.measures[1].name = "total";
  query.measures[1].function = Measure::Function::kSum;
  query.measures[1].of = "amount";
  StageSums sums;
  for (auto _ : state) {
    const Rows rows = must(snapshot.query(query));
    sums = {};
    for (const std::vector<Value>& row : rows.rows) {
      const int stage = stage_of(*row[0].text());
      sums.count[stage] = *row[1].integer();
      sums.cents[stage] =
          static_cast<std::int64_t>(must(row[2].decimal()->rescale(2)).coefficient());
    }
  }
  if (sums != expected()) give_up("kith gives other sums");
}

void BM_sqlite(benchmark::State& state) {
  sqlite3_stmt* group = filled_sqlite().prepare(
      "SELECT stage, COUNT(*), SUM(amount) FROM deal WHERE close_date >= ? AND close_date < ?"
      " GROUP BY stage");
  sqlite3_bind_int(group, 1, kFilterFrom);
  sqlite3_bind_int(group, 2, kFilterTo);
  StageSums sums;
  for (auto _ : state) {
    sums = {};
    while (sqlite3_step(group) == SQLITE_ROW) {
      const int stage = stage_of(reinterpret_cast<const char*>(sqlite3_column_text(group, 0)));
      sums.count[stage] = sqlite3_column_int64(group, 1);
      sums.cents[stage] = sqlite3_column_int64(group, 2);
    }
    sqlite3_reset(group);
  }
  sqlite3_finalize(group);
  if (sums != expected()) give_up("SQLite gives other sums");
}

void BM_lmdb(benchmark::State& state) {
  LmdbDeals& deals = filled_lmdb();
  MDB_txn* txn = deals.begin(MDB_RDONLY);
  StageSums sums;
  for (auto _ : state) {
    sums = {};
    MDB_cursor* cursor = nullptr;
    lmdb_must(mdb_cursor_open(txn, deals.records(), &cursor));
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
      RawDeal raw;
      std::memcpy(&raw, value.mv_data, sizeof raw);
      if (raw.close_day < kFilterFrom || raw.close_day >= kFilterTo) continue;
      sums.count[raw.stage] += 1;
      sums.cents[raw.stage] += raw.numbers[2];
    }
    mdb_cursor_close(cursor);
  }
  mdb_txn_abort(txn);
  if (sums != expected()) give_up("LMDB gives other sums");
}

BENCHMARK(BM_kith)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_sqlite)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_lmdb)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kith::bench
