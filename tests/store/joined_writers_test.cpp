// Threads that write at the same time share a commit, and nothing else.
#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/store/backends.hpp"
#include "tests/store/joined.hpp"
#include "tests/store/meta_pages.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;

constexpr Table kT = Table::kQueue;

WriteOptions within(int milliseconds) {
  WriteOptions options;
  options.timeout = std::chrono::milliseconds(milliseconds);
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_joined_writers, *boost::unit_test::label("concurrent"))

BOOST_DATA_TEST_CASE(a_lone_write_is_committed, kBackends) {
  Opened db(sample);
  must(db->write({}, [](WriteTxn& txn) { return txn.put(kT, "k", "v"); }));
  BOOST_TEST(get(*db.read(), kT, "k") == "v");
  const Status refused = db->write({}, [](WriteTxn& txn) {
    const Status put = txn.put(kT, "k", "w");
    return put.ok() ? Status(Code::kValidation, "not like this") : put;
  });
  BOOST_TEST((refused.code() == Code::kValidation));
  BOOST_TEST(get(*db.read(), kT, "k") == "v");
  must(db->write({}, [](WriteTxn&) { return Status(); }));  // nothing to do
}

BOOST_DATA_TEST_CASE(a_body_must_not_commit, kBackends) {
  Opened db(sample);
  must(db->write({}, [](WriteTxn& txn) {
    const Status committed = txn.commit();
    if (committed.code() != Code::kInvalidArgument) return Status(Code::kInternal, "committed");
    return txn.put(kT, "k", "goes on");
  }));
  BOOST_TEST(get(*db.read(), kT, "k") == "goes on");
}

BOOST_DATA_TEST_CASE(a_body_that_writes_otherwise_is_told_so, kBackends) {
  Opened db(sample);
  std::atomic<int> refusals{0};
  on_threads(3, [&](int) {
    must_ok(db->write({}, [&](WriteTxn& txn) {
      if (db->begin_write({}).status().code() == Code::kBusy) ++refusals;
      if (db->write({}, [](WriteTxn&) { return Status(); }).code() == Code::kBusy) ++refusals;
      return add_one(txn, "n");
    }));
  });
  BOOST_TEST(refusals == 6);
  BOOST_TEST(get(*db.read(), kT, "n") == "3");
  auto txn = db.write();
  BOOST_TEST((db->write({}, [](WriteTxn&) { return Status(); }).code() == Code::kBusy));
  must(txn->commit());
}

BOOST_DATA_TEST_CASE(a_body_reads_what_is_committed_and_what_it_wrote, kBackends) {
  Opened db(sample);
  db.fill(kT, {{"a", "1"}, {"b", "2"}});
  must(db->write({}, [&](WriteTxn& txn) {
    must(txn.erase(kT, "a"));
    must(txn.put(kT, "c", "3"));
    must(txn.add_posting("p", 7));
    BOOST_TEST(scan(txn, kT, {}) == "b=2 c=3");
    BOOST_TEST((postings(txn, "p") == std::vector<std::uint64_t>{7}));
    BOOST_TEST(scan(*db.read(), kT, {}) == "a=1 b=2");
    return Status();
  }));
  BOOST_TEST(scan(*db.read(), kT, {}) == "b=2 c=3");
}

BOOST_DATA_TEST_CASE(all_writes_of_many_threads_are_there, kBackends) {
  Opened db(sample);
  constexpr int kThreads = 16;
  constexpr int kWrites = 100;
  on_threads(kThreads, [&](int t) {
    for (int i = 0; i < kWrites; ++i) {
      must_ok(db->write(deferred(), [&](WriteTxn& txn) {
        const Status put = txn.put(kT, "row" + number(t * kWrites + i), std::string(100, 'v'));
        return put.ok() ? add_one(txn, "sum") : put;
      }));
    }
  });
  auto txn = db.read();
  BOOST_TEST(get(*txn, kT, "sum") == std::to_string(kThreads * kWrites));
  ScanOptions all;
  all.row_limit = 10000;
  BOOST_TEST(must(txn->scan(kT, KeyRange::prefix("row"), all)).rows.size() ==
             std::size_t(kThreads * kWrites));
}

BOOST_AUTO_TEST_CASE(writers_in_line_share_one_commit) {
  kith::testing::TempDir dir;
  auto store = must(open_lmdb(dir.path(), {}));
  must(store->write({}, [](WriteTxn& txn) { return txn.put(kT, "k", "v"); }));
  const std::uint64_t before = MetaPage::newest(dir.path() + "/data.mdb").commit;
  Doorman door;
  std::atomic<int> failures{0};
  std::thread first([&] {
    must_ok(store->write({}, [&](WriteTxn& txn) {
      door.hold();
      return add_one(txn, "n");
    }));
  });
  door.await_entry();
  std::vector<std::thread> others;
  for (int t = 0; t < 8; ++t) {
    others.emplace_back([&, t] {
      const Status status = store->write({}, [&](WriteTxn& txn) {
        const Status added = add_one(txn, "n");
        // Every other one changes its mind, some after a failed call.
        if (t % 4 == 1) return Status(Code::kConflict, "no");
        if (t % 4 == 3) return txn.put(kT, std::string(600, 'k'), "too long a key");
        return added;
      });
      const Code expected = t % 4 == 1 ? Code::kConflict : t % 4 == 3 ? Code::kLimit : Code::kOk;
      if (status.code() != expected) ++failures;
    });
  }
  settle();
  door.open();
  first.join();
  for (std::thread& thread : others) thread.join();
  BOOST_TEST(failures == 0);
  BOOST_TEST(get(*must(store->begin_read()), kT, "n") == "5");
  // One, or two when a thread came late.
  BOOST_TEST(MetaPage::newest(dir.path() + "/data.mdb").commit <= before + 2);
}

BOOST_DATA_TEST_CASE(an_exception_is_the_callers_own, kBackends) {
  Opened db(sample);
  std::atomic<int> caught{0};
  std::atomic<int> written{0};
  on_threads(8, [&](int t) {
    for (int i = 0; i < 20; ++i) {
      try {
        const Status status = db->write(deferred(), [&](WriteTxn& txn) -> Status {
          const Status added = add_one(txn, "n");
          if ((t + i) % 3 == 0) throw std::runtime_error("host");
          return added;
        });
        if (status.ok()) ++written;
      } catch (const std::runtime_error&) {
        ++caught;
      }
    }
  });
  BOOST_TEST(caught > 0);
  BOOST_TEST(caught + written == 160);
  BOOST_TEST(get(*db.read(), kT, "n") == std::to_string(written));
}

BOOST_DATA_TEST_CASE(exclusive_and_joined_writers_take_turns, kBackends) {
  Opened db(sample);
  on_threads(6, [&](int t) {
    for (int i = 0; i < 30; ++i) {
      if (t % 3 != 0) {
        must_ok(db->write(deferred(), [](WriteTxn& txn) { return add_one(txn, "n"); }));
        continue;
      }
      auto txn = db->begin_write(deferred());
      must_ok(txn.status());
      must_ok(add_one(**txn, "n"));
      std::this_thread::yield();
      must_ok((*txn)->commit());
    }
  });
  BOOST_TEST(get(*db.read(), kT, "n") == "180");
}

BOOST_DATA_TEST_CASE(nobody_is_kept_out_by_the_others, kBackends) {
  Opened db(sample);
  std::atomic<bool> stop{false};
  std::vector<std::thread> joined;
  for (int t = 0; t < 3; ++t) {
    joined.emplace_back([&] {
      while (!stop) {
        must_ok(db->write(deferred(), [](WriteTxn& txn) { return add_one(txn, "joined"); }));
      }
    });
  }
  for (int i = 0; i < 20; ++i) {  // each within its five seconds
    auto txn = must(db->begin_write(deferred()));
    must(add_one(*txn, "exclusive"));
    must(txn->commit());
  }
  stop = true;
  for (std::thread& thread : joined) thread.join();
  BOOST_TEST(get(*db.read(), kT, "exclusive") == "20");
  // And the other way round.
  stop = false;
  std::vector<std::thread> exclusive;
  for (int t = 0; t < 2; ++t) {
    exclusive.emplace_back([&] {
      while (!stop) {
        auto txn = db->begin_write(deferred());
        must_ok(txn.status());
        must_ok(add_one(**txn, "other"));
        must_ok((*txn)->commit());
      }
    });
  }
  for (int i = 0; i < 20; ++i) {
    must(db->write(deferred(), [](WriteTxn& txn) { return add_one(txn, "one"); }));
  }
  stop = true;
  for (std::thread& thread : exclusive) thread.join();
  BOOST_TEST(get(*db.read(), kT, "one") == "20");
}

BOOST_DATA_TEST_CASE(who_waits_too_long_leaves_the_line, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  std::atomic<int> busy{0};
  std::atomic<int> written{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {  // a leader and its line, the patient and the impatient
    threads.emplace_back([&, t] {
      const Status status = db->write(within(t % 2 == 0 ? 20 : 5000),
                                      [](WriteTxn& own) { return add_one(own, "n"); });
      if (status.ok()) ++written;
      if (status.code() == Code::kBusy) ++busy;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  BOOST_TEST(busy == 3);
  must(txn->commit());
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(written == 3);
  BOOST_TEST(get(*db.read(), kT, "n") == "3");
  BOOST_TEST((db->write(within(0), [](WriteTxn&) { return Status(); }).ok()));
}

// Random operations on all tables in groups with failures, against a map guarded by the store's
// own order: a body knows its place by a counter it reads.
BOOST_DATA_TEST_CASE(groups_do_as_maps_do, kBackends) {
  Opened db(sample);
  struct Effect {
    std::vector<std::pair<std::string, std::string>> puts;  // an empty value: erased
    std::vector<std::pair<std::string, std::uint64_t>> added;
    std::vector<std::pair<std::string, std::uint64_t>> removed;
  };
  constexpr int kThreads = 6;
  constexpr int kWrites = 60;
  std::mutex mutex;
  std::map<int, Effect> effects;  // by the place
  on_threads(kThreads, [&](int t) {
    std::mt19937 random(static_cast<unsigned>(t) * 7919u + 17u);
    for (int i = 0; i < kWrites; ++i) {
      Effect effect;
      for (auto n = random() % 40; n > 0; --n) {
        const std::string key = "k" + std::to_string(random() % 150);
        switch (random() % 4) {
          case 0: effect.puts.emplace_back(key, ""); break;
          case 1: effect.added.emplace_back("p" + key, random() % 500); break;
          case 2: effect.removed.emplace_back("p" + key, random() % 500); break;
          default: effect.puts.emplace_back(key, std::string(1 + random() % 3000, 'a')); break;
        }
      }
      const bool fails = random() % 4 == 0;
      int place = 0;
      const Status status = db->write(deferred(), [&](WriteTxn& txn) -> Status {
        for (const auto& [key, value] : effect.puts) {
          must_ok(value.empty() ? txn.erase(Table::kIndex, key)
                                : txn.put(Table::kIndex, key, value));
        }
        for (const auto& [key, id] : effect.added) must_ok(txn.add_posting(key, id));
        for (const auto& [key, id] : effect.removed) must_ok(txn.remove_posting(key, id));
        must_ok(add_one(txn, "place"));
        place = std::stoi(std::string(**txn.get(kT, "place")));
        return fails ? Status(Code::kConflict, "no") : Status();
      });
      if (fails == status.ok()) throw std::logic_error("an outcome that was not asked for");
      const std::lock_guard lock(mutex);
      if (!fails) effects[place] = std::move(effect);
    }
  });
  std::map<std::string, std::string> rows;
  std::map<std::string, std::set<std::uint64_t>> sets;
  int last = 0;
  for (const auto& [place, effect] : effects) {
    BOOST_TEST(place == ++last);
    for (const auto& [key, value] : effect.puts) {
      if (value.empty())
        rows.erase(key);
      else
        rows[key] = value;
    }
    for (const auto& [key, id] : effect.added) sets[key].insert(id);
    for (const auto& [key, id] : effect.removed) sets[key].erase(id);
  }
  auto txn = db.read();
  ScanOptions all;
  all.row_limit = 10000;
  const ScanBatch found = must(txn->scan(Table::kIndex, {}, all));
  BOOST_TEST(found.rows.size() == rows.size());
  for (const KeyValue& row : found.rows) {
    BOOST_TEST((rows.at(std::string(row.key)) == row.value));
  }
  for (const auto& [key, ids] : sets) {
    BOOST_TEST(postings(*txn, key) == std::vector<std::uint64_t>(ids.begin(), ids.end()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
