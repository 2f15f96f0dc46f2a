#include "queue/runs.hpp"

#include "tests/queue/stores.hpp"

namespace kith::queue {

BOOST_AUTO_TEST_SUITE(queue_runs)

BOOST_AUTO_TEST_CASE(runs_are_kept_and_scanned_in_order) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (std::uint64_t i = 1; i <= 3; ++i) {
        BOOST_TEST(require(next_run_id(txn)) == i);
        require(put_run(txn, i, "state " + std::to_string(i)));
      }
    });
    auto txn = require(store.begin_read());
    BOOST_TEST((require(find_run(*txn, 2)) == std::optional<std::string>("state 2")));
    BOOST_TEST(!require(find_run(*txn, 4)));
    const std::vector<StoredRun> two = require(scan_runs(*txn, 2, 10));
    BOOST_REQUIRE(two.size() == 2u);
    BOOST_TEST(two[0].run == 2u);
    BOOST_TEST(two[1].bytes == "state 3");
    BOOST_TEST(require(scan_runs(*txn, 1, 1)).size() == 1u);
  });
}

BOOST_AUTO_TEST_CASE(active_runs_belong_to_their_record) {
  for_each_store([](store::Store& store) {
    const ActiveRun one{RecordId(1, 5), 3, 8};
    const ActiveRun two{RecordId(1, 5), 2, 9};
    const ActiveRun other{RecordId(1, 6), 3, 10};
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (const ActiveRun& run : {one, two, other}) require(set_active(txn, run, true));
      BOOST_TEST((require(active_runs(txn, RecordId(1, 5))) == std::vector<ActiveRun>{two, one}));
      require(set_active(txn, two, false));
      require(set_active(txn, two, false));
      BOOST_TEST((require(active_runs(txn, RecordId(1, 5))) == std::vector<ActiveRun>{one}));
      BOOST_TEST(require(active_runs(txn, RecordId(1, 7))).empty());
    });
  });
}

BOOST_AUTO_TEST_CASE(enrolments_versions_and_counters_come_back) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      BOOST_TEST((require(enrolment(txn, 4, RecordId(1, 1))) == Enrolment()));
      const Enrolment third{3, second(60), 2};
      require(put_enrolment(txn, 4, RecordId(1, 1), third));
      BOOST_TEST((require(enrolment(txn, 4, RecordId(1, 1))) == third));
      BOOST_TEST((require(enrolment(txn, 5, RecordId(1, 1))) == Enrolment()));
      require(erase_enrolment(txn, 4, RecordId(1, 1)));
      BOOST_TEST((require(enrolment(txn, 4, RecordId(1, 1))) == Enrolment()));

      require(keep_version(txn, 4, 1, "first"));
      require(keep_version(txn, 4, 1, "another"));
      BOOST_TEST((require(find_version(txn, 4, 1)) == std::optional<std::string>("first")));
      BOOST_TEST(!require(find_version(txn, 4, 2)));

      BOOST_TEST(require(counter(txn, "assign/4/1")) == 0u);
      require(set_counter(txn, "assign/4/1", 77));
      BOOST_TEST(require(counter(txn, "assign/4/1")) == 77u);
      BOOST_TEST(require(counter(txn, "assign/4/10")) == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(what_has_expired_is_erased_in_parts) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (std::uint64_t i = 1; i <= 4; ++i) {
        require(put_run(txn, i, "ended"));
        require(expire_at(txn, second(static_cast<std::int64_t>(i)), run_key(i)));
      }
      BOOST_TEST(require(expire(txn, second(0), 10)) == 0u);
      BOOST_TEST(require(expire(txn, second(3), 2)) == 2u);
      BOOST_TEST(!require(find_run(txn, 2)));
      BOOST_TEST(require(find_run(txn, 3)).has_value());
      BOOST_TEST(require(expire(txn, second(3), 2)) == 1u);
      BOOST_TEST(require(expire(txn, second(3), 0)) == 0u);
      BOOST_TEST(require(find_run(txn, 4)).has_value());
      BOOST_TEST(rows_of(txn, 'x') == 1u);
    });
  });
}

BOOST_AUTO_TEST_CASE(rows_that_are_damaged_are_reported) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const auto corrupt = [](const auto& result) {
        return result.status().code() == Code::kCorrupt;
      };
      require(txn.put(store::Table::kQueue, counter_key("n"), "1234567"));
      BOOST_TEST(corrupt(counter(txn, "n")));
      require(txn.put(store::Table::kQueue, enrolment_key(1, RecordId(1, 1)), "x"));
      BOOST_TEST(corrupt(enrolment(txn, 1, RecordId(1, 1))));
      require(txn.put(store::Table::kQueue, run_key(1) + "x", ""));
      BOOST_TEST(corrupt(scan_runs(txn, 0, 10)));
      require(txn.put(store::Table::kQueue, active_run_prefix(RecordId(1, 1)) + "x", ""));
      BOOST_TEST(corrupt(active_runs(txn, RecordId(1, 1))));
      require(txn.put(store::Table::kQueue, expiry_key(second(0), ""), ""));
      BOOST_TEST(corrupt(expire(txn, second(1), 10)));
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
