// What keeping a database costs: a copy of its files, a dump, loading it, checking everything and
// writing it anew, over deals with five indexes and their history. Peer: SQLite with the same rows,
// indexes and a history table; its dump is what the shell's .dump writes. A time is for the whole
// database.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "benchmarks/kith_deals.hpp"
#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {
namespace {

namespace fs = std::filesystem;

const fs::path& scratch() {
  static const Folder folder;
  return folder.path();
}

// Where a copy goes, which is not there before the time is taken.
std::string new_place(benchmark::State& state, const char* name) {
  state.PauseTiming();
  const fs::path path = scratch() / name;
  fs::remove_all(path);
  state.ResumeTiming();
  return path.string();
}

void finish(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * record_count());
}

template <typename Deals>
Deals& filled() {
  static const Folder folder;
  static Deals deals(folder.path(), true);
  static const bool done = (deals.fill(record_count()), true);
  (void)done;
  return deals;
}

// ---- kith -------------------------------------------------------------------------------------

KithDeals& kith_deals() { return filled<KithDeals>(); }

void kith_dump_to(const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  must(dump(kith_deals().database(), out));
}

void BM_kith_backup(benchmark::State& state) {
  const Database& db = kith_deals().database();
  for (auto _ : state) must(db.backup(new_place(state, "kith")));
  finish(state);
}

void BM_kith_dump(benchmark::State& state) {
  kith_deals();
  for (auto _ : state) kith_dump_to(new_place(state, "kith.dump"));
  finish(state);
}

void BM_kith_load(benchmark::State& state) {
  kith_dump_to(scratch() / "kith.dump");
  for (auto _ : state) {
    std::ifstream in(scratch() / "kith.dump", std::ios::binary);
    const DumpStats stats = must(load(new_place(state, "kith"), in));
    if (stats.records != static_cast<std::uint64_t>(record_count())) give_up("not all were loaded");
  }
  finish(state);
}

void BM_kith_check(benchmark::State& state) {
  KithDeals& deals = kith_deals();
  for (auto _ : state) {
    if (must(deals.database().check(deals.session())).problem_count != 0) give_up("problems");
  }
  finish(state);
}

void BM_kith_compact(benchmark::State& state) {
  const Database& db = kith_deals().database();
  for (auto _ : state) {
    state.PauseTiming();
    const fs::path path = scratch() / "closed";
    fs::remove_all(path);
    must(db.backup(path.string()));
    state.ResumeTiming();
    must(compact(path.string()));
  }
  finish(state);
}

// ---- SQLite -----------------------------------------------------------------------------------

SqliteDeals& sqlite_deals() { return filled<SqliteDeals>(); }

sqlite3* open_sqlite(const std::string& path) {
  sqlite3* db = nullptr;
  if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) give_up("sqlite3_open");
  return db;
}

void run_sqlite(sqlite3* db, const std::string& sql) {
  if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    give_up(sqlite3_errmsg(db));
  }
}

std::vector<std::string> texts(sqlite3* db, const std::string& sql) {
  std::vector<std::string> found;
  const auto take = [](void* into, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(into)->emplace_back(values[0]);
    return 0;
  };
  if (sqlite3_exec(db, sql.c_str(), take, &found, nullptr) != SQLITE_OK) {
    give_up(sqlite3_errmsg(db));
  }
  return found;
}

// A statement that makes an INSERT of each row.
std::string insert_maker(sqlite3* db, const std::string& table) {
  std::string row;
  for (const std::string& column :
       texts(db, "SELECT name FROM pragma_table_info('" + table + "')")) {
    row += (row.empty() ? "" : " || ',' || ") + ("quote(" + column + ")");
  }
  return "SELECT 'INSERT INTO " + table + " VALUES(' || " + row + " || ');' FROM " + table;
}

void sqlite_dump_to(const std::string& path) {
  std::ofstream out(path, std::ios::binary);
  sqlite3* db = sqlite_deals().handle();
  out << "BEGIN;\n";
  for (const std::string& sql : texts(db, "SELECT sql FROM sqlite_master WHERE type = 'table'")) {
    out << sql << ";\n";
  }
  for (const char* table : {"deal", "history"}) {
    sqlite3_stmt* rows = sqlite_deals().prepare(insert_maker(db, table).c_str());
    while (sqlite3_step(rows) == SQLITE_ROW) {
      out.write(reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)),
                sqlite3_column_bytes(rows, 0));
      out.put('\n');
    }
    sqlite3_finalize(rows);
  }
  for (const std::string& sql : texts(db, "SELECT sql FROM sqlite_master WHERE type != 'table'")) {
    out << sql << ";\n";
  }
  out << "COMMIT;\n";
  if (!out.flush()) give_up("cannot write " + path);
}

void BM_sqlite_backup(benchmark::State& state) {
  sqlite3* source = sqlite_deals().handle();
  for (auto _ : state) {
    sqlite3* target = open_sqlite(new_place(state, "deals.sqlite"));
    sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
    if (backup == nullptr || sqlite3_backup_step(backup, -1) != SQLITE_DONE) {
      give_up(sqlite3_errmsg(target));
    }
    sqlite3_backup_finish(backup);
    sqlite3_close(target);
  }
  finish(state);
}

void BM_sqlite_dump(benchmark::State& state) {
  sqlite_deals();
  for (auto _ : state) sqlite_dump_to(new_place(state, "deals.sql"));
  finish(state);
}

void BM_sqlite_load(benchmark::State& state) {
  sqlite_dump_to(scratch() / "deals.sql");
  for (auto _ : state) {
    std::ostringstream sql;
    sql << std::ifstream(scratch() / "deals.sql", std::ios::binary).rdbuf();
    sqlite3* db = open_sqlite(new_place(state, "deals.sqlite"));
    run_sqlite(db, sql.str());
    if (texts(db, "SELECT COUNT(*) FROM history")[0] != std::to_string(record_count())) {
      give_up("not all were loaded");
    }
    sqlite3_close(db);
  }
  finish(state);
}

void BM_sqlite_check(benchmark::State& state) {
  sqlite3* db = sqlite_deals().handle();
  for (auto _ : state) {
    if (texts(db, "PRAGMA integrity_check")[0] != "ok") give_up("problems");
  }
  finish(state);
}

void BM_sqlite_compact(benchmark::State& state) {
  sqlite3* db = sqlite_deals().handle();
  for (auto _ : state) run_sqlite(db, "VACUUM INTO '" + new_place(state, "deals.sqlite") + "'");
  finish(state);
}

BENCHMARK(BM_kith_backup)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite_backup)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_kith_dump)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite_dump)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_kith_load)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite_load)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_kith_check)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite_check)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_kith_compact)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(BM_sqlite_compact)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace kith::bench
