// Many databases in one program, few of them open, and one compiled model for those alike.
#include "kith/pool.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "engine/database.hpp"
#include "tests/api/fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"({"kith_model": 1, "name": "tenant", "entities": {
  "note": {"title": "text", "fields": {"text": {"type": "text", "required": true}},
           "rules": {"short": {"check": "size(text) < 100", "message": "too long"}}}}})";

struct Tenants {
  explicit Tenants(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      CreateOptions options;
      options.model = kModel;
      options.now = at("2026-01-01T00:00:00Z");
      require(Database::create(path(i), options));
    }
  }
  std::string path(std::size_t i) const { return dir.sub("tenant" + std::to_string(i)); }

  testing::TempDir dir;
};

// Without a check of Boost's: a forked child calls it, too.
Status add_note(const Database& db, std::string_view text) {
  const Result<Session> session = db.session();
  if (!session.ok()) return session.status();
  const Timestamp now(1'767'312'000, 0);
  return session
      ->write({.now = now},
              [&](Transaction& txn) {
                return txn.create("note", {{"text", std::string(text)}}).status();
              })
      .status();
}

std::size_t notes(const Database& db) {
  return require(require(require(db.session()).read()).query({.entity = "note"})).rows.size();
}

std::size_t descriptors() {
  const auto all = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_pool)

BOOST_AUTO_TEST_CASE(the_one_that_was_used_longest_ago_is_closed) {
  Tenants tenants(4);
  DatabasePool pool({.max_open = 2});
  require(pool.open(tenants.path(0)));
  require(pool.open(tenants.path(1)));
  require(pool.open(tenants.path(0)));  // so 1 is the older one
  require(pool.open(tenants.path(2)));
  PoolStats stats = pool.stats();
  BOOST_TEST(stats.open == 2u);
  BOOST_TEST(stats.opened == 3u);
  BOOST_TEST(stats.closed == 1u);
  require(pool.open(tenants.path(0)));
  BOOST_TEST(pool.stats().opened == 3u);
  require(pool.open(tenants.path(1)));
  BOOST_TEST(pool.stats().opened == 4u);
}

BOOST_AUTO_TEST_CASE(what_is_in_use_is_not_closed) {
  Tenants tenants(3);
  DatabasePool pool({.max_open = 2});
  Database held = require(pool.open(tenants.path(0)));
  // A session, or a snapshot of it, holds its database too.
  std::optional<Session> session = require(require(pool.open(tenants.path(1))).session());
  std::optional<Snapshot> snapshot = require(session->read());
  session.reset();
  BOOST_TEST(pool.stats().in_use == 2u);
  Result<Database> third = pool.open(tenants.path(2));
  BOOST_TEST((third.status().code() == Code::kBusy));
  BOOST_TEST(third.status().message().find("max_open") != std::string_view::npos);
  BOOST_TEST(pool.close_idle() == 0u);
  snapshot.reset();
  KITH_CHECK_OK(pool.open(tenants.path(2)).status());
  KITH_CHECK_OK(add_note(held, "still good"));
  BOOST_TEST(notes(held) == 1u);
}

BOOST_AUTO_TEST_CASE(a_database_that_was_closed_is_opened_again_on_demand) {
  Tenants tenants(20);
  const std::size_t before = descriptors();
  DatabasePool pool({.max_open = 4});
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < 20; ++i) {
      KITH_CHECK_OK(add_note(require(pool.open(tenants.path(i))), "hello"));
      BOOST_TEST(descriptors() <= before + 4 * 5);
    }
  }
  BOOST_TEST(pool.stats().opened == 60u);
  BOOST_TEST(notes(require(pool.open(tenants.path(7)))) == 3u);
  BOOST_TEST(pool.close_idle() == 4u);
  BOOST_TEST(pool.stats().open == 0u);
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_failure_to_open_is_reported_and_takes_no_place) {
  Tenants tenants(1);
  DatabasePool pool({.max_open = 1});
  BOOST_TEST((pool.open(tenants.path(9)).status().code() == Code::kNotFound));
  KITH_CHECK_OK(pool.open(tenants.path(0)).status());
  BOOST_TEST(pool.stats().open == 1u);
}

BOOST_AUTO_TEST_CASE(a_forked_child_is_told_to_make_its_own) {
  Tenants tenants(2);
  DatabasePool pool({.max_open = 1});
  Database held = require(pool.open(tenants.path(0)));
  {
    testing::Child child([&] {
      if (pool.open(tenants.path(0)).status().code() != Code::kForked) return 1;  // known
      if (pool.open(tenants.path(1)).status().code() != Code::kForked)
        return 2;  // there is no room
      if (pool.close_idle() != 0) return 3;
      const PoolStats stats = pool.stats();
      if (stats.open + stats.in_use + stats.opened + stats.closed != 0) return 4;
      if (held.info().status().code() != Code::kForked) return 5;
      DatabasePool own({.max_open = 1});
      const Result<Database> opened = own.open(tenants.path(0));
      if (!opened.ok() || !add_note(*opened, "of the child").ok()) return 6;
      if (own.stats().in_use != 1) return 7;
      DatabasePool inherited = std::move(pool);  // and only forgotten
      return inherited.open(tenants.path(0)).status().code() == Code::kForked ? 0 : 8;
    });
    BOOST_TEST(child.wait() == 0);
  }
  // The parent goes on as if nothing had happened.
  KITH_CHECK_OK(add_note(held, "of the parent"));
  BOOST_TEST(notes(held) == 2u);
  BOOST_TEST(pool.stats().in_use == 1u);
  held.close();
  KITH_CHECK_OK(pool.open(tenants.path(1)).status());
  BOOST_TEST(pool.stats().closed == 1u);
}

BOOST_AUTO_TEST_CASE(threads_share_a_pool, *boost::unit_test::label("concurrent")) {
  Tenants tenants(6);
  DatabasePool pool({.max_open = 4});
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 30; ++i) {
        Result<Database> db = pool.open(tenants.path((i * 7 + t) % 6));
        if (!db.ok()) {
          ++failures;
          continue;
        }
        Result<Session> session = db->session();
        if (!session.ok() || !session->read().ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(failures == 0);
  BOOST_TEST(pool.stats().in_use == 0u);
  BOOST_TEST(pool.stats().open <= 4u);
}

BOOST_AUTO_TEST_CASE(databases_alike_share_one_compiled_model) {
  Tenants tenants(2);
  Database one = require(Database::open(tenants.path(0)));
  Database two = require(Database::open(tenants.path(1)));
  BOOST_TEST((require(one.impl()->current_model()) == require(two.impl()->current_model())));

  // Other limits, other programs; and another model, of course.
  OpenOptions strict;
  strict.limits.max_path_hops = 1;
  two.close();
  two = require(Database::open(tenants.path(1), strict));
  BOOST_TEST((require(one.impl()->current_model()) != require(two.impl()->current_model())));
  two.close();
  two = require(Database::open(tenants.path(1)));
  SessionOptions admin;
  admin.capabilities = Capabilities::all();
  std::string wider(kModel);
  wider.replace(wider.find("\"fields\": {"), 11, "\"fields\": {\"extra\": {\"type\": \"int\"}, ");
  KITH_CHECK_OK(two.apply_model(require(two.session(admin)), wider).status());
  BOOST_TEST((require(one.impl()->current_model()) != require(two.impl()->current_model())));
  BOOST_TEST(require(one.entities()).front().fields.size() + 1 ==
             require(two.entities()).front().fields.size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
