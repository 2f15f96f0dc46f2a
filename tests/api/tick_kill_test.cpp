// A process that ticks is killed, again and again; the next one goes on where it was, and in the
// end everything was done once.
#include <sys/time.h>

#include <cstdlib>
#include <map>

#include "tests/api/automation_fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr int kDeals = 40;

const std::string_view kRules = R"(
  "open": {"entity": "deal", "on": "created", "steps": [
    {"assign": {"field": "owner", "among": "user"}},
    {"send": {"topic": "email", "subject": "Welcome ${r.name}"}},
    {"create": {"entity": "task", "set": {"subject": "'Call ' + r.name", "deal": "r.id"}}},
    {"wait": "1d"},
    {"set": {"score": "(has(r.score) ? r.score : 0) + 1"}},
    {"send": {"topic": "email", "subject": "Still there?"}}]},
  "close": {"entity": "deal", "on": "date_reached", "field": "close_date", "steps": [
    {"send": {"topic": "sms", "body": "today"}}]})";

// In a child, as a process that has the folder open must not be forked. 0 is success.
int set_up(const std::string& path) {
  Shop shop(kRules, path);
  shop.create("user", {{"name", "Ada"}});
  shop.create("user", {{"name", "Bob"}});
  shop.act([](Transaction& t) {
    for (int i = 0; i < kDeals; ++i) {
      require(t.create(
          "deal", {{"name", "Deal " + std::to_string(i)}, {"close_date", date("2026-03-02")}}));
    }
  });
  return 0;
}

// The kernel ends this process a moment after now, wherever it is then.
void end_soon(int microseconds) {
  itimerval timer{};
  timer.it_value.tv_usec = microseconds;
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

// The end comes after so many ticks, in the middle of what follows them, if there is so much to do.
// Ticks are counted, as a time would be a different part of the work on a busy machine.
int tick_for_three_days(const std::string& path, int ticks) {
  Result<Database> db = Database::open(path);
  if (!db.ok()) return 1;
  Result<Session> session = db->session({});
  if (!session.ok()) return 2;
  for (const char* day : {"2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"}) {
    TickOptions how;
    how.now = at(day);
    how.max_runs = 1;
    for (bool more = true; more; --ticks) {
      if (ticks == 0) end_soon(1 + std::rand() % 500);
      const Result<TickResult> done = session->tick(how);
      if (!done.ok()) return 3;
      more = done->more;
    }
  }
  return 0;
}

void check_the_end(const std::string& path) {
  Shop shop(require(Database::open(path)), at("2026-03-03T09:00:00Z"));
  std::map<std::string, int> keys;
  for (const OutboxMessage& m : shop.outbox()) ++keys[m.idempotency_key];
  BOOST_TEST(shop.outbox().size() == 3u * kDeals);
  BOOST_TEST(keys.size() == 3u * kDeals);
  const auto count = [&](const char* entity, const char* where) {
    return require(shop.read().query({.entity = entity, .where = where})).rows.size();
  };
  BOOST_TEST(count("task", "") == static_cast<std::size_t>(kDeals));
  BOOST_TEST(count("deal", "score == 1") == static_cast<std::size_t>(kDeals));
  for (const Run& run : shop.runs()) BOOST_TEST((run.state == RunState::kDone), run.message);
  BOOST_TEST(shop.runs().size() == 2u * kDeals);
  BOOST_TEST(!require(shop.read().next_due()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_tick_kill)

BOOST_AUTO_TEST_CASE(a_killed_tick_repeats_nothing_and_loses_nothing) {
  testing::TempDir folder;
  const std::string path = folder.sub("crm");
  testing::Child first([&] { return set_up(path); });
  BOOST_REQUIRE(first.wait() == 0);
  int killed = 0;
  for (int i = 0;; ++i) {
    BOOST_REQUIRE(i < 200);
    testing::Child child([&] {
      std::srand(static_cast<unsigned>(i));
      return tick_for_three_days(path, i);
    });
    const int status = child.wait();
    BOOST_REQUIRE_MESSAGE(status == 0 || status == -SIGALRM,
                          "the child ended with status " << status);
    if (status == 0) break;
    ++killed;
  }
  BOOST_TEST(killed > 5);
  check_the_end(path);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
