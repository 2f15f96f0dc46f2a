#include "engine/feed.hpp"

#include <boost/test/unit_test.hpp>
#include <thread>

#include "tests/api/fixture.hpp"

namespace kith::engine {
namespace {

using test::require;
using test::SmallCrm;

struct Fixture : SmallCrm {
  RecordId acme = create("account", {{"name", "Acme"}});                        // 1
  RecordId ann = create("contact", {{"email", "a@x.org"}, {"account", acme}});  // 2
  RecordId deal = create("deal", {{"name", "Pilot"}, {"account", acme}});       // 3

  Fixture() {
    KITH_CHECK_OK(update(acme, {{"industry", "retail"}}));  // 4
    KITH_CHECK_OK(update(deal, {{"amount", "5"}}));         // 5
    KITH_CHECK_OK(update(deal, {{"note", "x"}}));           // 6
  }
  Status save(std::string_view name, std::uint64_t sequence) {
    Transaction t = begin();
    const Status status = t.save_cursor(name, sequence);
    return status.ok() ? t.commit() : status;
  }
  static std::vector<std::uint64_t> sequences(const FeedPage& page) {
    std::vector<std::uint64_t> all;
    for (const Change& change : page.changes) all.push_back(change.sequence);
    return all;
  }
};
using Sequences = std::vector<std::uint64_t>;

BOOST_FIXTURE_TEST_SUITE(engine_feed, Fixture)

BOOST_AUTO_TEST_CASE(pages_follow_one_another_to_the_end) {
  FeedOptions options;
  options.limit = 4;
  FeedPage page = require(read().changes(options));
  BOOST_TEST((sequences(page) == Sequences{1, 2, 3, 4}));
  BOOST_TEST(!page.done);
  BOOST_TEST(page.cursor == 4u);
  options.cursor = page.cursor;
  page = require(read().changes(options));
  BOOST_TEST((sequences(page) == Sequences{5, 6}));
  BOOST_TEST(page.done);
  options.cursor = page.cursor;
  page = require(read().changes(options));
  BOOST_TEST(page.changes.empty());
  BOOST_TEST(page.cursor == 6u);
  BOOST_TEST(page.done);
  BOOST_TEST(page.changes.empty());
  const Change first = require(read().changes({})).changes.front();
  BOOST_TEST((first.record == acme));
  BOOST_TEST((first.kind == ChangeKind::kCreate));
  BOOST_TEST(first.fields.front().field == "name");
  BOOST_TEST((first.fields.front().after == Value("Acme")));
  options.limit = 0;
  BOOST_TEST((read().changes(options).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_full_page_may_be_the_last_one) {
  FeedOptions options;
  options.limit = 6;
  const FeedPage page = require(read().changes(options));
  BOOST_TEST(page.changes.size() == 6u);
  BOOST_TEST(page.done);
}

BOOST_AUTO_TEST_CASE(filters_leave_out_types_and_updates_of_other_fields) {
  FeedOptions options;
  options.entity = "deal";
  BOOST_TEST((sequences(require(read().changes(options))) == Sequences{3, 5, 6}));
  BOOST_TEST(require(read().changes(options)).cursor == 6u);
  options.fields = {"amount"};
  BOOST_TEST((sequences(require(read().changes(options))) == Sequences{3, 5}));
  options.limit = 1;
  FeedPage page = require(read().changes(options));
  BOOST_TEST((sequences(page) == Sequences{3}));
  BOOST_TEST(!page.done);
  options.cursor = page.cursor;
  page = require(read().changes(options));
  BOOST_TEST((sequences(page) == Sequences{5}));
  options.cursor = page.cursor;
  page = require(read().changes(options));
  BOOST_TEST(page.changes.empty());
  BOOST_TEST(page.cursor == 6u);
  BOOST_TEST(page.done);
  FeedOptions by_name;
  by_name.fields = {"industry", "owner"};
  BOOST_TEST((sequences(require(read().changes(by_name))) == Sequences{1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_filtered_by_is_refused) {
  FeedOptions options;
  options.entity = "boat";
  BOOST_TEST(!read().changes(options).ok());
  options.entity = "deal";
  options.fields = {"industry"};
  BOOST_TEST((read().changes(options).status().code() == Code::kInvalidArgument));
  options.entity.clear();
  options.fields = {"color"};
  BOOST_TEST((read().changes(options).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(cursors_are_kept_by_name) {
  BOOST_TEST((read().cursor("mailer").status().code() == Code::kNotFound));
  KITH_CHECK_OK(save("mailer", 4));
  KITH_CHECK_OK(save("audit", 0));
  BOOST_TEST(require(read().cursor("mailer")) == 4u);
  const auto all = require(read().cursors());
  BOOST_REQUIRE_EQUAL(all.size(), 2u);
  BOOST_TEST(all[0].name == "audit");
  BOOST_TEST(all[1].sequence == 4u);
  BOOST_TEST((save("mailer", 7).code() == Code::kInvalidArgument));
  BOOST_TEST((save("", 1).code() == Code::kInvalidArgument));
  BOOST_TEST((save(std::string(101, 'n'), 1).code() == Code::kInvalidArgument));
  Transaction t = begin();
  KITH_CHECK_OK(t.drop_cursor("audit"));
  BOOST_TEST((t.drop_cursor("audit").code() == Code::kNotFound));
  BOOST_TEST((t.cursor("audit").status().code() == Code::kNotFound));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(read().cursors()).size() == 1u);
  BOOST_TEST(require(db.check(session)).problem_count == 0u);
  BOOST_TEST(require(db.info()).last_sequence == 6u);
}

// A reader that dies between what it did and its cursor sees the change again, and misses none.
BOOST_AUTO_TEST_CASE(delivery_is_at_least_once) {
  std::vector<std::uint64_t> delivered;
  KITH_CHECK_OK(save("mailer", 0));
  for (int life = 0; life < 20; ++life) {
    FeedOptions options;
    options.cursor = require(read().cursor("mailer"));
    options.limit = 2;
    const FeedPage page = require(read().changes(options));
    for (const Change& change : page.changes) delivered.push_back(change.sequence);
    Transaction t = begin();
    KITH_CHECK_OK(t.save_cursor("mailer", page.cursor));
    if (life % 2 == 0) continue;  // dies: the transaction is never committed
    KITH_CHECK_OK(t.commit());
  }
  BOOST_TEST((delivered == Sequences{1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6}));
}

BOOST_AUTO_TEST_CASE(a_waiter_is_told_of_the_next_change) {
  using std::chrono::milliseconds;
  BOOST_TEST(require(db.wait(3, milliseconds(0))) == 6u);
  BOOST_TEST(require(db.wait(6, milliseconds(1))) == 6u);
  std::uint64_t seen = 0;
  std::thread waiter([&] { seen = require(db.wait(6, milliseconds(20'000))); });
  create("account", {{"name", "Beta"}});
  waiter.join();
  BOOST_TEST(seen == 7u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
