// A backup while others write: a database of one moment, with whole transactions only.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

constexpr int kWriters = 2;

// Two threads that write pairs, an account and a deal of it, until they are stopped: the first in
// transactions of its own, the second in such as may share a commit.
class Writers {
 public:
  explicit Writers(const SmallCrm& crm) : session_(crm.session), now_(crm.now) {
    for (int i = 0; i < kWriters; ++i) {
      threads_.emplace_back([this, i] { run(i); });
    }
  }
  ~Writers() { stop(); }

  void stop() {
    stopped_ = true;
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  // Pairs that this writer has had acknowledged.
  int written(int writer) {
    const std::lock_guard lock(mutex_);
    return written_[writer];
  }
  // Until each has written so many pairs more, or one has failed.
  void wait_for(int more) {
    std::unique_lock lock(mutex_);
    const int goals[kWriters] = {written_[0] + more, written_[1] + more};
    moved_.wait(lock, [&] {
      return !failure_.ok() || (written_[0] >= goals[0] && written_[1] >= goals[1]);
    });
  }
  Status failure() {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  static Status pair(Transaction& t, const std::string& name) {
    const Result<RecordId> account = t.create("account", {{"name", name}});
    if (!account.ok()) return account.status();
    return t.create("deal", {{"name", name}, {"account", *account}, {"amount", 10}}).status();
  }
  Status write_one(int writer, int count) {
    const std::string name = "w" + std::to_string(writer) + " " + std::to_string(count);
    if (writer == 1) {
      return session_.write({.now = now_}, [&](Transaction& t) { return pair(t, name); }).status();
    }
    Result<Transaction> t = session_.begin({.now = now_});
    if (!t.ok()) return t.status();
    if (Status status = pair(*t, name); !status.ok()) return status;
    return t->commit();
  }
  void run(int writer) {
    for (int count = 0; !stopped_; ++count) {
      const Status status = write_one(writer, count);
      const std::lock_guard lock(mutex_);
      if (!status.ok()) failure_ = status;
      ++written_[writer];
      moved_.notify_all();
      if (!status.ok()) return;
    }
  }

  Session session_;
  Timestamp now_;
  std::atomic<bool> stopped_ = false;
  std::mutex mutex_;
  std::condition_variable moved_;
  int written_[kWriters] = {0, 0};  // guarded by mutex_
  Status failure_;                  // guarded by mutex_
  std::vector<std::thread> threads_;
};

struct Copy {
  std::string path;
  int least[kWriters];  // pairs that were acknowledged before the backup began
  int most[kWriters];   // pairs that had been begun when it was done
};

Copy back_up(const SmallCrm& crm, Writers& writers, const std::string& path) {
  Copy copy{path, {}, {}};
  for (int i = 0; i < kWriters; ++i) copy.least[i] = writers.written(i);
  KITH_CHECK_OK(crm.db.backup(path));
  for (int i = 0; i < kWriters; ++i) copy.most[i] = writers.written(i) + 1;
  return copy;
}

std::string all_changes(const Reader& reader, std::uint64_t up_to) {
  FeedOptions all;
  all.limit = up_to;
  return to_json(require(reader.changes(all)).changes, reader);
}

// Each writer's pairs from the first on, none half and none left out.
void check_pairs(const Snapshot& snapshot, const Copy& copy) {
  for (int i = 0; i < kWriters; ++i) {
    const std::string writer = "w" + std::to_string(i);
    const std::string where = "name.startsWith('" + writer + " ')";
    const Rows accounts =
        require(snapshot.query({.entity = "account", .where = where, .select = {"id", "name"}}));
    const Rows deals = require(snapshot.query(
        {.entity = "deal", .where = where + " && account.name == name", .select = {"name"}}));
    const int count = static_cast<int>(accounts.rows.size());
    BOOST_TEST(deals.rows.size() == accounts.rows.size());
    BOOST_TEST(count >= copy.least[i]);
    BOOST_TEST(count <= copy.most[i]);
    for (int pair = 0; pair < count; ++pair) {
      const std::string name = writer + " " + std::to_string(pair);
      const auto row = static_cast<std::size_t>(pair);
      BOOST_TEST((accounts.rows[row][1] == Value(name)), name);
      BOOST_TEST((deals.rows[row][0] == Value(name)), name);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_backup, *boost::unit_test::label("concurrent"))

BOOST_AUTO_TEST_CASE(a_copy_while_two_threads_write_holds_a_prefix_of_the_commits) {
  constexpr int kRounds = 3;
  constexpr int kMostRounds = 40;
  const testing::TempDir dir;
  SmallCrm crm(dir.sub("crm"));
  std::vector<Copy> copies;
  {
    Transaction t = crm.begin();  // enough to copy that others come in between
    for (int i = 0; i < 1000; ++i) {
      require(t.create("deal", {{"name", "old"}, {"note", std::string(1500, 'n')}}));
    }
    KITH_CHECK_OK(t.commit());
  }
  Writers writers(crm);
  bool overlapped = false;
  for (int round = 0; round < kMostRounds && (round < kRounds || !overlapped); ++round) {
    writers.wait_for(3);
    copies.push_back(back_up(crm, writers, dir.sub("copy" + std::to_string(round))));
    // More than what was under way when it began.
    overlapped = overlapped || copies.back().most[0] > copies.back().least[0] + 2;
  }
  writers.stop();
  KITH_CHECK_OK(writers.failure());
  BOOST_TEST(overlapped, "nobody wrote while the database was copied");

  const Snapshot origin = crm.read();
  for (const Copy& copy : copies) {
    BOOST_TEST_CONTEXT(copy.path) {
      const Database db = require(Database::open(copy.path));
      const Session session = require(db.session());
      const CheckReport report = require(db.check(session));
      BOOST_TEST(report.problem_count == 0u);
      const Snapshot snapshot = require(session.read());
      check_pairs(snapshot, copy);
      const std::uint64_t last = require(db.info()).last_sequence;
      BOOST_TEST(last > 1000u);
      BOOST_TEST((all_changes(snapshot, last) == all_changes(origin, last)));
      BOOST_TEST(
          require(snapshot.query({.entity = "deal", .where = "name == 'old'"})).rows.size() ==
          1000u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_copy_goes_its_own_way) {
  const testing::TempDir dir;
  SmallCrm crm(dir.sub("crm"));
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  KITH_CHECK_OK(crm.db.backup(dir.sub("copy")));
  KITH_CHECK_OK(crm.update(acme, {{"name", "Here"}}));

  const Database copy = require(Database::open(dir.sub("copy")));
  const Session there = require(copy.session());
  Transaction t = require(there.begin({.now = crm.now}));
  KITH_CHECK_OK(t.update(acme, {{"industry", "retail"}}));
  const RecordId next = require(t.create("account", {{"name", "There"}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((require(require(there.read()).get(acme)).at("name") == Value("Acme")));
  BOOST_TEST((require(crm.read().get(acme)).at("name") == Value("Here")));
  BOOST_TEST((crm.read().get(next).status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
