// Session::write: small transactions of many threads, and of many processes.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/api/fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

const Timestamp kNow(1'772'355'600, 0);

constexpr std::string_view kBank = R"({"kith_model": 1, "name": "bank", "entities": {
  "purse": {"fields": {"name": {"type": "text", "unique": true, "required": true},
                       "coins": {"type": "int", "default": 0}},
            "indexes": {"by_coins": ["coins"]}}}})";

constexpr int kPurses = 12;
constexpr std::int64_t kCoins = 1000;

std::vector<RecordId> make_bank(const std::string& path) {
  std::vector<RecordId> purses;
  const Database db = require(Database::create(path, {.model = std::string(kBank), .now = kNow}));
  const Session session = require(db.session({}));
  Transaction txn = require(session.begin({.now = kNow}));
  for (int i = 0; i < kPurses; ++i) {
    purses.push_back(
        require(txn.create("purse", {{"name", "p" + std::to_string(i)}, {"coins", kCoins}})));
  }
  KITH_CHECK_OK(txn.commit());
  return purses;
}

std::int64_t coins(const Record& purse) { return *purse.at("coins").integer(); }

// Moves coins from one purse to another; kValidation when there are none.
Status move_coins(Transaction& txn, RecordId from, RecordId to, std::int64_t amount) {
  const Result<Record> source = txn.get(from);
  const Result<Record> target = txn.get(to);
  if (!source.ok()) return source.status();
  if (!target.ok()) return target.status();
  if (coins(*source) < amount) return Status(Code::kValidation, "not enough coins");
  Status status = txn.update(from, {{"coins", coins(*source) - amount}});
  return status.ok() ? txn.update(to, {{"coins", coins(*target) + amount}}) : status;
}

// What must hold in every snapshot; an empty text when it does.
std::string look(const Session& session, const std::vector<RecordId>& purses,
                 std::uint64_t* sequence) {
  Result<Snapshot> snapshot = session.read();
  if (!snapshot.ok()) return snapshot.status().to_string();
  std::int64_t sum = 0;
  std::uint64_t newest = 0;
  for (const RecordId id : purses) {
    const Result<Record> purse = snapshot->get(id);
    if (!purse.ok()) return purse.status().to_string();
    sum += coins(*purse);
    newest = std::max(newest, purse->version);
    const Result<std::vector<Change>> history = snapshot->history(id, 3);
    if (!history.ok()) return history.status().to_string();
    if (history->empty() || history->front().sequence != purse->version) return "a broken chain";
  }
  if (sum != kPurses * kCoins) return "coins were lost or made: " + std::to_string(sum);
  if (newest < *sequence) return "the database went back";
  *sequence = newest;
  return {};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_session_write, *boost::unit_test::label("concurrent"))

BOOST_AUTO_TEST_CASE(a_write_answers_its_sequence) {
  for (const bool on_disk : {false, true}) {
    testing::TempDir dir;
    SmallCrm crm(on_disk ? dir.sub("crm") : ":memory:");
    RecordId acme;
    const std::uint64_t first =
        require(crm.session.write({.now = kNow}, [&](Transaction& txn) -> Status {
          Result<RecordId> id = txn.create("account", {{"name", "Acme"}});
          if (!id.ok()) return id.status();
          acme = *id;
          return txn.update(acme, {{"industry", "retail"}});
        }));
    BOOST_TEST(first == 1u);
    BOOST_TEST(require(crm.read().get(acme)).version == first);
    BOOST_TEST(require(crm.read().history(acme)).size() == 1u);
    const std::uint64_t none = require(crm.session.write({.now = kNow}, [&](Transaction& txn) {
      return txn.update(acme, {{"name", "Acme"}});
    }));
    BOOST_TEST(none == 0u);  // nothing changed
    const Result<std::uint64_t> refused = crm.session.write({.now = kNow}, [&](Transaction& txn) {
      return txn.update(acme, {{"name", nullptr}});
    });
    BOOST_TEST((refused.status().code() == Code::kValidation));
    BOOST_TEST(refused.status().violations().size() == 1u);
    BOOST_TEST((crm.session.write({}, [](Transaction&) { return Status(); }).status().code() ==
                Code::kInvalidArgument));  // no time
  }
}

BOOST_AUTO_TEST_CASE(a_body_neither_commits_nor_aborts_nor_keeps_its_transaction) {
  testing::TempDir dir;
  SmallCrm crm(dir.sub("crm"));
  std::optional<Transaction> kept;
  const std::uint64_t sequence =
      require(crm.session.write({.now = kNow}, [&](Transaction& txn) -> Status {
        BOOST_TEST((txn.commit().code() == Code::kInvalidArgument));
        txn.abort();
        BOOST_TEST((crm.session.begin({.now = kNow}).status().code() == Code::kBusy));
        BOOST_TEST((crm.session.write({.now = kNow}, [](Transaction&) { return Status(); })
                        .status()
                        .code() == Code::kBusy));
        const Status made = txn.create("account", {{"name", "Acme"}}).status();
        kept = std::move(txn);
        return made;
      }));
  BOOST_TEST(sequence == 1u);
  BOOST_TEST((kept->create("account", {{"name", "Late"}}).status().code() == Code::kClosed));
  BOOST_TEST((kept->find("account", "name", "Acme").status().code() == Code::kClosed));
  kept.reset();
  BOOST_TEST(require(crm.read().query({.entity = "account"})).rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(each_writer_of_a_group_succeeds_or_fails_for_itself) {
  for (const bool on_disk : {false, true}) {
    testing::TempDir dir;
    SmallCrm crm(on_disk ? dir.sub("crm") : ":memory:");
    std::atomic<int> made{0};
    std::atomic<int> duplicates{0};
    std::atomic<int> thrown{0};
    std::atomic<int> others{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          try {
            // Two threads each want the same name; only one may have it.
            const std::string name = "a" + std::to_string(t / 2 * 100 + i);
            const Status status =
                crm.session
                    .write(
                        {.now = kNow},
                        [&](Transaction& txn) -> Status {
                          const Status created = txn.create("account", {{"name", name}}).status();
                          if (i % 10 == 9) throw std::runtime_error("host");
                          return created;
                        })
                    .status();
            if (status.ok())
              ++made;
            else if (status.code() == Code::kValidation)
              ++duplicates;
            else
              ++others;
          } catch (const std::runtime_error&) {
            ++thrown;
          }
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_TEST(made == 4 * 18);
    BOOST_TEST(duplicates == 4 * 18);
    BOOST_TEST(thrown == 8 * 2);
    BOOST_TEST(others == 0);
    BOOST_TEST(require(crm.read().query({.entity = "account"})).rows.size() == 72u);
    BOOST_TEST(require(crm.db.info()).last_sequence == 72u);  // without a gap
  }
}

BOOST_AUTO_TEST_CASE(writers_and_readers_in_six_processes_keep_every_promise) {
  testing::TempDir dir;
  const std::string path = dir.sub("bank");
  const std::vector<RecordId> purses = make_bank(path);
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::milliseconds(1500);
  const auto writer = [&](int process) {
    const Result<Database> db = Database::open(path);
    if (!db.ok()) return 1;
    const Result<Session> session = db->session({});
    std::atomic<int> written{0};
    std::atomic<int> failures{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&, t] {
        std::uint64_t seed = static_cast<std::uint64_t>(process * 10 + t + 1) * 2654435761u;
        const auto next = [&](std::uint64_t bound) {
          seed = seed * 6364136223846793005u + 1442695040888963407u;
          return (seed >> 33) % bound;
        };
        while (Clock::now() < until) {
          const RecordId from = purses[next(kPurses)];
          const RecordId to = purses[next(kPurses)];
          const auto amount = static_cast<std::int64_t>(next(400));
          if (from == to) continue;
          const Status status =
              session
                  ->write({.now = kNow},
                          [&](Transaction& txn) { return move_coins(txn, from, to, amount); })
                  .status();
          if (status.ok())
            ++written;
          else if (status.code() != Code::kValidation)
            ++failures;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    return failures == 0 && written > 0 ? 0 : 2;
  };
  const auto reader = [&] {
    const Result<Database> db = Database::open(path, {.read_only = true});
    if (!db.ok()) return 1;
    const Result<Session> session = db->session({});
    std::uint64_t sequence = 0;
    while (Clock::now() < until) {
      if (!look(*session, purses, &sequence).empty()) return 2;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return sequence > kPurses ? 0 : 3;
  };
  std::vector<std::unique_ptr<testing::Child>> children;
  for (int i = 0; i < 2; ++i) {
    children.push_back(std::make_unique<testing::Child>([&, i] { return writer(i); }));
  }
  for (int i = 0; i < 4; ++i) children.push_back(std::make_unique<testing::Child>(reader));
  for (const auto& child : children) BOOST_TEST(child->wait() == 0);
  const Database db = require(Database::open(path));
  const Session session = require(db.session({}));
  std::uint64_t sequence = 0;
  BOOST_TEST(look(session, purses, &sequence) == "");
  // The whole history: every sequence once, and for each purse a chain back to its making.
  const Snapshot snapshot = require(session.read());
  std::set<std::uint64_t> seen;
  std::size_t changes = 0;
  for (const RecordId purse : purses) {
    const std::vector<Change> history = require(snapshot.history(purse, 1'000'000));
    BOOST_TEST((history.back().kind == ChangeKind::kCreate));
    for (const Change& change : history) seen.insert(change.sequence);
    changes += history.size();
  }
  BOOST_TEST(seen.size() == changes);
  BOOST_TEST(*seen.rbegin() == require(db.info()).last_sequence);
  BOOST_TEST(seen.size() == *seen.rbegin());
  const CheckReport report = require(db.check(session));
  for (const Problem& problem : report.problems) {
    BOOST_ERROR(problem.code << ", " << problem.where << ": " << problem.message);
  }
  BOOST_TEST(report.clean());
  BOOST_TEST(report.records == purses.size());
  BOOST_TEST(report.changes == changes);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
