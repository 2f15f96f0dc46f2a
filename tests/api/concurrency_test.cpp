// Handles that any thread may use, used by several at once: what ThreadSanitizer looks at.
#include <atomic>
#include <barrier>
#include <functional>
#include <thread>
#include <vector>

#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

// Boost's macros are not for several threads: threads count what went wrong and say it once.
class Threads {
 public:
  ~Threads() {
    for (std::thread& thread : threads_) thread.join();
  }
  void add(std::function<Status()> body) {
    threads_.emplace_back([this, body = std::move(body)] {
      const Status status = body();
      if (status.ok()) return;
      const std::lock_guard lock(mutex_);
      failures_.push_back(status.to_string());
    });
  }
  void join_and_check() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    for (const std::string& failure : failures_) BOOST_ERROR(failure);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> failures_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

constexpr int kRounds = 12;

Status failed(std::string what) { return Status(Code::kInternal, std::move(what)); }

// Creates an account and a deal of it, and changes both.
Status write_once(const Session& session, Timestamp now, const std::string& name) {
  Result<Transaction> t = session.begin({.now = now});
  if (!t.ok()) return t.status();
  const Result<RecordId> account = t->create("account", {{"name", name}});
  if (!account.ok()) return account.status();
  const Result<RecordId> deal =
      t->create("deal", {{"name", "of " + name}, {"account", *account}, {"amount", 10}});
  if (!deal.ok()) return deal.status();
  if (Status s = t->update(*deal, {{"amount", 2000}, {"stage", "Offer"}}); !s.ok()) return s;
  if (Status s = t->update(*account, {{"industry", "retail"}}); !s.ok()) return s;
  return t->commit();
}

// Every account of a snapshot has its deal: a transaction is seen as a whole or not at all.
Status read_once(const Session& session) {
  Result<Snapshot> snapshot = session.read();
  if (!snapshot.ok()) return snapshot.status();
  const Result<Rows> accounts =
      snapshot->query({.entity = "account", .where = "name.matches('^w[0-9]+ [0-9]+$')"});
  if (!accounts.ok()) return accounts.status();
  const Result<Rows> deals = snapshot->query(
      {.entity = "deal", .where = "amount >= 1000.0 && account.industry == 'retail'"});
  if (!deals.ok()) return deals.status();
  if (accounts->rows.size() != deals->rows.size()) {
    return failed(std::to_string(accounts->rows.size()) + " accounts and " +
                  std::to_string(deals->rows.size()) + " deals in one snapshot");
  }
  const Result<RecordId> first = snapshot->find("account", "name", "w0 0");
  if (first.ok() && !snapshot->history(*first).ok()) return failed("no history");
  return snapshot->pipelines().status();
}

std::string with_field(const std::string& name) {
  std::string model(kSmallCrm);
  const std::string anchor = R"("note": {"type": "text"},)";
  return model.insert(model.find(anchor), "\"" + name + R"(": {"type": "int"}, )");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_concurrency, *boost::unit_test::label("concurrent"))

BOOST_AUTO_TEST_CASE(writers_readers_and_a_changing_model_share_a_database) {
  for (const bool on_disk : {false, true}) {
    testing::TempDir dir;
    SmallCrm crm(on_disk ? dir.sub("crm") : ":memory:");
    Threads threads;
    for (int w = 0; w < 2; ++w) {
      threads.add([&crm, w] {
        Status status;
        for (int i = 0; i < kRounds && status.ok(); ++i) {
          status =
              write_once(crm.session, crm.now, "w" + std::to_string(w) + " " + std::to_string(i));
        }
        return status;
      });
    }
    for (int r = 0; r < 2; ++r) {
      threads.add([&crm] {
        Status status;
        for (int i = 0; i < kRounds && status.ok(); ++i) status = read_once(crm.session);
        return status;
      });
    }
    threads.add([&crm] {
      Status status;
      for (int i = 0; i < kRounds / 4 && status.ok(); ++i) {
        status = crm.db.apply_model(crm.session, with_field("f" + std::to_string(i % 2))).status();
      }
      return status;
    });
    threads.add([&crm] {
      Status status;
      for (int i = 0; i < kRounds && status.ok(); ++i) {
        status = crm.session.tick({.now = crm.now}).status();
        if (status.ok()) status = crm.db.info().status();
        if (status.ok()) status = crm.db.entities().status();
      }
      return status;
    });
    threads.join_and_check();
    BOOST_TEST(require(crm.read().query({.entity = "deal"})).rows.size() == 2u * kRounds);
  }
}

BOOST_AUTO_TEST_CASE(a_directory_is_opened_read_and_closed_by_many) {
  testing::TempDir dir;
  const std::string path = dir.sub("crm");
  { SmallCrm crm(path); }
  std::barrier start(3);
  Threads threads;
  for (int t = 0; t < 3; ++t) {
    threads.add([&, t] {
      start.arrive_and_wait();
      for (int i = 0; i < kRounds; ++i) {
        Result<Database> db = Database::open(path);
        if (!db.ok()) return db.status();
        const Result<Session> session = db->session({});
        if (!session.ok()) return session.status();
        const Result<Snapshot> kept = session->read();
        if (!kept.ok()) return kept.status();
        db->close();
        if (t == 0) {
          const Status wrote =
              write_once(*session, Timestamp(1'780'000'000, 0), "w9 " + std::to_string(i));
          if (!wrote.ok()) return wrote;
        }
        const Result<Rows> rows = kept->query({.entity = "account"});
        if (!rows.ok()) return rows.status();
      }
      return Status();
    });
  }
  threads.join_and_check();
  SmallCrm again(dir.sub("other"));
  BOOST_TEST(require(again.read().query({.entity = "account"})).rows.empty());
}

BOOST_AUTO_TEST_CASE(a_snapshot_moves_between_threads) {
  testing::TempDir dir;
  SmallCrm crm(dir.sub("crm"));
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  std::optional<Snapshot> snapshot = crm.read();
  Threads threads;
  threads.add([&] {
    const Status got = snapshot->get(acme).status();
    snapshot.reset();
    return got;
  });
  KITH_CHECK_OK(crm.update(acme, {{"name", "Acme Ltd"}}));
  threads.join_and_check();
  BOOST_TEST((require(crm.read().get(acme)).at("name") == Value("Acme Ltd")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
