#include "benchmarks/sqlite_deals.hpp"

namespace kith::bench {

SqliteDeals::SqliteDeals(const std::filesystem::path& folder, bool indexes) {
  if (sqlite3_open((folder / "deals.sqlite").c_str(), &db_) != SQLITE_OK) give_up("sqlite3_open");
  sqlite3_busy_timeout(db_, 60'000);
  run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;");
  run("CREATE TABLE IF NOT EXISTS deal (id INTEGER PRIMARY KEY, name TEXT, next_step TEXT, source "
      "TEXT,"
      " region TEXT, description TEXT, account INTEGER, contact INTEGER, amount INTEGER,"
      " discount INTEGER, quantity INTEGER, score INTEGER, employees INTEGER, calls INTEGER,"
      " mails INTEGER, weight REAL, stage TEXT, close_date INTEGER, start_date INTEGER,"
      " renewal INTEGER, hot INTEGER, version INTEGER, created INTEGER, updated INTEGER)");
  // What a hand-made schema would keep: who changed which record, with the whole row.
  run("CREATE TABLE IF NOT EXISTS history (seq INTEGER PRIMARY KEY, record INTEGER, kind INTEGER, "
      "at INTEGER,"
      " change TEXT)");
  run("CREATE TRIGGER IF NOT EXISTS deal_history AFTER INSERT ON deal BEGIN INSERT INTO history "
      "(record, kind, "
      "at,"
      " change) VALUES (new.id, 1, new.created, json_array(new.name, new.next_step, new.source,"
      " new.region, new.description, new.account, new.contact, new.amount, new.discount,"
      " new.quantity, new.score, new.employees, new.calls, new.mails, new.weight, new.stage,"
      " new.close_date, new.start_date, new.renewal, new.hot)); END");
  if (indexes) {
    run("CREATE INDEX IF NOT EXISTS by_account ON deal (account); CREATE INDEX IF NOT EXISTS "
        "by_contact ON deal (contact);"
        "CREATE INDEX IF NOT EXISTS by_stage ON deal (stage); CREATE INDEX IF NOT EXISTS by_close "
        "ON deal (close_date);"
        "CREATE INDEX IF NOT EXISTS by_amount ON deal (amount)");
  }
  insert_ = prepare(
      "INSERT INTO deal (name, next_step, source, region, description, account, contact, amount,"
      " discount, quantity, score, employees, calls, mails, weight, stage, close_date, start_date,"
      " renewal, hot, version, created, updated)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1,1772355600,1772355600)");
}

SqliteDeals::~SqliteDeals() {
  sqlite3_finalize(insert_);
  sqlite3_close(db_);
}

void SqliteDeals::run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) give_up(sqlite3_errmsg(db_));
}

sqlite3_stmt* SqliteDeals::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) {
    give_up(sqlite3_errmsg(db_));
  }
  return statement;
}

void SqliteDeals::create(DealSource& source, int count) {
  run("BEGIN IMMEDIATE");
  for (int i = 0; i < count; ++i) {
    const Deal d = source.next();
    int at = 0;
    auto text = [&](const std::string& value) {
      sqlite3_bind_text(insert_, ++at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    };
    auto number = [&](std::int64_t value) { sqlite3_bind_int64(insert_, ++at, value); };
    for (const std::string* t : {&d.name, &d.next_step, &d.source, &d.region, &d.description}) {
      text(*t);
    }
    for (std::int64_t n : {d.account, d.contact, d.amount, d.discount, d.quantity, d.score,
                           d.employees, d.calls, d.mails}) {
      number(n);
    }
    sqlite3_bind_double(insert_, ++at, d.weight);
    sqlite3_bind_text(insert_, ++at, stage_name(d.stage), -1, SQLITE_STATIC);
    for (std::int64_t n : {std::int64_t{d.close_day}, std::int64_t{d.start_day},
                           std::int64_t{d.renewal}, std::int64_t{d.hot}}) {
      number(n);
    }
    if (sqlite3_step(insert_) != SQLITE_DONE) give_up(sqlite3_errmsg(db_));
    sqlite3_reset(insert_);
  }
  run("COMMIT");
}

void SqliteDeals::fill(std::int64_t count) {
  DealSource source;
  for (std::int64_t done = 0; done < count; done += 1000) {
    create(source, static_cast<int>(std::min<std::int64_t>(1000, count - done)));
  }
}

SqliteDeals& filled_sqlite() {
  static Folder folder;
  static SqliteDeals deals(folder.path(), false);
  static const bool filled = (deals.fill(record_count()), true);
  (void)filled;
  return deals;
}

}  // namespace kith::bench
