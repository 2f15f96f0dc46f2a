// A database in which everything has happened that a dump has to tell.
#pragma once

#include <string>

#include "tests/api/automation_fixture.hpp"

namespace kith::test {

struct BusyShop : Shop {
  explicit BusyShop(const std::string& path) : Shop(automations(), path) {
    const RecordId ada = create("user", {{"name", "Ada"}});
    const RecordId acme = create("account", {{"name", "Acme"}, {"rating", 3}});
    const RecordId beta = create("account", {{"name", "Beta"}});
    const RecordId pilot = create(
        "deal",
        {{"name", "Pilot"}, {"account", acme}, {"amount", decimal("1200.50")}, {"owner", ada}});
    const RecordId dated = create("deal", {{"name", "Dated"},
                                           {"close_date", date("2026-04-01")},
                                           {"call_at", at("2026-03-02T10:00:00.000001Z")}});
    const RecordId lost = create("deal", {{"name", "Lost"}, {"account", beta}, {"note", "secret"}});
    const RecordId gone = create("deal", {{"name", "Gone"}, {"note", "to be purged"}});
    create("task", {{"subject", "Call"}, {"deal", gone}});
    // Runs begin and wait, some end.
    tick();
    wait(Duration::hours(2));
    act([&](Transaction& t) { require(t.move(pilot, "Offer")); });
    update(pilot, {{"note", std::string(6000, 'n')}});  // history out of line
    tick();
    act([&](Transaction& t) { require(t.move(lost, "Lost", {})); });
    act([&](Transaction& t) { KITH_CHECK_OK(t.remove(lost)); });
    act([&](Transaction& t) { KITH_CHECK_OK(t.purge(gone)); });
    act([&](Transaction& t) { KITH_CHECK_OK(t.remove(beta)); });
    messages(pilot, acme);
    receive({"payment-1", "payment.received", pilot, {{"amount", 5}}});
    update(dated, {{"close_date", date("2026-05-01")}});
    change_model();
    wait(Duration::hours(1));
    tick();
  }

  static std::string automations() {
    return R"(
      "welcome": {"entity": "deal", "on": "created",
        "steps": [{"set": {"score": "10"}}, {"wait": "3d"}, {"set": {"score": "20"}},
                  {"send": {"topic": "email", "to": "'a@b.c'", "subject": "Hello", "body": "Hi"}}]},
      "won": {"entity": "deal", "on": "stage_entered", "stage": ["Offer"],
        "steps": [{"create": {"entity": "task",
                              "set": {"subject": "'Offer ' + name", "deal": "r.id"}}}]},
      "call": {"entity": "deal", "on": "date_reached", "field": "call_at", "offset": "-1h",
        "steps": [{"set": {"note": "'called'"}}]},
      "close": {"entity": "deal", "on": "date_reached", "field": "close_date",
        "steps": [{"set": {"note": "'closing'"}}]},
      "paid": {"entity": "deal", "on": "event", "event": "payment.received",
        "steps": [{"wait": "1h"}, {"set": {"note": "'paid'"}}]})";
  }

  // Pending, leased, refused, dead and forgotten ones.
  void messages(RecordId pilot, RecordId acme) {
    act([&](Transaction& t) {
      for (int i = 0; i < 6; ++i) {
        require(t.send({"email",
                        {{"n", i}, {"at", now}, {"for", acme}},
                        "key-" + std::to_string(i),
                        i % 2 == 0 ? pilot : RecordId(),
                        {}}));
      }
      require(t.send({"sms", {{"text", "\xFF\xFE"}}, "odd \x01 key", acme, {}}));
    });
    act([&](Transaction& t) {
      const auto leased = require(t.lease({.limit = 4, .ttl = Duration::minutes(5), .topic = {}}));
      BOOST_TEST(leased.size() == 4u);
      KITH_CHECK_OK(t.acknowledge(leased[0].sequence, leased[0].token));
      KITH_CHECK_OK(t.refuse(leased[1].sequence, leased[1].token, {"no", {}, true}));
      KITH_CHECK_OK(t.refuse(leased[2].sequence, leased[2].token, {"later", Duration::hours(9)}));
    });
  }

  // Fields are added, taken away and brought back; options go.
  void change_model() {
    std::string next = shop_model(automations(), R"(, "custom": {"type": "text"},
        "grade": {"type": "choice", "options": ["a", "b", "c"]}, "extra": {"type": "money"})");
    require(db.apply_model(session, next));
    const RecordId rich = create(
        "deal",
        {{"name", "Rich"}, {"custom", "mine"}, {"grade", "b"}, {"extra", Money{decimal("5"), {}}}});
    update(rich, {{"grade", "c"}});
    next = shop_model(automations(), R"(, "grade": {"type": "choice", "options": ["a", "c"]},
        "extra": {"type": "money"}, "later": {"type": "int"})");
    replace(&next, R"("to": "deal", )", R"("to": "deal", "inverse": "tasks", )");
    replace(&next, R"("rules": {)", R"json("rollups": {
      "task_count": {"of": "tasks", "count": true, "label": "Tasks"},
      "last_call": {"of": "tasks", "max": "subject", "where": "subject.startsWith('Call')"}},
      "rules": {)json");
    require(db.apply_model(session, next));
    create("deal", {{"name", "Later"}, {"later", 3}, {"grade", "a"}});
  }

  static void replace(std::string* text, std::string_view part, std::string_view with) {
    const std::size_t at = text->find(part);
    BOOST_REQUIRE(at != std::string::npos);
    text->replace(at, part.size(), with);
  }
};

}  // namespace kith::test
