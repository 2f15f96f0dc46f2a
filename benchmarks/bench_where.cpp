// How many deals a condition of five terms holds for: three texts, a whole number and an amount, no
// index. In kith the expression, in SQLite the WHERE, over raw LMDB hand-written C++.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string_view>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/lmdb_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

constexpr std::string_view kWhere =
    "region == 'West' && source.startsWith('re') && stage != 'Closed Lost' && score >= 20 && "
    "amount > 5000.00";

std::int64_t expected() {
  static const std::int64_t found = [] {
    std::int64_t count = 0;
    DealSource source;
    for (std::int64_t i = 0; i < record_count(); ++i) {
      const Deal d = source.next();
      count += d.region == "West" && d.source.starts_with("re") && d.stage != 6 && d.score >= 20 &&
                       d.amount > 500'000
                   ? 1
                   : 0;
    }
    return count;
  }();
  return found;
}

void BM_kith(benchmark::State& state) {
  Snapshot snapshot = must(filled_kith().session().read());
  Query query;
  query.entity = "deal";
  query.where = std::string(kWhere);
  query.measures.resize(1);
  query.measures[0].name = "n";
  std::int64_t count = 0;
  for (auto _ : state) count = *must(snapshot.query(query)).rows[0][0].integer();
  if (count != expected()) give_up("kith finds another number");
}

void BM_sqlite(benchmark::State& state) {
  sqlite3_stmt* all = filled_sqlite().prepare(
      "SELECT COUNT(*) FROM deal WHERE region = 'West' AND source GLOB 're*'"
      " AND stage <> 'Closed Lost' AND score >= 20 AND amount > 500000");
  std::int64_t count = 0;
  for (auto _ : state) {
    if (sqlite3_step(all) != SQLITE_ROW) give_up("SQLite finds nothing");
    count = sqlite3_column_int64(all, 0);
    sqlite3_reset(all);
  }
  sqlite3_finalize(all);
  if (count != expected()) give_up("SQLite finds another number");
}

// The fixed part of a deal and its texts, one after the other: see lmdb_deals.cpp.
bool matches(const MDB_val& value) {
  RawDeal raw;
  std::memcpy(&raw, value.mv_data, sizeof raw);
  const char* bytes = static_cast<const char*>(value.mv_data);
  const auto text = [&](int i) {
    const std::uint32_t from = i == 0 ? sizeof raw : raw.text_end[i - 1];
    return std::string_view(bytes + from, raw.text_end[i] - from);
  };
  return text(3) == "West" && text(2).starts_with("re") && raw.stage != 6 && raw.numbers[5] >= 20 &&
         raw.numbers[2] > 500'000;
}

void BM_lmdb(benchmark::State& state) {
  LmdbDeals& deals = filled_lmdb();
  MDB_txn* txn = deals.begin(MDB_RDONLY);
  std::int64_t count = 0;
  for (auto _ : state) {
    count = 0;
    MDB_cursor* cursor = nullptr;
    lmdb_must(mdb_cursor_open(txn, deals.records(), &cursor));
    MDB_val key;
    MDB_val value;
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS) {
      count += matches(value) ? 1 : 0;
    }
    mdb_cursor_close(cursor);
  }
  mdb_txn_abort(txn);
  if (count != expected()) give_up("hand-written C++ finds another number");
}

BENCHMARK(BM_kith)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_sqlite)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_lmdb)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kith::bench
