#include "engine/retention.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/api/fixture.hpp"

namespace kith::engine {
namespace {

using test::require;
using test::SmallCrm;

// Ten hours, in each a transaction of two changes: 1-2, 3-4, ... 19-20.
struct Fixture : SmallCrm {
  RecordId acme, deal;
  Timestamp start = now;

  Fixture() {
    Transaction t = begin();
    acme = require(t.create("account", {{"name", "Acme"}}));
    deal = require(t.create("deal", {{"name", "Pilot"}, {"account", acme}}));
    KITH_CHECK_OK(t.commit());
    for (int hour = 1; hour < 10; ++hour) {
      now = at_hour(hour);
      Transaction u = begin();
      KITH_CHECK_OK(u.update(acme, {{"name", "Acme " + std::to_string(hour)}}));
      KITH_CHECK_OK(u.update(deal, {{"amount", std::int64_t{hour}}}));
      KITH_CHECK_OK(u.commit());
    }
  }
  Timestamp at_hour(int hour) const { return Timestamp(start.seconds() + hour * 3600, 0); }
  TrimResult trim(int hour, std::uint64_t most = 100'000) {
    return require(session.trim_history({.keep_from = at_hour(hour), .max_changes = most}));
  }
  void save(const char* name, std::uint64_t sequence) {
    Transaction t = begin();
    KITH_CHECK_OK(t.save_cursor(name, sequence));
    KITH_CHECK_OK(t.commit());
  }
};

BOOST_FIXTURE_TEST_SUITE(engine_retention, Fixture)

BOOST_AUTO_TEST_CASE(what_is_older_goes_and_the_records_stay) {
  const TrimResult result = trim(4);
  BOOST_TEST(result.dropped == 8u);
  BOOST_TEST(result.first_kept == 9u);
  BOOST_TEST(!result.more);
  BOOST_TEST(result.held_by.empty());
  BOOST_TEST(require(db.info()).first_sequence == 9u);
  BOOST_TEST(require(db.info()).last_sequence == 20u);
  BOOST_TEST((require(read().get(acme)).at("name") == Value("Acme 9")));
  BOOST_TEST(require(read().history(acme)).size() == 6u);
  BOOST_TEST(trim(4).dropped == 0u);
}

BOOST_AUTO_TEST_CASE(the_past_is_known_from_the_floor_on) {
  trim(4);
  const Snapshot then = require(session.read_as_of(AsOf::time(at_hour(4))));
  const Record was = require(then.get(acme));
  BOOST_TEST((was.at("name") == Value("Acme 4")));
  BOOST_TEST((was.updated == at_hour(4)));
  BOOST_TEST(require(then.history(acme)).size() == 1u);
  const Timestamp before(at_hour(4).seconds() - 1, 0);
  BOOST_TEST((session.read_as_of(AsOf::time(before)).status().code() == Code::kHistoryTrimmed));
  BOOST_TEST((session.read_as_of(AsOf::change(8)).status().code() == Code::kHistoryTrimmed));
  FeedOptions old;
  old.cursor = 3;
  BOOST_TEST((read().changes(old).status().code() == Code::kHistoryTrimmed));
  old.cursor = 8;
  BOOST_TEST(require(read().changes(old)).changes.size() == 12u);
  BOOST_TEST(require(read().changes({})).changes.front().sequence == 9u);
  Transaction t = begin();
  BOOST_TEST((t.undo(3).status().code() == Code::kHistoryTrimmed));
  BOOST_TEST((t.save_cursor("late", 3).code() == Code::kHistoryTrimmed));
  KITH_CHECK_OK(t.save_cursor("late", 8));
}

BOOST_AUTO_TEST_CASE(large_values_go_with_the_last_change_that_tells_of_them) {
  const auto write_at = [&](int hour, RecordId id, const Patch& patch) {
    now = at_hour(hour);
    KITH_CHECK_OK(update(id, patch));
  };
  write_at(10, deal, {{"note", std::string(9000, 'x')}});
  write_at(11, deal, {{"note", std::string(9000, 'y')}});
  write_at(12, deal, {{"note", Value()}});
  write_at(13, acme, {{"name", "Last"}});
  BOOST_TEST(require(db.check(session)).blobs == 2u);
  for (const int hour : {11, 12, 13}) {
    trim(hour);
    const CheckReport report = require(db.check(session));
    BOOST_TEST(report.problem_count == 0u);
    BOOST_TEST(report.blobs == (hour == 11 ? 2u : hour == 12 ? 1u : 0u));
  }
}

BOOST_AUTO_TEST_CASE(stays_begin_with_the_one_that_was_under_way) {
  const auto move_at = [&](int hour, const char* stage) {
    now = at_hour(hour);
    Transaction t = begin();
    KITH_CHECK_OK(t.move(deal, stage).status());
    KITH_CHECK_OK(t.commit());
  };
  const RecordId idle = create("deal", {{"name", "Idle"}});
  const RecordId gone = create("deal", {{"name", "Gone"}});
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(gone));
  KITH_CHECK_OK(t.commit());
  move_at(10, "Offer");
  move_at(12, "Won");
  require(session.trim_history({.keep_from = at_hour(11)}));
  const auto visits = require(read().stage_history(deal));
  BOOST_REQUIRE_EQUAL(visits.size(), 2u);
  BOOST_TEST(visits[0].stage == "Offer");
  BOOST_TEST((visits[0].entered == at_hour(10)));
  BOOST_TEST((visits[0].left.value() == at_hour(12)));
  BOOST_TEST(visits[0].sequence == 0u);
  BOOST_TEST(visits[1].stage == "Won");
  BOOST_TEST(visits[1].sequence != 0u);
  // Nothing of this one's history is kept, but where it is, and since when.
  const auto still = require(read().stage_history(idle));
  BOOST_REQUIRE_EQUAL(still.size(), 1u);
  BOOST_TEST(still[0].stage == "New");
  BOOST_TEST((still[0].entered == at_hour(9)));
  BOOST_TEST((read().history(idle).status().code() == Code::kHistoryTrimmed));
  BOOST_TEST((read().stage_history(gone).status().code() == Code::kHistoryTrimmed));
}

BOOST_AUTO_TEST_CASE(a_timeline_says_from_when_on_it_tells_changes) {
  trim(7);
  const auto items = require(read().timeline(acme));
  BOOST_REQUIRE_EQUAL(items.size(), 4u);  // the floor, and three changes
  BOOST_TEST(items[0].sequence == 0u);
  BOOST_TEST(items[0].title == "Earlier changes are no longer kept");
  BOOST_TEST((items[0].at == at_hour(7)));
  TimelineOptions newest;
  newest.limit = 2;
  for (const TimelineItem& item : require(read().timeline(acme, newest))) {
    BOOST_TEST(item.sequence != 0u);
  }
}

BOOST_AUTO_TEST_CASE(the_last_transaction_always_stays) {
  const TrimResult result =
      require(session.trim_history({.keep_from = test::at("2100-01-01T00:00:00Z")}));
  BOOST_TEST(result.first_kept == 19u);
  BOOST_TEST(result.dropped == 18u);
  KITH_CHECK_OK(update(acme, {{"name", "Later"}}));
  BOOST_TEST(require(db.info()).last_sequence == 21u);
  BOOST_TEST(require(read().history(acme)).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_cursor_holds_what_lies_behind_it) {
  save("audit", 6);
  save("mailer", 17);
  TrimResult result = trim(8);
  BOOST_TEST(result.held_by == "audit");
  BOOST_TEST(result.first_kept == 7u);
  BOOST_TEST(!result.more);
  save("audit", 9);  // within a transaction, which is kept whole
  result = trim(8);
  BOOST_TEST(result.first_kept == 9u);
  BOOST_TEST(result.held_by == "audit");
  Transaction t = begin();
  KITH_CHECK_OK(t.drop_cursor("audit"));
  KITH_CHECK_OK(t.commit());
  result = trim(8);
  BOOST_TEST(result.first_kept == 17u);
  BOOST_TEST(result.held_by.empty());
  save("new", 0);
  result = trim(9);
  BOOST_TEST(result.dropped == 0u);
  BOOST_TEST(result.held_by == "new");
}

BOOST_AUTO_TEST_CASE(it_goes_on_where_it_stopped) {
  TrimResult result = trim(9, 5);
  BOOST_TEST(result.dropped == 4u);  // whole transactions
  BOOST_TEST(result.more);
  result = trim(9, 1);  // and one at least
  BOOST_TEST(result.dropped == 2u);
  BOOST_TEST(result.first_kept == 7u);
  while (result.more) result = trim(9, 3);
  BOOST_TEST(result.first_kept == 19u);
}

BOOST_AUTO_TEST_CASE(it_needs_its_capability_and_sense) {
  const kith::Session plain = require(db.session({}));
  BOOST_TEST((plain.trim_history({.keep_from = now}).status().code() == Code::kPermission));
  BOOST_TEST((session.trim_history({.keep_from = now, .max_changes = 0}).status().code() ==
              Code::kInvalidArgument));
  BOOST_TEST((session.trim_history({.keep_from = Timestamp(INT64_MAX, 0)}).status().code() ==
              Code::kInvalidArgument));
  const kith::Database empty = require(kith::Database::create(
      ":memory:", {.model = std::string(test::kSmallCrm), .now = now, .open = {}}));
  const kith::Session in_empty =
      require(empty.session({.actor = {}, .capabilities = Capabilities::all()}));
  BOOST_TEST(require(in_empty.trim_history({.keep_from = now})).dropped == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
