#include "queue/date_waits.hpp"

#include "tests/queue/stores.hpp"

namespace kith::queue {

namespace {

const RecordId kDeal(2, 7);

std::vector<Timer> armed(store::ReadTxn& txn) {
  return require(due_timers(txn, second(1'000'000), 100));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(queue_date_waits)

BOOST_AUTO_TEST_CASE(a_record_has_one_timer_for_each_automation) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      require(wait_for_date(txn, 1, kDeal, second(100)));
      require(wait_for_date(txn, 1, kDeal, second(100)));
      require(wait_for_date(txn, 2, kDeal, second(100)));
      BOOST_TEST(armed(txn).size() == 2u);
      require(wait_for_date(txn, 1, kDeal, second(200)));
      const std::vector<Timer> timers = armed(txn);
      BOOST_REQUIRE(timers.size() == 2u);
      BOOST_TEST(timers[0].target.automation == 2u);
      BOOST_TEST((timers[1].due == second(200)));
      BOOST_TEST((timers[1].target.record == kDeal));
      require(forget_date(txn, 1, kDeal));
      require(forget_date(txn, 1, kDeal));
      require(forget_date(txn, 2, kDeal));
      BOOST_TEST(armed(txn).empty());
      BOOST_TEST(rows_of(txn, 'd') == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(an_instant_that_was_reached_does_not_come_again) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      require(wait_for_date(txn, 1, kDeal, second(100)));
      require(date_reached(txn, armed(txn).front()));
      BOOST_TEST(armed(txn).empty());
      require(wait_for_date(txn, 1, kDeal, second(100)));
      BOOST_TEST(armed(txn).empty());
      require(wait_for_date(txn, 1, kDeal, second(101)));
      BOOST_TEST(armed(txn).size() == 1u);
    });
  });
}

BOOST_AUTO_TEST_CASE(sweeps_are_kept_until_they_are_done) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const Sweep fresh{3, 1, RecordId(2, 0), std::nullopt};
      const Sweep begun{4, 2, RecordId(2, 50), second(9)};
      require(put_sweep(txn, fresh));
      require(put_sweep(txn, begun));
      BOOST_TEST((require(sweeps(txn, 10)) == std::vector<Sweep>{fresh, begun}));
      BOOST_TEST((require(sweeps(txn, 1)) == std::vector<Sweep>{fresh}));
      require(erase_sweep(txn, 3));
      BOOST_TEST((require(sweeps(txn, 10)) == std::vector<Sweep>{begun}));
    });
  });
}

BOOST_AUTO_TEST_CASE(rows_that_are_damaged_are_reported) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      require(txn.put(store::Table::kQueue, date_wait_key(1, kDeal), "short"));
      BOOST_TEST((wait_for_date(txn, 1, kDeal, second(1)).code() == Code::kCorrupt));
      BOOST_TEST((forget_date(txn, 1, kDeal).code() == Code::kCorrupt));
      require(txn.put(store::Table::kQueue, sweep_key(1), "short"));
      BOOST_TEST((sweeps(txn, 10).status().code() == Code::kCorrupt));
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
