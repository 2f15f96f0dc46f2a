#include "queue/timers.hpp"

#include "tests/queue/stores.hpp"

namespace kith::queue {

BOOST_AUTO_TEST_SUITE(queue_timers)

BOOST_AUTO_TEST_CASE(timers_are_due_in_order_of_time_then_of_arming) {
  for_each_store([](store::Store& store) {
    Timer late, early, same;
    const Timestamp before_1970 = at("1969-12-31T23:59:59.999999Z");
    in_transaction(store, [&](store::WriteTxn& txn) {
      late = require(arm(txn, second(20), {.kind = TimerKind::kRun, .run = 1}));
      early = require(
          arm(txn, before_1970,
              {.kind = TimerKind::kDate, .run = 0, .automation = 7, .record = RecordId(3, 9)}));
      same = require(arm(txn, second(20), {.kind = TimerKind::kRun, .run = 2}));
    });
    auto txn = require(store.begin_read());
    BOOST_TEST((require(next_due(*txn)) == before_1970));
    BOOST_TEST((require(due_timers(*txn, second(19), 10)) == std::vector<Timer>{early}));
    BOOST_TEST(
        (require(due_timers(*txn, second(20), 10)) == std::vector<Timer>{early, late, same}));
    BOOST_TEST((require(due_timers(*txn, second(20), 2)) == std::vector<Timer>{early, late}));
    BOOST_TEST(require(due_timers(*txn, second(20), 0)).empty());
  });
}

BOOST_AUTO_TEST_CASE(a_cancelled_timer_is_gone_and_its_number_is_not_given_again) {
  for_each_store([](store::Store& store) {
    Timer first;
    in_transaction(store, [&](store::WriteTxn& txn) {
      first = require(arm(txn, second(5), {.kind = TimerKind::kRun, .run = 1}));
      require(cancel(txn, first));
      require(cancel(txn, first));
      BOOST_TEST(!require(next_due(txn)));
      const Timer again = require(arm(txn, second(5), {.kind = TimerKind::kRun, .run = 1}));
      BOOST_TEST(again.id > first.id);
    });
  });
}

BOOST_AUTO_TEST_CASE(what_is_finer_than_a_microsecond_is_cut_when_armed) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const Timer armed =
          require(arm(txn, Timestamp(100, 1999), {.kind = TimerKind::kRun, .run = 1}));
      BOOST_TEST((armed.due == Timestamp(100, 1000)));
      require(cancel(txn, armed));
      BOOST_TEST(rows_of(txn, 't') == 0u);
    });
  });
}

BOOST_AUTO_TEST_CASE(more_timers_than_a_page_come_in_order) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      for (int i = 0; i < 2500; ++i) {
        require(arm(txn, second(i * 7919 % 2500),
                    {.kind = TimerKind::kRun, .run = static_cast<std::uint64_t>(i)}));
      }
    });
    auto txn = require(store.begin_read());
    const std::vector<Timer> due = require(due_timers(*txn, second(2499), 5000));
    BOOST_TEST(due.size() == 2500u);
    for (std::size_t i = 1; i < due.size(); ++i) BOOST_REQUIRE((due[i - 1].due < due[i].due));
  });
}

BOOST_AUTO_TEST_CASE(rows_that_are_damaged_are_reported) {
  for_each_store([](store::Store& store) {
    in_transaction(store, [&](store::WriteTxn& txn) {
      const Timer armed = require(arm(txn, second(1), {.kind = TimerKind::kRun, .run = 1}));
      const std::string key = timer_key(armed.due, armed.id);
      const std::string good(*require(txn.get(store::Table::kQueue, key)));
      for (std::size_t cut = 0; cut < good.size(); ++cut) {
        require(txn.put(store::Table::kQueue, key, good.substr(0, cut)));
        BOOST_TEST((due_timers(txn, second(1), 10).status().code() == Code::kCorrupt));
        BOOST_TEST((next_due(txn).status().code() == Code::kCorrupt));
      }
      require(txn.put(store::Table::kQueue, key, good + '\0'));
      BOOST_TEST((due_timers(txn, second(1), 10).status().code() == Code::kCorrupt));
      std::string kind = good;
      kind[0] = 2;
      require(txn.put(store::Table::kQueue, key, kind));
      BOOST_TEST((due_timers(txn, second(1), 10).status().code() == Code::kCorrupt));
      require(txn.put(store::Table::kQueue, key, good));
      require(txn.put(store::Table::kQueue, key.substr(0, 12), good));
      BOOST_TEST((due_timers(txn, second(1), 10).status().code() == Code::kCorrupt));
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::queue
