// tests/engine/check_fixture.hpp: a database that holds some of everything, made through the public
// interface, and the means to damage its rows.
//
//   Checked crm;
//   crm.put(Table::kQueue, key, value);                // as no kith would
//   BOOST_TEST(crm.codes() == "timer_orphan");
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "engine/database.hpp"
#include "engine/session.hpp"
#include "query/index_key.hpp"
#include "store/store.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

using store::Table;

inline constexpr std::string_view kCheckedModel = R"({
  "kith_model": 1, "name": "checked",
  "entities": {
    "user": {"title": "name", "fields": {"name": {"type": "text"}}},
    "account": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true, "unique": true},
        "industry": {"type": "choice", "options": ["retail", "finance", "energy"]},
        "tags": {"type": "multi_choice", "options": ["a", "b", "c"]},
        "parent": {"type": "reference", "to": "account", "on_delete": "clear"},
        "partners": {"type": "reference_list", "to": "account", "on_delete": "clear"},
        "extra": {"type": "json"}, "logo": {"type": "bytes"}
      },
      "indexes": {"by_industry": ["industry"]}
    },
    "contact": {
      "fields": {
        "email": {"type": "text", "semantic": "email", "unique": true},
        "account": {"type": "reference", "to": "account", "on_delete": "cascade"},
        "born": {"type": "date"}, "vip": {"type": "bool"}
      }
    },
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true},
        "account": {"type": "reference", "to": "account", "on_delete": "restrict"},
        "stage": {"type": "choice"},
        "amount": {"type": "decimal", "scale": 2}, "price": {"type": "money"},
        "score": {"type": "float"}, "seats": {"type": "int"},
        "note": {"type": "text"}, "body": {"type": "text"}, "body2": {"type": "text"},
        "close_date": {"type": "date"}, "call_at": {"type": "timestamp"},
        "span": {"type": "duration"}
      },
      "indexes": {"by_close": ["close_date"], "by_amount": ["amount", "close_date"],
                  "by_note": ["note"]}
    }
  },
  "pipelines": {
    "sales": {"entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"New": {"class": "open", "probability": 10},
                 "Offer": {"class": "open", "probability": 60},
                 "Won": {"class": "won"}, "Lost": {"class": "lost"}}}
  },
  "automations": {
    "welcome": {"entity": "deal", "on": "created", "steps": [
      {"send": {"topic": "email", "subject": "Hello ${r.name}"}},
      {"wait": "10d"}, {"set": {"seats": "1"}}]},
    "remind": {"entity": "deal", "on": "date_reached", "field": "close_date", "steps": [
      {"send": {"topic": "sms", "body": "today"}}]},
    "paid": {"entity": "account", "on": "event", "event": "payment", "steps": [
      {"set": {"industry": "'finance'"}}]}
  }
})";

struct Checked : SmallCrm {
  RecordId ada, acme, globex, gone, ann, deal, second, deleted;

  explicit Checked(const std::string& path = ":memory:") : SmallCrm(path, kCheckedModel) {
    ada = create("user", {{"name", "Ada"}});
    acme = create("account", {{"name", "Acme"}, {"industry", "retail"}, {"owner", Value(ada)}});
    Map extra{{Value("k"), Value(List{Value(1), Value("x")})}};
    globex = create("account", {{"name", "Globex"},
                                {"industry", "energy"},
                                {"tags", Value(List{Value("a"), Value("c")})},
                                {"parent", Value(acme)},
                                {"partners", Value(List{Value(acme)})},
                                {"extra", Value(extra)},
                                {"logo", Value(Bytes{std::string("\x01\x00\xFF", 3)})}});
    gone = create("account", {{"name", "Gone"}, {"parent", Value(acme)}});
    ann = create("contact", {{"email", "ann@acme.example"},
                             {"account", Value(acme)},
                             {"born", date("1990-05-01")},
                             {"vip", true}});
    create("contact", {{"email", "bob@acme.example"}, {"account", Value(gone)}});
    deal = create("deal", {{"name", "Pilot"},
                           {"account", Value(acme)},
                           {"stage", "New"},
                           {"amount", decimal("1200.50")},
                           {"score", 1.5},
                           {"note", "first"},
                           {"close_date", date("2026-04-01")},
                           {"span", Value(Duration::hours(3))}});
    second = create("deal", {{"name", "Second"},
                             {"account", Value(globex)},
                             {"note", std::string(600, 'n')},
                             {"close_date", date("2026-03-02")},
                             {"call_at", at("2026-03-05T10:00:00Z")}});
    deleted = create("deal", {{"name", "Deleted"}, {"amount", decimal("1")}});
    later();
    live();
  }

  void later() { now = Timestamp::from_microseconds(now.to_microseconds() + 60'000'000); }

  // What happens in some days.
  void live() {
    KITH_CHECK_OK(update(deal, {{"stage", "Offer"}, {"amount", decimal("1300.00")}}));
    // An entry of the history that does not fit its row.
    KITH_CHECK_OK(
        update(second, {{"body", std::string(3900, 'b')}, {"body2", std::string(3900, 'c')}}));
    act([&](Transaction& t) {
      KITH_CHECK_OK(t.remove(deleted));
      KITH_CHECK_OK(t.update(globex, {{"industry", "finance"}, {"owner", Value(ada)}}));
    });
    act([&](Transaction& t) { KITH_CHECK_OK(t.purge(gone)); });
    tick();
    later();
    act([&](Transaction& t) {
      require(t.receive({"evt-1", "payment", acme, {}}));
      require(t.send({"email", {{Value("to"), Value("x")}}, "free", {}, {}}));
      require(t.send({"email", {}, "one", acme, {}}));
      require(t.send({"email", {}, "two", acme, {}}));
      require(t.send({"email", {}, "dead", globex, {}}));
    });
    now = at("2026-03-02T12:00:00Z");
    tick();
    act([&](Transaction& t) {
      for (const OutboxMessage& message : require(t.lease({.limit = 3}))) {
        if (message.sequence % 2 == 0)
          KITH_CHECK_OK(t.acknowledge(message.sequence, message.token));
      }
      for (const OutboxMessage& message : require(t.outbox())) {
        if (message.idempotency_key == "dead") KITH_CHECK_OK(t.discard(message.sequence));
      }
    });
  }

  template <typename Body>
  void act(Body body) {
    Transaction t = begin();
    body(t);
    KITH_CHECK_OK(t.commit());
  }
  void tick() {
    TickOptions how;
    how.now = now;
    require(session.tick(how));
  }

  // ---- raw rows ----------------------------------------------------------------------------

  store::Store& store() { return db.impl()->store(); }
  void write(const std::function<void(store::WriteTxn&)>& body) {
    auto txn = require(store().begin_write({}));
    body(*txn);
    KITH_CHECK_OK(txn->commit());
  }
  void put(Table table, const std::string& key, const std::string& value) {
    write([&](store::WriteTxn& txn) { KITH_CHECK_OK(txn.put(table, key, value)); });
  }
  void erase(Table table, const std::string& key) {
    write([&](store::WriteTxn& txn) { KITH_CHECK_OK(txn.erase(table, key)); });
  }
  std::vector<std::pair<std::string, std::string>> rows(Table table, std::string_view prefix = {}) {
    std::vector<std::pair<std::string, std::string>> found;
    auto txn = require(store().begin_read());
    store::ScanOptions how;
    how.row_limit = 100'000;
    const auto range = prefix.empty() ? store::KeyRange::all() : store::KeyRange::prefix(prefix);
    for (const auto& row : require(txn->scan(table, range, how)).rows) {
      found.emplace_back(row.key, row.value);
    }
    return found;
  }
  std::pair<std::string, std::string> first(Table table, std::string_view prefix) {
    const auto found = rows(table, prefix);
    BOOST_REQUIRE_MESSAGE(!found.empty(), "no row begins with " << prefix);
    return found.front();
  }
  std::string image(RecordId id) { return first(Table::kRecords, query::unique_entry(id)).second; }
  void set_image(RecordId id, const std::string& bytes) {
    put(Table::kRecords, query::unique_entry(id), bytes);
  }
  // The number of an index, and the beginning of its keys.
  std::uint32_t index_id(std::string_view entity, std::string_view name) {
    const auto model = require(db.impl()->current_model());
    for (const auto& index : model->catalog().find(entity)->indexes) {
      if (index.name == name) return index.id;
    }
    BOOST_FAIL("no index " << name);
    return 0;
  }
  std::string index_prefix(std::string_view entity, std::string_view name) {
    return query::index_prefix(index_id(entity, name));
  }

  // ---- checks ------------------------------------------------------------------------------

  CheckReport check(bool repair = false) { return require(db.check(session, {repair, 1000})); }
};

inline std::set<std::string> codes_of(const CheckReport& report) {
  std::set<std::string> codes;
  for (const Problem& problem : report.problems) {
    if (!problem.repaired) codes.insert(problem.code);
  }
  return codes;
}

inline std::string told(const CheckReport& report) {
  std::string all;
  for (const Problem& p : report.problems) {
    all += p.code + " | " + p.where + " | " + p.message + (p.repaired ? " | repaired\n" : "\n");
  }
  return all;
}

}  // namespace kith::test
