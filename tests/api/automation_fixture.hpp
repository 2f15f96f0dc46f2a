// A shop whose automations a test writes itself, with a clock that the test moves.
//
//   Shop shop(R"("welcome": {"entity": "deal", "on": "created", "steps": [...]})");
//   shop.create("deal", {{"name", "Pilot"}});
//   BOOST_TEST(shop.tick().runs == 1u);
#pragma once

#include <string>
#include <vector>

#include "tests/api/fixture.hpp"

namespace kith::test {

// The model, with these automations and more members of the type deal.
inline std::string shop_model(std::string_view automations, std::string_view deal_fields = {}) {
  return std::string(R"({
  "kith_model": 1,
  "entities": {
    "user": {"fields": {"name": {"type": "text"}, "active": {"type": "bool", "default": true}}},
    "account": {"fields": {"name": {"type": "text"}, "rating": {"type": "int"}}},
    "deal": {
      "title": "name",
      "fields": {
        "name": {"type": "text", "required": true},
        "account": {"type": "reference", "to": "account", "on_delete": "clear"},
        "stage": {"type": "choice"},
        "amount": {"type": "decimal", "scale": 2},
        "score": {"type": "int"},
        "note": {"type": "text"},
        "close_date": {"type": "date"},
        "call_at": {"type": "timestamp"}
        )") +
         std::string(deal_fields) + R"(
      },
      "rules": {"score_in_range": {"check": "score == null || score <= 100", "field": "score"}}
    },
    "task": {"fields": {"subject": {"type": "text", "required": true},
                        "deal": {"type": "reference", "to": "deal", "on_delete": "cascade"}}},
    "template": {"fields": {"name": {"type": "text", "unique": true},
                            "subject": {"type": "text"}, "body": {"type": "text"}}}
  },
  "pipelines": {
    "sales": {
      "entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"New": {"class": "open", "probability": 10},
                 "Offer": {"class": "open", "probability": 50},
                 "Won": {"class": "won"}, "Lost": {"class": "lost"}}
    }
  },
  "automations": {)" +
         std::string(automations) + "}}";
}

struct Shop {
  Timestamp now = at("2026-03-01T09:00:00Z");
  Database db;
  Session session;

  explicit Shop(std::string_view automations,
                const std::string& path = ":memory:", const Limits& limits = {})
      : db(require(Database::create(
            path, {.model = shop_model(automations), .now = now, .open = options(limits)}))),
        session(require(db.session({.actor = {}, .capabilities = Capabilities::all()}))) {}
  // What an earlier one has left at a path, or made by other means.
  Shop(Database database, Timestamp time)
      : now(time),
        db(std::move(database)),
        session(require(db.session({.actor = {}, .capabilities = Capabilities::all()}))) {}

  static OpenOptions options(const Limits& limits) {
    OpenOptions open;
    open.limits = limits;
    return open;
  }

  void wait(Duration span) {
    now = Timestamp::from_microseconds(now.to_microseconds() + span.total_microseconds());
  }
  Transaction begin() { return require(session.begin({.now = now})); }
  Snapshot read() { return require(session.read(now)); }

  RecordId create(std::string_view entity, const Patch& fields) {
    Transaction t = begin();
    const RecordId id = require(t.create(entity, fields));
    KITH_CHECK_OK(t.commit());
    return id;
  }
  void update(RecordId id, const Patch& fields) {
    Transaction t = begin();
    KITH_CHECK_OK(t.update(id, fields));
    KITH_CHECK_OK(t.commit());
  }
  template <typename Body>
  void act(Body body) {
    Transaction t = begin();
    body(t);
    KITH_CHECK_OK(t.commit());
  }
  ReceiveResult receive(const InboundEvent& event) {
    Transaction t = begin();
    const ReceiveResult result = require(t.receive(event));
    KITH_CHECK_OK(t.commit());
    return result;
  }

  TickResult tick(std::uint32_t max_runs = 10'000) {
    TickOptions how;
    how.now = now;
    how.max_runs = max_runs;
    return require(session.tick(how));
  }

  Value get(RecordId id, std::string_view field) { return require(read().get(id)).at(field); }
  std::vector<Run> runs(const RunFilter& filter = {}) { return require(read().runs(filter)); }
  // "state message" of each run, in order.
  std::vector<std::string> states() {
    std::vector<std::string> found;
    for (const Run& run : runs()) found.emplace_back(run_state_name(run.state));
    return found;
  }
  std::vector<OutboxMessage> outbox() { return require(read().outbox()); }
  std::vector<Change> history(RecordId id) { return require(read().history(id)); }
  void apply(std::string_view automations, std::string_view deal_fields = {}) {
    require(db.apply_model(session, shop_model(automations, deal_fields)));
  }
};

using Texts = std::vector<std::string>;

}  // namespace kith::test
