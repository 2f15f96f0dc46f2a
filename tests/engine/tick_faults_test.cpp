// A story told again and again, each time with another commit failing: whatever is lost in between
// is made up for by the next tick, and the end is the same to the byte.
#include <functional>
#include <map>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "queue/outbox.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/api/automation_fixture.hpp"

namespace kith::test {

namespace {

const std::string_view kRules = R"(
  "open": {"entity": "deal", "on": "created", "order": 1, "steps": [
    {"assign": {"field": "owner", "among": "user"}},
    {"send": {"topic": "email", "subject": "Welcome ${r.name}"}},
    {"create": {"entity": "task", "set": {"subject": "'Call ' + r.name", "deal": "r.id"}}},
    {"wait": "2d"},
    {"set": {"score": "90"}},
    {"send": {"topic": "email", "subject": "Still there?"}}]},
  "called": {"entity": "task", "on": "created", "steps": [
    {"wait": "1d"}, {"set": {"subject": "r.subject + ' again'"}}]},
  "hot": {"entity": "deal", "on": "updated", "when": "score > 80", "steps": [
    {"move": {"to": "Offer"}}]},
  "close": {"entity": "deal", "on": "date_reached", "field": "close_date", "steps": [
    {"send": {"topic": "sms", "body": "x"}}, {"set": {"score": "101"}}]})";

using Rows = std::map<std::string, std::string>;

// Everything a store holds, table and key to value.
Result<Rows> everything(store::Store& store) {
  Rows rows;
  KITH_ASSIGN(const auto txn, store.begin_read());
  for (const store::TableSpec& table : store::table_specs()) {
    if (table.kind != store::TableKind::kMap) continue;
    store::KeyRange range;
    do {
      KITH_ASSIGN(const auto batch, txn->scan(table.table, range, {}));
      for (const store::KeyValue& row : batch.rows) {
        rows[std::string(table.name) + "/" + std::string(row.key)] = std::string(row.value);
      }
      range.first = batch.continuation;
    } while (!range.first.empty());
  }
  return rows;
}

struct Telling {
  std::shared_ptr<store::FaultPlan> faults = std::make_shared<store::FaultPlan>();
  std::shared_ptr<store::Store> store =
      require(store::open_memory(store::MemoryOptions{store::kMaxTxnBytes, faults}));
  int failures = 0;

  Rows tell(store::FaultPoint point, std::uint64_t nth) {
    CreateOptions options;
    options.model = shop_model(kRules);
    options.now = at("2026-03-01T09:00:00Z");
    Shop shop(Database(require(
                  engine::Database::create_in(store, "story", options, engine::core_sections()))),
              options.now);
    for (const char* name : {"Ada", "Bob"}) shop.create("user", {{"name", name}});
    for (const char* name : {"One", "Two", "Three"}) {
      shop.create("deal", {{"name", name}, {"stage", "New"}, {"close_date", date("2026-03-05")}});
    }
    if (nth > 0) faults->fail(point, nth, Status(Code::kIo, "the disk is on fire"));
    for (int day = 0; day < 6; ++day) {
      tick(shop);
      shop.wait(Duration::days(1));
    }
    // A fault that the story was too short for may strike now.
    Result<Rows> rows = everything(*store);
    return rows.ok() ? *std::move(rows) : require(everything(*store));
  }

 private:
  void tick(Shop& shop) {
    TickOptions how;
    how.now = shop.now;
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Result<TickResult> done = shop.session.tick(how);
      if (done.ok()) return;
      BOOST_TEST((done.status().code() == Code::kIo), done.status().to_string());
      ++failures;
    }
    BOOST_FAIL("a fault strikes once");
  }
};

void check_every(store::FaultPoint point, std::uint64_t step) {
  Telling undisturbed;
  const Rows wanted = undisturbed.tell(point, 0);
  BOOST_REQUIRE(undisturbed.failures == 0);
  std::uint64_t nth = 1;
  for (;; nth += step) {
    Telling disturbed;
    const Rows found = disturbed.tell(point, nth);
    if (disturbed.failures == 0) break;
    BOOST_TEST_CONTEXT("fault " << nth) { BOOST_REQUIRE((found == wanted)); }
  }
  BOOST_TEST(nth > 5u * step, "the story has several points to fail at");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_tick_faults)

BOOST_AUTO_TEST_CASE(the_story_is_told_to_its_end) {
  Telling telling;
  telling.tell(store::FaultPoint::kCommit, 0);
  const auto txn = require(telling.store->begin_read());
  const auto messages = require(queue::messages(*txn, at("2026-04-01T00:00:00Z"), OutboxFilter{}));
  // Two letters and a message for each of three deals.
  BOOST_TEST(messages.size() == 9u);
  std::map<std::string, int> keys;
  for (const OutboxMessage& m : messages) ++keys[m.idempotency_key];
  BOOST_TEST(keys.size() == 9u);
}

BOOST_AUTO_TEST_CASE(a_commit_that_fails_loses_nothing) {
  check_every(store::FaultPoint::kCommit, 1);
}

BOOST_AUTO_TEST_CASE(a_commit_of_unknown_outcome_repeats_nothing) {
  check_every(store::FaultPoint::kCommitAfter, 1);
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_leaves_nothing_half_done) {
  check_every(store::FaultPoint::kWrite, 7);
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_is_never_taken_for_an_answer) {
  check_every(store::FaultPoint::kRead, 11);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
