// benchmarks/sqlite_deals.hpp: the deals in SQLite: WAL, synchronous FULL, prepared statements,
// a history table written by a trigger.
#pragma once

#include <sqlite3.h>

#include "benchmarks/deals.hpp"

namespace kith::bench {

class SqliteDeals {
 public:
  // One connection. Several to the same folder share the database, each for a thread of its own.
  SqliteDeals(const std::filesystem::path& folder, bool indexes);
  ~SqliteDeals();
  SqliteDeals(const SqliteDeals&) = delete;
  SqliteDeals& operator=(const SqliteDeals&) = delete;

  void create(DealSource& source, int count);  // one transaction
  void fill(std::int64_t count);
  void run(const char* sql);
  sqlite3_stmt* prepare(const char* sql);  // finalised by the caller
  sqlite3* handle() { return db_; }

 private:
  sqlite3* db_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

SqliteDeals& filled_sqlite();

}  // namespace kith::bench
