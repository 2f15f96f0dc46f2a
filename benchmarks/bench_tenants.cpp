// A thousand tenants of one vendor, each a database of its own with the standard model and a few
// records: what opening one costs, its first read included, and what each keeps resident while all
// of them are open. Peers: SQLite with a table of deals, its indexes and its history trigger; a
// bare LMDB environment of one table.
#include <benchmark/benchmark.h>
#include <lmdb.h>
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "benchmarks/deals.hpp"
#include "benchmarks/sqlite_deals.hpp"
#include "kith/kith.hpp"

namespace kith::bench {
namespace {

constexpr int kTenants = 1000;
const Timestamp kNow(1'772'355'600, 0);

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) give_up(result.status().to_string());
  return *std::move(result);
}

// Copies of a first tenant, which `make` makes in the folder that it is given.
template <typename Make>
class Tenants {
 public:
  Tenants(const std::string& name, Make make) : root_(scratch() / name) {
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    make(at(0));
    for (int i = 1; i < kTenants; ++i) {
      std::filesystem::create_directories(at(i));
      for (const auto& file : std::filesystem::directory_iterator(at(0))) {
        const auto target = at(i) / file.path().filename();
        std::filesystem::copy_file(file.path(), target);
      }
    }
  }
  ~Tenants() { std::filesystem::remove_all(root_); }
  std::filesystem::path at(int i) const { return root_ / std::to_string(i); }

 private:
  static std::filesystem::path scratch() { return std::filesystem::temp_directory_path(); }
  std::filesystem::path root_;
};

double resident_kilobytes() {
  std::ifstream statm("/proc/self/statm");
  double size = 0;
  double resident = 0;
  double shared = 0;
  statm >> size >> resident >> shared;
  // Pages of the files themselves are the page cache's and there however they are read.
  return (resident - shared) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

// `open` answers what must stay alive for the tenant to be open.
template <typename Open, typename Opened, typename Close>
void open_all(benchmark::State& state, Open open, std::vector<Opened>* opened, Close close) {
  double resident = 0;
  for (auto _ : state) {
    const double before = resident_kilobytes();
    for (int i = 0; i < kTenants; ++i) opened->push_back(open(i));
    resident = resident_kilobytes() - before;
    state.PauseTiming();
    opened->clear();
    close();
    state.ResumeTiming();
  }
  state.counters["kilobytes_each"] = resident / kTenants;
  state.SetItemsProcessed(state.iterations() * kTenants);
}

void BM_kith(benchmark::State& state) {
  const Tenants tenants("kith-bench-tenants", [](const std::filesystem::path& path) {
    const Database db = must(Database::create(path.string(), {.now = kNow}));
    const Session session = must(db.session());
    Transaction txn = must(session.begin({.now = kNow}));
    for (int i = 0; i < 20; ++i) {
      must(txn.create("account", {{"name", "Account " + std::to_string(i)}}));
    }
    if (!txn.commit().ok()) give_up("commit");
  });
  DatabasePool pool({.max_open = kTenants + 1});
  std::vector<Database> opened;
  open_all(
      state,
      [&](int i) {
        Database db = must(pool.open(tenants.at(i).string()));
        const Session session = must(db.session());
        const Snapshot snapshot = must(session.read());
        must(snapshot.get(must(snapshot.parse_id("account:7"))));
        return db;
      },
      &opened, [&] { pool.close_idle(); });
}
BENCHMARK(BM_kith)->Unit(benchmark::kMillisecond);

struct Sqlite {
  sqlite3* db = nullptr;
  Sqlite() = default;
  Sqlite(Sqlite&& other) noexcept : db(std::exchange(other.db, nullptr)) {}
  ~Sqlite() { sqlite3_close(db); }
};

void BM_sqlite(benchmark::State& state) {
  const Tenants tenants("kith-bench-tenants-sqlite", [](const std::filesystem::path& path) {
    std::filesystem::create_directories(path);
    SqliteDeals deals(path, true);
    deals.fill(20);
  });
  std::string name;
  for (const auto& file : std::filesystem::directory_iterator(tenants.at(0))) {
    const std::string found = file.path().filename().string();
    if (name.empty() || found.size() < name.size()) name = found;  // without -wal and -shm
  }
  std::vector<Sqlite> opened;
  open_all(
      state,
      [&](int i) {
        Sqlite tenant;
        if (sqlite3_open((tenants.at(i) / name).c_str(), &tenant.db) != SQLITE_OK) give_up("open");
        sqlite3_stmt* get = nullptr;
        if (sqlite3_prepare_v2(tenant.db, "SELECT * FROM deal WHERE id = 7", -1, &get, nullptr) !=
                SQLITE_OK ||
            sqlite3_step(get) != SQLITE_ROW) {
          give_up(sqlite3_errmsg(tenant.db));
        }
        sqlite3_finalize(get);
        return tenant;
      },
      &opened, [] {});
}
BENCHMARK(BM_sqlite)->Unit(benchmark::kMillisecond);

struct Environment {
  MDB_env* env = nullptr;
  Environment() = default;
  Environment(Environment&& other) noexcept : env(std::exchange(other.env, nullptr)) {}
  ~Environment() {
    if (env != nullptr) mdb_env_close(env);
  }
  void open(const std::filesystem::path& path) {
    std::filesystem::create_directories(path);
    mdb_env_create(&env);
    mdb_env_set_mapsize(env, std::size_t{1} << 30);
    if (mdb_env_open(env, path.c_str(), MDB_NOTLS, 0644) != 0) give_up("mdb_env_open");
  }
};

void BM_lmdb(benchmark::State& state) {
  const Tenants tenants("kith-bench-tenants-lmdb", [](const std::filesystem::path& path) {
    Environment tenant;
    tenant.open(path);
    MDB_txn* txn = nullptr;
    MDB_dbi table = 0;
    mdb_txn_begin(tenant.env, nullptr, 0, &txn);
    mdb_dbi_open(txn, nullptr, 0, &table);
    char key[] = "account:7";
    MDB_val k{sizeof key, key};
    MDB_val v{sizeof key, key};
    mdb_put(txn, table, &k, &v, 0);
    if (mdb_txn_commit(txn) != 0) give_up("mdb_txn_commit");
  });
  std::vector<Environment> opened;
  open_all(
      state,
      [&](int i) {
        Environment tenant;
        tenant.open(tenants.at(i));
        MDB_txn* txn = nullptr;
        MDB_dbi table = 0;
        mdb_txn_begin(tenant.env, nullptr, MDB_RDONLY, &txn);
        mdb_dbi_open(txn, nullptr, 0, &table);
        char key[] = "account:7";
        MDB_val k{sizeof key, key};
        MDB_val v;
        if (mdb_get(txn, table, &k, &v) != 0) give_up("mdb_get");
        mdb_txn_abort(txn);
        return tenant;
      },
      &opened, [] {});
}
BENCHMARK(BM_lmdb)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace kith::bench
